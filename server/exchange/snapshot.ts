/**
 * The state as a checkpoint and back, or all of it as one text. Big integers are written as `{"$":"123"}`; indexes are
 * built again.
 */
import type { AssetSymbol } from '../domain/ids.ts';
import { createActivityStore } from './activity-store.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { createEquityHistory, type SavedEquity } from './equity-history.ts';
import type { Checkpoint, HistoryName, HistoryPart } from './history-part.ts';
import { isActive } from './matching.ts';
import { bookOf, createOrderBook, watchMarket } from './order-book.ts';
import type { SavedOrders } from './order-store.ts';
import { createPublished } from './published-state.ts';
import type { SavedLog } from './record-log.ts';
import { addToBook } from './symbol-book.ts';
import { activitiesToKeep, type World } from './world.ts';

const VERSION = 5;

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
  | 'worths'
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

interface EncodedPart {
  readonly history: HistoryName;
  readonly index: number;
  readonly bytes: string;
}

const write = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? { $: value.toString() } : value);

function read(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$' in value) || typeof value.$ !== 'string') return value;
  return BigInt(value.$);
}

/** All of a state as one JSON text: that of the checkpoint, with the parts in it. */
export function saveWorld(world: World): string {
  const { state, parts } = checkpointOf(world);
  const encoded = parts.map(({ bytes, ...part }) => ({ ...part, bytes: toBase64(bytes) }));
  return `${state.slice(0, -1)},"parts":${JSON.stringify(encoded)}}`;
}

export function loadWorld(world: World, text: string): void {
  const { parts, ...saved } = JSON.parse(text, read) as Saved & { readonly parts: readonly EncodedPart[] };
  checkVersion(saved);
  resume(
    world,
    saved,
    parts.map(({ bytes, ...part }) => ({ ...part, bytes: fromBase64(bytes) })),
  );
}

export function resumeWorld(world: World, { state, parts }: Checkpoint): void {
  const saved = JSON.parse(state, read) as Saved;
  checkVersion(saved);
  resume(world, saved, parts);
}

export function checkpointOf(world: World): Checkpoint {
  const {
    settings: _settings,
    tape: _tape,
    sessions: _sessions,
    session: _session,
    phase: _phase,
    activities: _activities,
    equityHistory: _history,
    published: _published,
    worths: _worths,
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
  const parts = [...world.orders.store.parts(), ...world.activities.parts(), ...world.equityHistory.parts()];
  return { state: JSON.stringify(saved, write), parts };
}

function checkVersion({ version }: Saved): void {
  if (version === VERSION) return;
  throw new Error(
    `the exchange's snapshot has version ${version}, this program reads ${VERSION}; remove the exchange's state folder to begin anew`,
  );
}

/** Nothing of the world changes when the parts turn out to be damaged. */
function resume(world: World, saved: Saved, parts: readonly HistoryPart[]): void {
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
  for (const order of book.store.load(orders, parts)) {
    addToBook(bookOf(book, order.symbol), order);
    if (isActive(order)) watchMarket(book, order);
  }
  const activities = createActivityStore(seed, book.ids, activitiesToKeep(world.settings));
  activities.load(savedActivities, parts);
  const equityHistory = createEquityHistory();
  equityHistory.load(savedEquity, parts);
  Object.assign(world, rest, {
    orders: book,
    activities,
    equityHistory,
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
