/** The exchange's whole state, changed in place by the files beside this one and by nothing else. */
import type { AssetSymbol } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Money, Price, Quantity } from '../domain/money.ts';
import { newYorkDay } from '../domain/new-york.ts';
import type { Session } from '../domain/session.ts';
import type { Instant } from '../domain/time.ts';
import { type ActivityStore, createActivityStore } from './activity-store.ts';
import type { Asset } from './asset.ts';
import { type Configurations, DEFAULT_CONFIGURATIONS } from './configurations.ts';
import type { Amendment, AssetChange, Restrictions } from './control-broker.ts';
import type { DueDividend } from './corporate-action.ts';
import { createEquityHistory, type EquityHistory } from './equity-history.ts';
import type { OutgoingEvent } from './events.ts';
import { type FeesDue, noFees } from './fees-due.ts';
import { createOrderBook, type OrderBook } from './order-book.ts';
import type { Position } from './position.ts';
import { createPublished, type Published } from './published-state.ts';
import type { Quote } from './quote.ts';
import { type ChanceState, seededChance, uuidOf } from './random.ts';
import type { Phase, SessionBook } from './sessions.ts';
import type { ExchangeSettings } from './settings.ts';
import type { Tape } from './tape.ts';
import type { Watchlist } from './watchlist.ts';

/** Where the tape is: next to play are `step` of `minute` in `lap` (step 4 ends the minute), and the recorded tick `tick`. */
export interface Cursor {
  lap: number;
  minute: number;
  step: number;
  tick: number;
}

export interface AccountState {
  cash: Money;
  /** Equity and maintenance margin when the day began. */
  lastEquity: Money;
  lastMaintenance: Money;
  /** The same at the last close; they become those of the next day. */
  closingEquity: Money;
  closingMaintenance: Money;
  balanceAsOf: string;
  /** Buying power that open orders for marginable assets hold back, and cash that those for crypto do. */
  reservedMargin: Money;
  reservedCash: Money;
  readonly createdAt: Instant;
}

/** What a holding came to at a price. */
export interface Worth {
  price: Price;
  quantity: Quantity;
  value: bigint;
  maintenance: bigint;
  readonly asset: Asset;
}

export interface World {
  readonly settings: ExchangeSettings;
  readonly tape: Tape;
  readonly sessions: SessionBook;
  now: Instant;
  cursor: Cursor;
  /** The session that is open. */
  session: Session | undefined;
  phase: Phase;
  /** When the calendar next has something to do. */
  edgeAt: Instant;
  account: AccountState;
  configurations: Configurations;
  orders: OrderBook;
  positions: Map<AssetSymbol, Position>;
  /** Of each symbol that was ever held, as it was last asked. */
  worths: Map<AssetSymbol, Worth>;
  quotes: Map<AssetSymbol, Quote>;
  /** What the broker has laid upon the account, and what became of assets. */
  restrictions: Restrictions;
  assetChanges: Readonly<Record<string, AssetChange>>;
  /** By execution id, of those that were corrected or busted. */
  amendments: Readonly<Record<string, Amendment>>;
  /** Symbols in which nothing trades. */
  halted: Set<AssetSymbol>;
  /** Last prices when the day began. */
  lastDayPrices: Map<AssetSymbol, Price>;
  /** Last prices of equities at the last close. */
  closingPrices: Map<AssetSymbol, Price>;
  activities: ActivityStore;
  feesDue: FeesDue;
  dividendsDue: DueDividend[];
  equityHistory: EquityHistory;
  watchlists: Watchlist[];
  chance: ChanceState;
  /** Counts ids handed out, events told and prices injected. */
  ids: number;
  eventCount: number;
  tradeCount: number;
  published: Published;
  outbox: OutgoingEvent[];
}

/** A fill for each finished order that is kept, and as many partial fills and fees. */
export const activitiesToKeep = ({ keepFinishedOrders }: ExchangeSettings): number => keepFinishedOrders * 2;

export function createWorld(settings: ExchangeSettings, tape: Tape, sessions: SessionBook, now: Instant): World {
  const orders = createOrderBook(settings.seed, settings.keepFinishedOrders);
  return {
    settings,
    tape,
    sessions,
    now,
    cursor: { lap: 0, minute: 0, step: 0, tick: 0 },
    session: undefined,
    phase: 'closed',
    edgeAt: now,
    account: {
      cash: settings.cash,
      lastEquity: settings.cash,
      lastMaintenance: 0n as Money,
      closingEquity: settings.cash,
      closingMaintenance: 0n as Money,
      balanceAsOf: '',
      reservedMargin: 0n as Money,
      reservedCash: 0n as Money,
      createdAt: now,
    },
    configurations: DEFAULT_CONFIGURATIONS,
    orders,
    positions: new Map(),
    worths: new Map(),
    quotes: new Map(),
    restrictions: {},
    assetChanges: {},
    amendments: {},
    halted: new Set(),
    lastDayPrices: new Map(),
    closingPrices: new Map(),
    activities: createActivityStore(settings.seed, orders.ids, activitiesToKeep(settings)),
    feesDue: noFees(),
    dividendsDue: [],
    equityHistory: createEquityHistory(),
    watchlists: [],
    chance: seededChance(settings.seed),
    ids: 0,
    eventCount: 0,
    tradeCount: 0,
    published: createPublished(now),
    outbox: [],
  };
}

export function nextId(world: World): string {
  world.ids += 1;
  return uuidOf(world.settings.seed, world.ids);
}

/** The asset behind an order's symbol, which was checked when the order came in. */
export function assetOf(world: World, symbol: AssetSymbol): Asset {
  const asset = world.tape.assets.get(symbol);
  if (!asset) throw new Error(`${symbol} is not listed; the state belongs to another tape`);
  return asset;
}

/** An instrument as it is after what became of it. */
export const instrumentNow = ({ assetChanges }: World, { instrument }: Asset): Instrument => ({
  ...instrument,
  ...assetChanges[instrument.symbol],
});

/** There are no locates: what is hard to borrow is not sold short. */
export const isBorrowable = ({ shortable, borrowStatus }: Instrument): boolean => shortable && borrowStatus === 'easy_to_borrow';

/** Whether an asset has its symbol today: one that changes its name has each for a time. */
export const isListed = ({ tape, now }: World, { instrument }: Asset): boolean => tape.names.isNameOn(instrument.symbol, newYorkDay(now));

/** The last known price: the last trade, else the close of the warm-up history. */
export function lastPrice(world: World, symbol: AssetSymbol): Price | undefined {
  return world.quotes.get(symbol)?.last ?? world.lastDayPrices.get(symbol);
}
