/** The books as plain data and back: what a start reads instead of stepping over the whole journal. */
import type { AggregatorMemory } from '#server/domain/bar-aggregator.ts';
import type { Books, Market, StandingSignal } from '#server/domain/books.ts';
import type { Episode, Gauge, Guard, Leaving } from '#server/domain/exits.ts';
import { isAdopted } from '#server/domain/external-orders.ts';
import type { AssetSymbol, OrderId, PortfolioId, RunId } from '#server/domain/ids.ts';
import type { Instrument } from '#server/domain/instrument.ts';
import type { KillLatch } from '#server/domain/kill.ts';
import type { PartialScope } from '#server/domain/kill-scope.ts';
import type { Lock } from '#server/domain/lock.ts';
import type { Money } from '#server/domain/money.ts';
import { isFinal, type Order } from '#server/domain/order.ts';
import { termsOf } from '#server/domain/order-terms.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { Position } from '#server/domain/position.ts';
import type { Quote } from '#server/domain/quote.ts';
import type { RiskState } from '#server/domain/risk-state.ts';
import type { Session } from '#server/domain/session.ts';
import type { KellyStep } from '#server/domain/sizing.ts';
import type { OrderView } from '#server/domain/statement.ts';
import type { Tape } from '#server/domain/tape.ts';
import type { Instant } from '#server/domain/time.ts';
import type { ClosedTrade, OpenTrade } from '#server/domain/trade.ts';
import { orderOf } from './act.ts';
import { beginUnits, setScreen } from './day.ts';
import { noteHolding } from './episode.ts';
import { marketOf, newBooks } from './genesis.ts';

interface SeatSnapshot {
  readonly deployment: string;
  readonly memory: unknown;
  readonly standing: StandingSignal | null;
}

interface FrameSnapshot {
  readonly timeframe: string;
  readonly aggregator: AggregatorMemory;
}

/** JSON has no NaN: a range that is not known is null. */
interface GaugeSnapshot {
  readonly value: number | null;
  readonly measure: unknown;
}

interface GuardSnapshot {
  readonly episode: (Omit<Episode, 'range'> & { readonly range: number | null }) | null;
  readonly gauge: GaugeSnapshot | null;
  readonly refusedAt: Instant | null;
}

interface MarketSnapshot {
  readonly symbol: AssetSymbol;
  readonly instrument: Instrument | null;
  readonly lastPrice: number | null;
  /** Not in snapshots of before 0.2. */
  readonly quote?: Quote | null;
  readonly lastBarStartsAt: Instant;
  readonly lastBarEndsAt: Instant;
  readonly position: Position;
  /** Not in snapshots of before 0.2. */
  readonly tape?: Tape;
  readonly expiring: boolean;
  readonly reconsider: boolean;
  readonly wishUntil: Instant | null;
  readonly seats: readonly SeatSnapshot[];
  readonly frames: readonly FrameSnapshot[];
  readonly guard: GuardSnapshot | null;
  readonly leaving: Leaving | null;
  /** Not in snapshots of before 0.2. */
  readonly flattenRefusedAt?: Instant | null;
  /** Not in snapshots of before 0.2. */
  readonly sizeGauge?: GaugeSnapshot | null;
  readonly trade?: OpenTrade | null;
}

export interface BooksSnapshot {
  readonly run: RunId;
  readonly seq: number;
  readonly at: Instant;
  readonly cash: Money;
  readonly day: { readonly endsAt: Instant; readonly equityAtStart: Money } | null;
  /** The equity as a number, as the bars have moved it, and what the controls remember. Not in snapshots of before 0.2. */
  readonly equity?: number;
  readonly risk?: RiskState;
  readonly kill: KillLatch;
  /** Not in snapshots of before 0.2. */
  readonly latches?: readonly (readonly [PartialScope, KillLatch])[];
  readonly orders: readonly Order[];
  /** Not in snapshots of before 0.2: the first statement tells of them anew. */
  readonly ofOthers?: readonly OrderView[];
  /** Final orders in the order of their endings: the oldest are forgotten first. Not in snapshots of before 0.2. */
  readonly finished?: readonly OrderId[];
  readonly filledOrderCount: number;
  readonly certified?: string | undefined;
  readonly disagreements?: number;
  readonly sentAt: readonly Instant[];
  readonly sessions: readonly Session[];
  readonly lastActivityAt: Instant;
  /** Not in snapshots of before 0.2. */
  readonly begunAt?: Instant;
  readonly openingUntil?: Instant;
  readonly lastFillAt?: Instant;
  readonly fillsProvenUntil?: Instant;
  readonly markets: readonly MarketSnapshot[];
  /** Not in snapshots of before 0.2. */
  readonly locks?: readonly Lock[];
  readonly locksPlaced?: number;
  readonly closedTrades?: readonly (readonly [PortfolioId, readonly ClosedTrade[]])[];
  readonly kellySteps?: readonly (readonly [PortfolioId, KellyStep])[];
}

