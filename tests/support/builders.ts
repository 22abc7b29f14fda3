/** Builders with defaults for tests: plans, books that have begun, bars, statements. */
import { agents } from '#server/agents/registry.ts';
import type { AgentAtWork, Opinion } from '#server/domain/agent.ts';
import type { Bar } from '#server/domain/bar.ts';
import type { Books } from '#server/domain/books.ts';
import type { BrokerStatus } from '#server/domain/broker-status.ts';
import type { AssetSymbol, BrokerOrderId, DeploymentId, ExecutionId, OrderId, PortfolioId, RunId } from '#server/domain/ids.ts';
import { cryptoPair, equity, type Instrument, isCryptoSymbol } from '#server/domain/instrument.ts';
import { type Limits, WITHOUT_LIMITS } from '#server/domain/limits.ts';
import { parseMoney, parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { Fill, Side } from '#server/domain/order.ts';
import type { Plan, PortfolioPlan } from '#server/domain/plan.ts';
import type { Direction } from '#server/domain/signal.ts';
import type { OrderView, Statement } from '#server/domain/statement.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '#server/domain/time.ts';
import { MINUTE, type Timeframe } from '#server/domain/timeframe.ts';
import type { Command } from '#server/engine/command.ts';
import type { Event } from '#server/engine/event.ts';
import { newBooks } from '#server/engine/genesis.ts';
import { step } from '#server/engine/step.ts';
import { clear, given, newTurn, type Turn } from '#server/engine/turn.ts';

/** Wednesday 2026-03-18, 14:00 UTC: inside a session. */
export const NOON = Date.UTC(2026, 2, 18, 14) as Instant;
export const AAPL = 'AAPL' as AssetSymbol;
export const BTC = 'BTC/USD' as AssetSymbol;

/** The limits in dollars and counts are set; those of the other controls stand open until a test sets its own. */
export const limits = (changes: Partial<Limits> = {}): Limits => ({
  ...WITHOUT_LIMITS,
  maxOrderNotional: parseMoney('20000'),
  maxPositionNotional: parseMoney('20000'),
  maxGrossExposure: parseMoney('100000'),
  maxOpenOrders: 10,
  maxOrdersPerMinute: 30,
  maxDailyLoss: parseMoney('2000'),
  maxPriceAgeMs: 120_000,
  ...changes,
});

/** An agent that says what it is told to, bar by bar. */
export function scripted(opinions: readonly (Direction | undefined)[], confidence = 1, horizonMs?: number): () => AgentAtWork {
  return () => {
    let nth = 0;
    return {
      onBar(): Opinion | undefined {
        const direction = opinions[nth++];
        return direction === undefined ? undefined : { direction, confidence, horizonMs, reason: `scripted ${direction}` };
      },
      save: () => nth,
      load: (memory) => {
        nth = memory as number;
      },
    };
  };
}

export const portfolio = (changes: Partial<PortfolioPlan> = {}): PortfolioPlan => ({
  id: 'test' as PortfolioId,
  symbols: [AAPL],
  deployments: [{ id: 'one' as DeploymentId, agent: 'scripted', weight: 1, timeframe: MINUTE, hire: scripted(['up']) }],
  blend: { enterAt: 0.3, exitBelow: 0.1, minAgreement: 0.6, minQuorum: 0.5 },
  sizing: { kind: 'fixedFraction', fraction: 0.1 },
  exits: undefined,
  locks: undefined,
  capitalFraction: 1,
  mayShort: false,
  ...changes,
});

export const plan = (changes: Partial<Omit<Plan, 'limits'>> & { limits?: Partial<Limits> } = {}): Plan => ({
  portfolios: changes.portfolios ?? [portfolio()],
  limits: limits(changes.limits),
  fees: changes.fees ?? { cryptoTakerBasisPoints: 25 },
});

/** A plan of real agents from the registry with their default configuration. */
export function hired(name: string, config: unknown = {}, timeframe: Timeframe = MINUTE): PortfolioPlan['deployments'][number] {
  const kind = agents[name];
  if (kind === undefined) throw new Error(`no agent ${name}`);
  const parsed = kind.schema.parse(config);
  return { id: name as DeploymentId, agent: name, weight: 1, timeframe, hire: () => kind.hire(parsed) };
}

export const instrument = (symbol: AssetSymbol): Instrument => (isCryptoSymbol(symbol) ? cryptoPair(symbol) : equity(symbol));

export function bar(nth: number, close: number, symbol: AssetSymbol = AAPL): Bar {
  const startsAt = (NOON + nth * MINUTE_MS) as Instant;
  const endsAt = (startsAt + MINUTE_MS) as Instant;
  return { symbol, startsAt, endsAt, open: close, high: close, low: close, close, volume: 100 };
}

export const statement = (changes: Partial<Statement> = {}): Statement => ({
  account: 'TEST',
  cash: parseMoney('100000'),
  equity: parseMoney('100000'),
  buyingPower: parseMoney('100000'),
  tradingBlocked: false,
  positions: [],
  openOrders: [],
  asOf: NOON,
  ...changes,
});

/** An engine with hands: steps events in and keeps what came of the last one. */
export interface Bench {
  readonly books: Books;
  readonly plan: Plan;
  readonly turn: Turn;
  at: Instant;
  happen(event: Event, at?: Instant): readonly Command[];
  bar(close: number, symbol?: AssetSymbol): readonly Command[];
  /** The decisions of the last step. */
  last: Turn['decisions'];
}

/** Books that have had their instruments, their session and a first statement. */
export function bench(ofPlan: Plan = plan(), first: Partial<Statement> = {}): Bench {
  const books = newBooks('rtest' as RunId, ofPlan);
  const turn = newTurn();
  let bars = 0;
  const made: Bench = {
    books,
    plan: ofPlan,
    turn,
    at: NOON,
    last: [],
    happen(event, at = made.at) {
      step(books, ofPlan, event, at, turn);
      made.at = at;
      made.last = turn.decisions;
      const { commands } = given(turn);
      clear(turn);
      return commands;
    },
    bar(close, symbol = AAPL) {
      const next = bar(bars++, close, symbol);
      return made.happen({ kind: 'bar', bar: next, history: false }, next.endsAt);
    },
  };
  const symbols = ofPlan.portfolios.flatMap((one) => one.symbols);
  made.happen({ kind: 'instruments', instruments: symbols.map(instrument) });
  made.happen({
    kind: 'calendar',
    sessions: [{ date: '2026-03-18', opensAt: (NOON - 3_600_000) as Instant, closesAt: (NOON + DAY_MS) as Instant }],
  });
  made.happen({ kind: 'statement', statement: statement(first) });
  return made;
}

export const placed = (commands: readonly Command[]): (Command & { kind: 'place' })[] =>
  commands.filter((command): command is Command & { kind: 'place' } => command.kind === 'place');

export const alerts = (commands: readonly Command[]): string[] =>
  commands.flatMap((command) => (command.kind === 'alert' ? [command.code] : []));

let executions = 0;

export function fill(order: OrderId, side: Side, quantity: string, price: string, symbol: AssetSymbol = AAPL): Fill {
  const executionId = `x${++executions}` as ExecutionId;
  return { executionId, order, symbol, side, quantity: parseQuantity(quantity), price: parsePrice(price), at: NOON };
}

export const view = (id: OrderId, brokerStatus: BrokerStatus, changes: Partial<OrderView> = {}): OrderView => ({
  id,
  brokerId: `b-${id}` as BrokerOrderId,
  symbol: AAPL,
  side: 'buy',
  brokerStatus,
  updatedAt: NOON,
  quantity: parseQuantity('100'),
  filled: parseQuantity('0'),
  averageFillPrice: undefined,
  ...changes,
});

/** The broker does not know the order, asked for longer than a minute, and its statement bears that out. */
export function giveUp(engine: Bench, order: OrderId): readonly Command[] {
  const positions = [...engine.books.markets.values()]
    .filter(({ position }) => position.quantity !== 0n)
    .map(({ symbol, position }) => ({ symbol, quantity: position.quantity, averageEntryPrice: parsePrice('100') }));
  engine.happen({ kind: 'orderNotFound', order });
  engine.at = (engine.at + 1) as Instant;
  engine.happen({ kind: 'statement', statement: statement({ asOf: engine.at, cash: engine.books.cash, positions }) });
  return [1, 2, 3, 4].flatMap(() => engine.happen({ kind: 'orderNotFound', order }, (engine.at + MINUTE_MS / 4) as Instant));
}
