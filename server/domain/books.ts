/**
 * Books: everything we believe. They have one owner, the loop; `step()` changes them in place, and does so
 * deterministically; readers look between steps.
 */
import type { AgentAtWork } from './agent.ts';
import type { BarAggregator } from './bar-aggregator.ts';
import type { Gauge, Guard, Leaving } from './exits.ts';
import type { AssetSymbol, BrokerOrderId, OrderId, PortfolioId, RunId } from './ids.ts';
import type { Instrument } from './instrument.ts';
import type { KillLatch } from './kill.ts';
import type { PartialScope } from './kill-scope.ts';
import type { Lock } from './lock.ts';
import type { Money } from './money.ts';
import type { Order } from './order.ts';
import type { DeploymentPlan, PortfolioPlan } from './plan.ts';
import type { Position } from './position.ts';
import type { Quote } from './quote.ts';
import type { RiskState } from './risk-state.ts';
import type { Session } from './session.ts';
import type { Direction } from './signal.ts';
import type { KellyStep } from './sizing.ts';
import type { OrderView, Statement } from './statement.ts';
import type { Tape } from './tape.ts';
import type { Instant } from './time.ts';
import type { Timeframe } from './timeframe.ts';
import type { ClosedTrade, OpenTrade } from './trade.ts';

/** The newest claim of one deployment about one symbol. */
export interface StandingSignal {
  readonly direction: Direction;
  readonly confidence: number;
  readonly at: Instant;
  readonly horizonMs: number | undefined;
  readonly reason: string;
}

/** Everything about one symbol, found with one look-up per bar. */
export interface Market {
  readonly symbol: AssetSymbol;
  instrument: Instrument | undefined;
  /** Close of the newest bar; NaN before the first. */
  lastPrice: number;
  /** The newest quote when something was last decided, or could have been; nothing where none came. */
  quote: Quote | undefined;
  lastBarStartsAt: Instant;
  lastBarEndsAt: Instant;
  readonly position: Position;
  /** What the controls know of its past. */
  readonly tape: Tape;
  /** The position's quantity as a number, for marking on every bar without big integers. */
  held: number;
  /** Orders that are not final. */
  readonly openOrders: Order[];
  readonly portfolio: PortfolioPlan | undefined;
  /** Every deployment of the portfolio: each has its vote. */
  readonly seats: readonly Seat[];
  /** Those that see the bars of the stream as they come. */
  readonly streamSeats: readonly Seat[];
  /** What else measures them: the range that the exits go by, and what sizing does. */
  readonly streamGauges: readonly Gauge[];
  /** Those that see longer ones. */
  readonly frames: readonly Frame[];
  /** The exits at work; nothing where the portfolio has none. */
  readonly guard: Guard | undefined;
  /** The position is being left. */
  leaving: Leaving | undefined;
  /** When the broker last refused the order by which the flatten job was to close it. */
  flattenRefusedAt: Instant | undefined;
  /** What sizing measures; nothing where its method goes by nothing. */
  readonly sizeGauge: Gauge | undefined;
  /** The position as a trade, from flat to flat; nothing while flat, and where no portfolio trades the symbol. */
  trade: OpenTrade | undefined;
  /** A standing signal has a horizon, so the blend changes with time alone. */
  expiring: boolean;
  /** Something ended that decisions waited for: think again at the next bar. */
  reconsider: boolean;
  /** An entry was refused because the session was closed; until then it is thought of again. */
  wishUntil: Instant | undefined;
}

/** One deployment at work on one symbol. */
export interface Seat {
  readonly deployment: DeploymentPlan;
  readonly agent: AgentAtWork;
  standing: StandingSignal | undefined;
}

/** All seats of a market that see bars of the same length, and what makes those. */
export interface Frame {
  readonly timeframe: Timeframe;
  readonly aggregator: BarAggregator;
  readonly seats: readonly Seat[];
  readonly gauges: readonly Gauge[];
}

/** What the day (UTC) began with, so that the daily loss has something to stand on. */
export interface Day {
  readonly endsAt: Instant;
  readonly equityAtStart: Money;
}

/**
 * Equity as a number, moved along with every bar, and the number below which the exact losses are computed: so that a
 * bar costs one multiplication and not a dozen big integers. Set anew from exact money at every fill and every day.
 */
export interface LossScreen {
  equity: number;
  floor: number;
  /** Above this number the equity has a new peak. */
  ceiling: number;
}

export interface Books {
  readonly run: RunId;
  seq: number;
  at: Instant;
  /** Nothing may be sent before the broker's first statement was compared. */
  reconciled: boolean;
  cash: Money;
  day: Day | undefined;
  readonly lossScreen: LossScreen;
  readonly risk: RiskState;
  /** The account's latch of the kill switch. */
  kill: KillLatch;
  /** The engaged ones of a portfolio, a deployment or a symbol. */
  readonly latches: Map<PartialScope, KillLatch>;
  readonly markets: Map<AssetSymbol, Market>;
  /** The latest closed trades of each portfolio under its present plan, oldest first. */
  readonly closedTrades: Map<PortfolioId, ClosedTrade[]>;
  /** How far the Kelly of each portfolio that sizes by it has come. */
  readonly kellySteps: Map<PortfolioId, KellyStep>;
  /** In the order in which they were placed. */
  readonly locks: Lock[];
  /** How many were ever placed: the id of the newest. */
  locksPlaced: number;
  /** All orders that are not final, and the latest final ones (late fills find their order here). */
  orders: Map<OrderId, Order>;
  /** Final orders, oldest first; the oldest are forgotten. */
  readonly finished: OrderId[];
  /** How many of them are remembered, so that late words about them find them. */
  readonly keptFinishedOrders: number;
  /** Since this process began. */
  forgottenOrderCount: number;
  openOrderCount: number;
  filledOrderCount: number;
  /** Open orders at the broker that are not ours, each as it was last told of. */
  readonly externalOrders: Map<BrokerOrderId, OrderView>;
  /** Orders of ours on which executions of strangers hang. */
  readonly adopted: Set<OrderId>;
  /** When the latest orders were sent, oldest first; for the rate limit. */
  readonly sentAt: Instant[];
  sessions: readonly Session[];
  readonly lostFeeds: Set<string>;
  lastStatement: Statement | undefined;
  /** When an order was last sent or filled: a statement asked for before this proves nothing. */
  lastActivityAt: Instant;
  /** When the books began with the first statement. */
  begunAt: Instant;
  /** What was executed before this, by the broker's clock, is in that statement. */
  openingUntil: Instant;
  /** The broker's time of the latest execution that we know. Its clock is not ours, and ours may have been set meanwhile. */
  lastFillAt: Instant;
  /** All executions up to this time, the broker's, are in the books: they agreed with a statement then. */
  fillsProvenUntil: Instant;
  /** The session whose end was put on record last. */
  certified: string | undefined;
  /** Conclusive statements in a row that did not agree with the books. */
  disagreements: number;
}