export function snapshotOf(books: Books): BooksSnapshot {
  return {
    run: books.run,
    seq: books.seq,
    at: books.at,
    cash: books.cash,
    day: books.day ?? null,
    equity: books.lossScreen.equity,
    risk: books.risk,
    kill: books.kill,
    latches: [...books.latches],
    orders: [...books.orders.values()],
    ofOthers: [...books.externalOrders.values()],
    finished: books.finished,
    filledOrderCount: books.filledOrderCount,
    certified: books.certified,
    disagreements: books.disagreements,
    sentAt: books.sentAt,
    sessions: books.sessions,
    lastActivityAt: books.lastActivityAt,
    begunAt: books.begunAt,
    openingUntil: books.openingUntil,
    lastFillAt: books.lastFillAt,
    fillsProvenUntil: books.fillsProvenUntil,
    markets: [...books.markets.values()].map((market) => ({
      symbol: market.symbol,
      instrument: market.instrument ?? null,
      lastPrice: Number.isNaN(market.lastPrice) ? null : market.lastPrice,
      quote: market.quote ?? null,
      lastBarStartsAt: market.lastBarStartsAt,
      lastBarEndsAt: market.lastBarEndsAt,
      position: market.position,
      tape: market.tape,
      expiring: market.expiring,
      reconsider: market.reconsider,
      wishUntil: market.wishUntil ?? null,
      seats: market.seats.map(({ deployment, agent, standing }) => ({
        deployment: deployment.id,
        memory: agent.save(),
        standing: standing ?? null,
      })),
      guard: market.guard === undefined ? null : guardSnapshot(market.guard),
      leaving: market.leaving ?? null,
      flattenRefusedAt: market.flattenRefusedAt ?? null,
      sizeGauge: gaugeSnapshot(market.sizeGauge),
      trade: market.trade ?? null,
      frames: market.frames.map(({ timeframe, aggregator }) => ({ timeframe: timeframe.name, aggregator: aggregator.save() })),
    })),
    closedTrades: [...books.closedTrades],
    kellySteps: [...books.kellySteps],
    locks: books.locks,
    locksPlaced: books.locksPlaced,
  };
}

const numberOrNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

const gaugeSnapshot = (gauge: Gauge | undefined): GaugeSnapshot | null =>
  gauge === undefined ? null : { value: numberOrNull(gauge.value), measure: gauge.measure.save() };

const guardSnapshot = ({ episode, gauge, refusedAt }: Guard): GuardSnapshot => ({
  episode: episode === undefined ? null : { ...episode, range: numberOrNull(episode.range) },
  gauge: gaugeSnapshot(gauge),
  refusedAt: refusedAt ?? null,
});

/** Agents' memories are only taken over when the plan is the one they were formed under; the ledger always is. */
export function restore(snapshot: BooksSnapshot, plan: Plan, samePlan: boolean): Books {
  const books = newBooks(snapshot.run, plan);
  books.seq = snapshot.seq;
  books.at = snapshot.at;
  books.cash = snapshot.cash;
  books.day = snapshot.day ?? undefined;
  books.kill = snapshot.kill;
  for (const [scope, latch] of snapshot.latches ?? []) books.latches.set(scope, latch);
  books.filledOrderCount = snapshot.filledOrderCount;
  books.sentAt.push(...snapshot.sentAt);
  books.sessions = snapshot.sessions;
  books.lastActivityAt = snapshot.lastActivityAt;
  books.begunAt = snapshot.begunAt ?? books.begunAt;
  books.openingUntil = snapshot.openingUntil ?? books.begunAt;
  books.lastFillAt = snapshot.lastFillAt ?? snapshot.lastActivityAt;
  books.fillsProvenUntil = snapshot.fillsProvenUntil ?? snapshot.lastActivityAt;
  for (const view of snapshot.ofOthers ?? []) books.externalOrders.set(view.brokerId, view);
  for (const market of snapshot.markets) restoreMarket(books, market, samePlan);
  for (const order of snapshot.orders) restoreOrder(books, order);
  // How sizing learns from trades of another plan would not be what it does under this one.
  if (samePlan) restoreRecord(books, snapshot);
  books.locks.push(...(snapshot.locks ?? []).map((lock) => ({ ...lock, until: lock.until })));
  books.locksPlaced = snapshot.locksPlaced ?? 0;
  books.certified = snapshot.certified;
  books.disagreements = snapshot.disagreements ?? 0;
  if (snapshot.finished !== undefined) books.finished.splice(0, books.finished.length, ...snapshot.finished);
  Object.assign(books.risk, snapshot.risk);
  if (snapshot.risk === undefined) beginUnits(books);
  setScreen(books, plan.limits);
  if (snapshot.equity !== undefined) books.lossScreen.equity = snapshot.equity;
  return books;
}

