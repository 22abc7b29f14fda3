/** Rare things that have to happen in a large batch of days: one that never does is a part of the product that nothing has tried. */
import { parseOrderId } from '#server/domain/ids.ts';
import { FAULT_NAMES } from '#server/exchange/faults/catalogue.ts';
import type { Invariant, Watch } from './invariants/invariant.ts';
import { booksOf, type Evidence } from './world/evidence.ts';
import { orderIn, type Sent } from './world/wire.ts';

/** Faults that no day draws: they forge what nobody could see through, or strike what the daemon never asks for. */
const NOT_DRAWN: ReadonlySet<string> = new Set(['unauthorized', 'streamRefused', 'duplicateExecution', 'missingField', 'omittedItem']);

const LEVELS = ['reduceOnly', 'halt', 'cancelOpening', 'cancelAll', 'flatten'] as const;
const ALERTS = ['killEngaged', 'orderRejected', 'externalOrder', 'unprotected', 'feedLost'] as const;
const KINDS = [
  'stopping',
  'feedRestored',
  'orderAccepted',
  'orderRejected',
  'orderUnknown',
  'orderNotFound',
  'cancelRefused',
  'fill',
  'killReleased',
] as const;
const TYPES = ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop', 'oco'] as const;

const OTHERS = [
  'an execution was known at the broker before our request was answered',
  'a cancel crossed a fill',
  'a partly filled order was cancelled',
  'an order expired',
  'a stop fired',
  'a take-profit filled',
  'a position was short',
  'a pair was traded',
  'the broker answered 429',
  'the broker refused an order',
  'the broker refused a cancel',
  'the broker did not know an order it was asked for',
  'the broker took an order whose answer never arrived',
  'a cancel of everything left',
  'an order took the place of another',
  'the broker refused a replacement',
  'the process was killed with an order under way',
  'the process was killed with an order unknown',
  'the process was killed while it started',
  'recovered books were held against a replay',
  'recovered with an order open',
  'recovered with the kill switch engaged',
  'recovered a position',
  'another process went on with the journal of one that lives',
  'a write was refused',
  'the disk was full',
  'a write was committed and reported as failed',
  'a write was slow',
  'flattened to nothing',
  'the loss of the day closed the latch',
  'the day had no mishap',
  'the day was a half day',
  'an order was given by hand',
  'a position was moved past the daemon, and found',
] as const;

const AMBUSHES = [
  'writing, kill',
  'writing, engage',
  'written, kill',
  'written, engage',
  'sent, kill',
  'waiting, engage',
  'waiting, fillDisk',
] as const;

export type Mark = (typeof OTHERS)[number];

export const MARKS: readonly string[] = [
  ...FAULT_NAMES.filter((name) => !NOT_DRAWN.has(name)).map((name) => `fault: ${name}`),
  ...LEVELS.map((level) => `level: ${level}`),
  ...ALERTS.map((code) => `alert: ${code}`),
  ...KINDS.map((kind) => `event: ${kind}`),
  ...TYPES.map((type) => `order: ${type}`),
  ...AMBUSHES.map((what) => `ambush: ${what}`),
  ...OTHERS,
];

/** Watches like an invariant, and never objects. */
export const observer: Invariant = {
  name: 'marks',
  watch: (evidence) => merged(ofJournal(evidence), ofBroker(evidence), ofProcess(evidence)),
};

function merged(...watches: readonly Watch[]): Watch {
  const tell = (deed: (watch: Watch) => unknown): undefined => {
    for (const watch of watches) deed(watch);
    return undefined;
  };
  return {
    onSend: (sent) => tell((watch) => watch.onSend?.(sent)),
    onDurable: (row) => tell((watch) => watch.onDurable?.(row)),
    onTruth: (update, before) => tell((watch) => watch.onTruth?.(update, before)),
    onAnswered: (sent) => tell((watch) => watch.onAnswered?.(sent)),
    onRecovered: (process) => tell((watch) => watch.onRecovered?.(process)),
    atEnd: () => tell((watch) => watch.atEnd?.()),
  };
}

const TOLD = /"kind":"(?:place|alert)"/;

