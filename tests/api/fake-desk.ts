/** A desk and its records in memory: books from the engine's own builder, a journal that is an array. */
import type { Books } from '#server/domain/books.ts';
import type { AssetSymbol, DeploymentId, OrderId, PortfolioId, RunId } from '#server/domain/ids.ts';
import { type EngagedLevel, higher, type KillLatch, type KillLevel } from '#server/domain/kill.ts';
import { WITHOUT_LIMITS } from '#server/domain/limits.ts';
import { parseMoney, parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Entry } from '#server/engine/command.ts';
import type { Event } from '#server/engine/event.ts';
import { marketOf, newBooks } from '#server/engine/genesis.ts';
import { step } from '#server/engine/step.ts';
import { newTurn } from '#server/engine/turn.ts';
import type { Desk, Health } from '#server/runtime/desk.ts';
import { LockDesk } from '#server/runtime/lock-desk.ts';
import type { Page, PageRequest, RecordedDecision, RecordedOrder, RecordedSignal, Records } from '#server/runtime/records.ts';
import { readControls } from '#server/runtime/risk-readings.ts';

export const AT = Date.parse('2026-11-20T15:00:00Z') as Instant;

const PLAN: Plan = {
  portfolios: [],
  limits: {
    ...WITHOUT_LIMITS,
    maxOrderNotional: parseMoney('10000'),
    maxPositionNotional: parseMoney('20000'),
    maxGrossExposure: parseMoney('50000'),
    maxOpenOrders: 10,
    maxOrdersPerMinute: 60,
    maxDailyLoss: parseMoney('1000'),
    maxPriceAgeMs: 60_000,
  },
  fees: { cryptoTakerBasisPoints: 25 },
};

export interface Holding {
  readonly symbol: string;
  readonly quantity: string;
  readonly cost: string;
  readonly lastPrice: number;
}

export function hold(books: Books, { symbol, quantity, cost, lastPrice }: Holding): void {
  const market = marketOf(books, symbol as AssetSymbol);
  market.position.quantity = parseQuantity(quantity);
  market.position.cost = parseMoney(cost);
  market.lastPrice = lastPrice;
  market.lastBarEndsAt = AT;
}

export const someOrder = (seq: number, change: Partial<RecordedOrder> = {}): RecordedOrder => ({
  id: `r1-${seq}-0` as OrderId,
  seq,
  symbol: 'AAPL' as AssetSymbol,
  side: 'buy',
  terms: { type: 'market' },
  timeInForce: 'day',
  purpose: 'open',
  exit: undefined,
  quantity: parseQuantity('10'),
  status: 'filled',
  brokerId: `b-${seq}`,
  filled: parseQuantity('10'),
  filledNotional: parseMoney('1234.5'),
  reason: 'fast average above slow',
  refusal: undefined,
  createdAt: AT,
  updatedAt: AT,
  ...change,
});

export const someSignal = (seq: number): RecordedSignal => ({
  seq,
  at: AT,
  portfolio: 'core' as PortfolioId,
  deployment: 'cross' as DeploymentId,
  symbol: 'AAPL' as AssetSymbol,
  direction: 'up',
  confidence: 0.75,
  horizonMs: undefined,
  reason: 'fast 101.2 above slow 100.8',
});

export const someDecision = (seq: number): RecordedDecision => ({
  id: `${seq}-0`,
  seq,
  at: AT,
  decision: {
    portfolio: 'core' as PortfolioId,
    symbol: 'AAPL' as AssetSymbol,
    votes: [{ deployment: 'cross' as DeploymentId, direction: 'up', confidence: 0.75, value: 0.75, weight: 1, reason: 'fast above slow' }],
    target: {
      portfolio: 'core' as PortfolioId,
      symbol: 'AAPL' as AssetSymbol,
      stance: 1,
      action: 'enter',
      score: 0.75,
      agreement: 1,
      quorum: 1,
      reason: 'score 0.75',
    },
    verdict: {
      kind: 'refused',
      intent: {
        symbol: 'AAPL' as AssetSymbol,
        side: 'buy',
        quantity: parseQuantity('10'),
        type: 'market',
        timeInForce: 'day',
        purpose: 'open',
        exit: undefined,
        expectedPrice: parsePrice('101.25'),
        portfolio: 'core' as PortfolioId,
        deployments: ['cross' as DeploymentId],
        reason: 'enter',
      },
      because: [{ rule: 'session', reason: 'no session is open' }],
    },
    order: undefined,
    summary: 'would buy 10 AAPL, refused: no session is open',
  },
});

/** What an operator is told when the latch stays closed. */
class Refused extends Error {
  readonly hint = 'name the newest latch';
}

