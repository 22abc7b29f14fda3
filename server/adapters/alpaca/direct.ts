/**
 * The kill switch's last way: straight to the broker, without daemon, journal or database. Cancels everything, closes
 * everything when told to, and believes it only when the broker's own lists are empty.
 */

import { z } from 'zod';
import type { Log } from '#server/runtime/ports.ts';
import type { Answer } from './answer.ts';
import type { AlpacaClient } from './client.ts';
import { explainInOneLine } from './explain.ts';
import { BatchItem } from './order-schema.ts';
import { createReader, type Reader } from './schema.ts';

export interface DirectKillOptions {
  readonly client: AlpacaClient;
  readonly log: Log;
  /** Also sell what is held and buy back what is short. */
  readonly closePositions: boolean;
  /** Wall milliseconds after which it gives up waiting. */
  readonly boundMs?: number;
  readonly pause?: (ms: number) => Promise<void>;
  readonly wall?: () => number;
}

export interface DirectKillReport {
  /** Nothing is left of what was to go, by the broker's own lists. */
  readonly confirmed: boolean;
  /** Orders that the broker took off. */
  readonly cancelled: number;
  /** Positions that are gone. */
  readonly closed: number;
  readonly remaining: { readonly orders: readonly string[]; readonly positions: readonly string[] };
  /** Why it is not confirmed: what, where, remedy. */
  readonly failure: string | undefined;
}

const BOUND_MS = 60_000;
const PAUSE_MS = 500;

const ListedOrder = z.object({ id: z.string(), symbol: z.string().nullish() });
const ListedPosition = z.object({ symbol: z.string() });

/** The broker will not listen: going on can not help. */
class RefusedError extends Error {}

interface Round {
  readonly client: AlpacaClient;
  readonly reader: Reader;
  readonly cancelled: Set<string>;
  lastFailure: string | undefined;
}

/** Notes what went wrong; throws when it will go wrong again. */
function failed(round: Round, answer: Exclude<Answer, { kind: 'ok' }>): undefined {
  round.lastFailure = explainInOneLine(round.client.origins.trading, answer);
  if (answer.status === 401 || (answer.kind === 'refused' && answer.status === 403)) throw new RefusedError(round.lastFailure);
  return undefined;
}

async function list<T>(round: Round, what: string, item: z.ZodType<T>, ask: Promise<Answer>): Promise<readonly T[] | undefined> {
  const answer = await ask;
  if (answer.kind !== 'ok') return failed(round, answer);
  return round.reader.read(what, z.array(item), answer.body ?? []);
}

const openOrders = (round: Round) =>
  list(
    round,
    'open orders',
    ListedOrder,
    round.client.read('kill', (alpaca) => alpaca.trading.orders.getAllOrdersRaw({ status: 'open', limit: 500, nested: false })),
  );

const positions = (round: Round) =>
  list(
    round,
    'positions',
    ListedPosition,
    round.client.read('kill', (alpaca) => alpaca.trading.positions.getAllOpenPositionsRaw()),
  );

async function cancelAll(round: Round): Promise<void> {
  const answer = round.client.change('kill', (alpaca) => alpaca.trading.orders.deleteAllOrdersRaw());
  const items = await list(round, 'cancelled orders', BatchItem, answer);
  for (const { id, status, body } of items ?? []) {
    if (status < 300 && id != null) round.cancelled.add(id);
    else round.lastFailure = `order ${id} was not cancelled (${body?.message ?? `status ${status}`}); cancel it at the broker`;
  }
}

async function closeAll(round: Round): Promise<void> {
  const answer = round.client.change('kill', (alpaca) => alpaca.trading.positions.deleteAllOpenPositionsRaw({ cancelOrders: false }));
  const items = await list(round, 'closed positions', BatchItem, answer);
  for (const { symbol, status, body } of items ?? []) {
    if (status >= 300) round.lastFailure = `${symbol} was not closed (${body?.message ?? `status ${status}`}); close it at the broker`;
  }
}

export async function killDirect(options: DirectKillOptions): Promise<DirectKillReport> {
  const { client, log, closePositions, boundMs = BOUND_MS, wall = () => performance.now() } = options;
  const pause = options.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  const round: Round = { client, reader: createReader(log), cancelled: new Set(), lastFailure: undefined };
  const deadline = wall() + boundMs;
  let orders: readonly z.output<typeof ListedOrder>[] | undefined;
  let held: readonly z.output<typeof ListedPosition>[] | undefined;
  const seen = new Set<string>();

  const until = async (isDone: () => Promise<boolean>): Promise<boolean> => {
    for (;;) {
      if (await isDone()) return true;
      if (wall() >= deadline) return false;
      await pause(PAUSE_MS);
    }
  };
  const noOrders = async (): Promise<boolean> => {
    await cancelAll(round);
    orders = await openOrders(round);
    return orders?.length === 0;
  };
  const nothingHeld = async (): Promise<boolean> => {
    held = await positions(round);
    for (const { symbol } of held ?? []) seen.add(symbol);
    if (held === undefined || held.length === 0) return held !== undefined;
    // Closing orders under way are left to work: to cancel them would only begin anew.
    orders = await openOrders(round);
    if (orders?.length === 0) await closeAll(round);
    return false;
  };
  let confirmed = false;
  try {
    confirmed = (await until(noOrders)) && (!closePositions || (await until(nothingHeld)));
    if (!closePositions) held = await positions(round);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
  }
  const unconfirmed = round.lastFailure ?? 'the broker still lists what should be gone; orders may be waiting for the market to open';
  const left = held?.map(({ symbol }) => symbol) ?? [];
  return {
    confirmed,
    cancelled: round.cancelled.size,
    closed: closePositions ? [...seen].filter((symbol) => !left.includes(symbol)).length : 0,
    remaining: { orders: orders?.map(({ id, symbol }) => `${symbol ?? ''} ${id}`.trim()) ?? [], positions: left },
    failure: confirmed ? undefined : unconfirmed,
  };
}