function ofJournal({ mark, mishaps, settings, diskFailures, durable, hosts }: Evidence): Watch {
  const isMoved = mishaps.some(({ kind }) => kind === 'transfer');
  return {
    onDurable: (row) => {
      if ((KINDS as readonly string[]).includes(row.kind)) mark(`event: ${row.kind}`);
      if (!TOLD.test(row.text)) return undefined;
      for (const command of row.entry.commands) {
        if (command.kind === 'place') mark(`order: ${command.intent.type}`);
        if (command.kind !== 'alert') continue;
        mark(`alert: ${command.code}`);
        if (command.code === 'booksDiffer' && isMoved) mark('a position was moved past the daemon, and found');
        const level = LEVELS.find((one) => command.code === 'killEngaged' && command.text.startsWith(one));
        if (level !== undefined) mark(`level: ${level}`);
        if (level !== undefined && command.text.includes('by risk.dailyLoss')) mark('the loss of the day closed the latch');
      }
      return undefined;
    },
    atEnd: () => {
      if (mishaps.length === 0) mark('the day had no mishap');
      if (settings.closesMinute < 960) mark('the day was a half day');
      for (const [what, name] of DISK_MARKS) if (diskFailures.has(what)) mark(name);
      const books = booksOf(hosts[0]?.process);
      const isFlat = books !== undefined && [...books.markets.values()].every(({ held }) => held === 0);
      if (durable.kill === 'flatten' && isFlat) mark('flattened to nothing');
      return undefined;
    },
  };
}

const DISK_MARKS: readonly (readonly [string, Mark])[] = [
  ['refused', 'a write was refused'],
  ['full', 'the disk was full'],
  ['lied', 'a write was committed and reported as failed'],
  ['slow', 'a write was slow'],
];

function ofBroker({ mark, truth }: Evidence): Watch {
  /** Kept as requests leave: every execution asks, and a day has a thousand requests. */
  const posted = new Map<string, Sent>();
  const withdrawn = new Set<string>();
  const unanswered = (id: string): boolean => posted.has(id) && posted.get(id)?.status === undefined;
  return {
    onSend: (sent) => {
      const { method, url } = sent;
      if (method === 'POST') posted.set(orderIn(sent).clientOrderId, sent);
      if (method === 'DELETE') withdrawn.add(url.slice(url.lastIndexOf('/') + 1));
      return undefined;
    },
    onTruth: ({ event, order, execution }, before) => {
      if (parseOrderId(order.clientOrderId) === undefined && order.orderClass !== 'oco') mark('an order was given by hand');
      if (event === 'expired') mark('an order expired');
      if (event === 'canceled' && order.filledQuantity > 0n) mark('a partly filled order was cancelled');
      if (execution === undefined) return undefined;
      if (before === undefined || unanswered(order.clientOrderId))
        mark('an execution was known at the broker before our request was answered');
      if (withdrawn.has(order.id)) mark('a cancel crossed a fill');
      if (order.type !== 'market' && order.type !== 'limit') mark('a stop fired');
      if (order.role === 'takeProfit' || order.type === 'limit') mark('a take-profit filled');
      if (execution.positionQuantity < 0n) mark('a position was short');
      if (order.symbol.includes('/')) mark('a pair was traded');
      return undefined;
    },
    onAnswered: ({ method, url, status = 0, body }) => {
      if (status === 429) mark('the broker answered 429');
      if (method === 'POST' && status >= 400 && status < 500 && status !== 429) mark('the broker refused an order');
      if (method === 'DELETE' && status === 422) mark('the broker refused a cancel');
      if (method === 'PATCH') mark(status === 200 ? 'an order took the place of another' : 'the broker refused a replacement');
      if (method === 'DELETE' && url === '/v2/orders') mark('a cancel of everything left');
      if (status === 404 && url.includes('by_client_order_id')) mark('the broker did not know an order it was asked for');
      if (method === 'POST' && status >= 500 && truth.byClientId.has(String(JSON.parse(body)['client_order_id'])))
        mark('the broker took an order whose answer never arrived');
      return undefined;
    },
  };
}

function ofProcess({ mark, durable }: Evidence): Watch {
  return {
    onRecovered: (process) => {
      const books = booksOf(process);
      if (books === undefined || durable.headSeq === 0) return undefined;
      if (books.openOrderCount > 0) mark('recovered with an order open');
      if (books.kill.level !== 'armed') mark('recovered with the kill switch engaged');
      if ([...books.markets.values()].some(({ held }) => held !== 0)) mark('recovered a position');
      return undefined;
    },
  };
}