function newestFirst<T extends { readonly seq: number }>(all: readonly T[], { limit, cursor }: PageRequest): Page<T> {
  const rest = all.filter(({ seq }) => cursor === undefined || seq < cursor).sort((a, b) => b.seq - a.seq);
  const items = rest.slice(0, limit);
  return { items, nextCursor: rest.length > limit ? items.at(-1)?.seq : undefined };
}

export class FakeDaemon {
  readonly books: Books = newBooks('r1' as RunId, PLAN);
  readonly journal: Entry[] = [];
  readonly orders: RecordedOrder[] = [];
  readonly signals: RecordedSignal[] = [];
  readonly decisions: RecordedDecision[] = [];
  readonly listeners = new Set<(entry: Entry) => void>();
  /** How `engage` ends: with the journal's word, or without. */
  journalling: () => Promise<void> = () => Promise.resolve();
  /** Closed in memory, whatever the journal does. */
  raised: KillLevel = 'armed';
  pagesRead = 0;
  /** Called while a page of entries is on its way. */
  whileReading: () => void = () => undefined;
  /** Called when somebody begins to listen. */
  listening: () => void = () => undefined;
  configuration: unknown = { mode: 'demo', broker: { key: '***' } };

  readonly locks = new LockDesk({
    books: this.books,
    journalIsWritten: () => true,
    durable: async (event) => step(this.books, PLAN, event, AT, newTurn()),
  });

  readonly desk: Desk = {
    locks: this.locks,
    mode: 'demo',
    version: '1.2.3',
    books: this.books,
    health: () => this.health(),
    risk: () => readControls(this.books, PLAN.limits),
    config: () => this.configuration,
    kill: () => ({ ...this.books.kill, level: higher(this.books.kill.level, this.raised) }),
    engage: (level, by, reason) => this.engage(level, by, reason),
    release: ({ latchId, by, note }) => this.release(latchId, by, note),
    killState: () => ({
      ...{ ...this.books.kill, level: higher(this.books.kill.level, this.raised), phrase: undefined, scopes: [] },
      sources: { memory: this.raised, journal: this.books.kill.level, sentinel: 'armed', guard: 'armed', broker: 'armed' },
    }),
    subscribe: (listener) => {
      this.listeners.add(listener);
      this.listening();
      return () => this.listeners.delete(listener);
    },
  };

  readonly records: Records = {
    orders: async (request) => newestFirst(this.matching(this.orders, request), request),
    order: async (id) => this.orders.find((order) => order.id === id),
    signals: async (request) => newestFirst(this.matching(this.signals, request), request),
    decisions: async (request) => newestFirst(this.decisions, request),
    decision: async (id) => this.decisions.find((decision) => decision.id === id),
    entriesAfter: async (seq, limit) => {
      this.pagesRead += 1;
      const page = () => this.journal.filter((entry) => entry.seq > seq).slice(0, limit);
      // A turn of the event loop, as a database takes; what is told meanwhile is in the page or not, as chance has it.
      const early = page();
      this.whileReading();
      await new Promise((resolve) => setImmediate(resolve));
      return this.pagesRead % 2 === 0 ? early : page();
    },
  };

  health(): Health {
    const streams = [{ name: 'stocks', state: 'live' }] as const;
    return { status: 'ok', startedAtMs: AT, loopIdleMs: 12, journal: 'ok', reconciled: true, streams };
  }

  /** A durable entry: first in the journal, then told. */
  emit(event: Event, change: Partial<Entry> = {}): Entry {
    this.books.seq += 1;
    const entry: Entry = { seq: this.books.seq, at: AT, event, signals: [], decisions: [], commands: [], ...change };
    this.journal.push(entry);
    for (const listener of this.listeners) listener(entry);
    return entry;
  }

  async engage(level: EngagedLevel, by: string, reason: string): Promise<KillLatch> {
    this.raised = level;
    await this.journalling();
    const { seq } = this.emit({ kind: 'killEngaged', level, by, reason });
    this.books.kill = { level, latchId: seq, by, reason, at: AT };
    return this.books.kill;
  }

  async release(latchId: number, by: string, note: string): Promise<KillLatch> {
    if (latchId === 13) throw new Error('SQLITE_CORRUPT at /srv/secret/path.ts:1:2');
    if (latchId !== this.books.kill.latchId) throw new Refused(`latch ${latchId} is not the newest`);
    this.emit({ kind: 'killReleased', by, note, latchId });
    this.raised = 'armed';
    this.books.kill = { level: 'armed', latchId: 0, by, reason: note, at: AT };
    return this.books.kill;
  }

  private matching<T extends { readonly symbol: AssetSymbol }>(all: readonly T[], { symbol }: PageRequest): readonly T[] {
    return symbol === undefined ? all : all.filter((one) => one.symbol === symbol);
  }
}