function restoreMarket(books: Books, saved: MarketSnapshot, samePlan: boolean): void {
  const market = marketOf(books, saved.symbol);
  market.instrument = saved.instrument ?? undefined;
  market.lastPrice = saved.lastPrice ?? Number.NaN;
  market.quote = saved.quote ?? undefined;
  Object.assign(market.position, saved.position);
  Object.assign(market.tape, saved.tape);
  restoreExits(books, market, saved, samePlan);
  if (!samePlan) return;
  restoreGauge(market.sizeGauge, saved.sizeGauge);
  market.trade = saved.trade == null ? undefined : { ...saved.trade, risk: saved.trade.risk };
  market.lastBarStartsAt = saved.lastBarStartsAt;
  market.lastBarEndsAt = saved.lastBarEndsAt;
  market.expiring = saved.expiring;
  market.reconsider = saved.reconsider;
  market.wishUntil = saved.wishUntil ?? undefined;
  market.seats.forEach((seat, nth) => {
    const memory = saved.seats[nth];
    if (memory === undefined || memory.deployment !== seat.deployment.id) return;
    seat.agent.load(memory.memory);
    seat.standing = memory.standing ?? undefined;
  });
  for (const { timeframe, aggregator } of market.frames) {
    const memory = saved.frames.find((one) => one.timeframe === timeframe.name);
    if (memory !== undefined) aggregator.load(memory.aggregator);
  }
}

function restoreGauge(gauge: Gauge | undefined, saved: GaugeSnapshot | null | undefined): void {
  if (gauge === undefined || saved === null || saved === undefined) return;
  gauge.value = saved.value ?? Number.NaN;
  gauge.measure.load(saved.measure as never);
}

/** What the position is, and that it is being left, are facts under any plan; the range is measured anew under another one. */
function restoreExits(books: Books, market: Market, { guard: saved, leaving, flattenRefusedAt }: MarketSnapshot, samePlan: boolean): void {
  const { guard } = market;
  if (guard !== undefined && saved !== null && saved !== undefined) {
    const { episode, gauge, refusedAt } = saved;
    guard.episode = episode === null ? undefined : { ...episode, range: episode.range ?? Number.NaN };
    guard.refusedAt = refusedAt ?? undefined;
    if (samePlan) restoreGauge(guard.gauge, gauge);
  }
  noteHolding(books, market);
  // What is out may have been given under other exits.
  if (guard !== undefined) guard.hasMoved = true;
  market.leaving = leaving == null ? undefined : { ...leaving, exit: leaving.exit, refusedAt: leaving.refusedAt };
  market.flattenRefusedAt = flattenRefusedAt ?? undefined;
}

function restoreRecord(books: Books, { closedTrades = [], kellySteps = [] }: BooksSnapshot): void {
  for (const [portfolio, trades] of closedTrades) books.closedTrades.set(portfolio, trades.map(wholeTrade));
  for (const [portfolio, step] of kellySteps) books.kellySteps.set(portfolio, step);
}

const wholeTrade = (saved: ClosedTrade): ClosedTrade => ({ ...saved, riskMultiple: saved.riskMultiple, exit: saved.exit });

/** JSON has no `undefined`: fields that were left out come back as such. */
function restoreOrder(books: Books, saved: Order): void {
  const order: Order = Object.assign(orderOf(saved, saved, termsOf(saved), saved.createdAt), saved);
  books.orders.set(order.id, order);
  if (isAdopted(order)) books.adopted.add(order.id);
  if (isFinal(order.status)) {
    if (order.request !== 'abandoned') books.finished.push(order.id as OrderId);
    return;
  }
  books.openOrderCount++;
  marketOf(books, order.symbol).openOrders.push(order);
}
