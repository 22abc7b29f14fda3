/** The whole state as text and back. Big integers are written as `{"$":"123"}`; indexes are built again. */
import type { AssetSymbol } from '../domain/ids.ts';
import type { SavedEquity } from './equity-history.ts';
import { isActive } from './matching.ts';
import { bookOf, createOrderBook, watchMarket } from './order-book.ts';
import type { SavedOrders } from './order-store.ts';
import { createPublished } from './published-state.ts';
import type { SavedLog } from './record-log.ts';
import { addToBook } from './symbol-book.ts';
import type { World } from './world.ts';

const VERSION = 3;

/** What of a world is written down: everything but its tape, its settings, and what it has yet to say. */
type Saved = Omit<
  World,
  | 'settings'
  | 'tape'
  | 'sessions'
  | 'session'
  | 'orders'
  | 'activities'
  | 'equityHistory'
  | 'positions'
  | 'quotes'
  | 'halted'
  | 'lastDayPrices'
  | 'closingPrices'
  | 'phase'
  | 'published'
  | 'outbox'
> & {
  readonly version: number;
  readonly orders: SavedOrders;
  readonly savedActivities: SavedLog;
  readonly savedEquity: SavedEquity;
  readonly positions: readonly (readonly [AssetSymbol, unknown])[];
  readonly quotes: readonly (readonly [AssetSymbol, unknown])[];
  readonly lastDayPrices: readonly (readonly [AssetSymbol, unknown])[];
  readonly closingPrices: readonly (readonly [AssetSymbol, unknown])[];
  readonly halted: readonly AssetSymbol[];
};

const write = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? { $: value.toString() } : value);

function read(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$' in value) || typeof value.$ !== 'string') return value;
  return BigInt(value.$);
}

export function saveWorld(world: World): string {
  const {
    settings: _settings,
    tape: _tape,
    sessions: _sessions,
    session: _session,
    phase: _phase,
    activities: _activities,
    equityHistory: _history,
    published: _published,
    outbox: _outbox,
    ...rest
  } = world;
  const saved: Saved = {
    version: VERSION,
    ...rest,
    orders: world.orders.store.save(),
    savedActivities: world.activities.save(),
    savedEquity: world.equityHistory.save(),
    positions: [...world.positions],
    quotes: [...world.quotes],
    lastDayPrices: [...world.lastDayPrices],
    closingPrices: [...world.closingPrices],
    halted: [...world.halted],
  };
  return JSON.stringify(saved, write);
}

export function loadWorld(world: World, text: string): void {
  const saved = JSON.parse(text, read) as Saved;
  if (saved.version !== VERSION) {
    throw new Error(
      `the exchange's snapshot has version ${saved.version}, this program reads ${VERSION}; remove the exchange's state folder to begin anew`,
    );
  }
  const {
    version: _version,
    orders,
    savedActivities,
    savedEquity,
    positions,
    quotes,
    lastDayPrices,
    closingPrices,
    halted,
    ...rest
  } = saved;
  const { seed, keepFinishedOrders } = world.settings;
  const book = createOrderBook(seed, keepFinishedOrders);
  // In the order of submission, which is also the order in which open orders are matched.
  for (const order of book.store.load(orders)) {
    addToBook(bookOf(book, order.symbol), order);
    if (isActive(order)) watchMarket(book, order);
  }
  world.activities.load(savedActivities);
  world.equityHistory.load(savedEquity);
  Object.assign(world, rest, {
    orders: book,
    positions: new Map(positions),
    quotes: new Map(quotes),
    lastDayPrices: new Map(lastDayPrices),
    closingPrices: new Map(closingPrices),
    halted: new Set(halted),
    phase: world.sessions.phaseAt(rest.now),
    session: world.sessions.at(rest.now),
    published: createPublished(rest.now),
    outbox: [],
  });
}
