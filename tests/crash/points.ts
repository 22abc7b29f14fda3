/**
 * The crash points of a daemon: named moments of its work at which it is killed. Each is seen from outside, at the border that the
 * moment lies on: the database, the wire, the broker. Several of the catalogue are one moment here, because one transaction holds
 * the input, the verdict, the reservation and the intent; what this daemon does not have is listed in ABSENT.
 */
import type { Put } from '#server/adapters/store/driver.ts';
import type { TradeUpdate } from '#server/exchange/events.ts';
import type { Mishap } from '#tests/simulation/world/mishaps.ts';
import { isOrderRequest, type Sent } from '#tests/simulation/world/wire.ts';

export type Moment =
  | { readonly kind: 'before' | 'after'; readonly puts: readonly Put[] }
  | { readonly kind: 'send' | 'answered'; readonly sent: Sent }
  | { readonly kind: 'truth'; readonly update: TradeUpdate };

export interface Point {
  /** Of the catalogue, and what happens there. */
  readonly name: string;
  readonly is: (moment: Moment) => boolean;
  /** The request does not leave the machine. */
  readonly isLost?: true;
  /** Another day than the usual one: not every plan has this. */
  readonly seed?: number;
  /** What has to happen on the day for the moment to come. */
  readonly mishaps?: readonly Mishap[];
}

const TEXT = 4;

const written = (when: 'before' | 'after', what: RegExp) => (moment: Moment) =>
  moment.kind === when && moment.puts.some(({ table, rows }) => table === 'journal' && rows.some((row) => what.test(String(row[TEXT]))));

/** The ledger of a turn, in its own transaction. */
const recorded = (when: 'before' | 'after', status: RegExp) => (moment: Moment) =>
  moment.kind === when && moment.puts.some(({ table, rows }) => table === 'orders' && rows.some((row) => status.test(String(row.at(-1)))));

const saved = (when: 'before' | 'after') => (moment: Moment) =>
  moment.kind === when && moment.puts.some(({ table, rows }) => table === 'snapshots' && rows.length > 0);

const onWire = (kind: 'send' | 'answered', is: (sent: Sent) => boolean) => (moment: Moment) => moment.kind === kind && is(moment.sent);

const atBroker = (is: (update: TradeUpdate) => boolean) => (moment: Moment) => moment.kind === 'truth' && is(moment.update);

const isEntry = (sent: Sent): boolean => isOrderRequest(sent) && sent.body.includes('"market"');
const isProtective = (sent: Sent): boolean => isOrderRequest(sent) && !sent.body.includes('"market"');
const isReplacement = ({ method }: Sent): boolean => method === 'PATCH';
const isCancel = ({ method }: Sent): boolean => method === 'DELETE';
const asks =
  (path: RegExp) =>
  (sent: Sent): boolean =>
    sent.method === 'GET' && path.test(sent.url);

const ENTRY = /"event":\{"kind":"bar".*"kind":"place"/;
const PROTECTION = /"kind":"place".*"exit":"/;
const REPLACED = /"kind":"replace",/;
const CANCEL = /"kind":"cancel",/;
const FILL = /"event":\{"kind":"fill"/;
const SUBMITTING = /"status":"submitting"/;
const WORKING = /"status":"working"/;
const FILLED = /"status":"filled"/;
const ACCEPTED = /"event":\{"kind":"orderAccepted"/;
const ENGAGED = /"event":\{"kind":"killEngaged"/;
const RELEASED = /"event":\{"kind":"killReleased"/;
const STARTED = /"event":\{"kind":"started"/;
const STATEMENT = /"event":\{"kind":"statement"/;
const CERTIFIED = /"kind":"certify"/;
const FOREIGN = /"event":\{"kind":"fill".*by-hand/;

/** A day whose plan moves the stops of its pairs. */
const MOVING_STOPS = 8;

const HOUR_MS = 3_600_000;
const switched: readonly Mishap[] = [{ nth: 0, atMs: HOUR_MS, kind: 'engage', level: 'cancelAll', releaseAfterMs: HOUR_MS / 2 }];
/** The exchange refuses some of them: it depends on what is open. */
const outside: readonly Mishap[] = (['AAPL', 'MSFT'] as const).flatMap((symbol, place) =>
  (['buy', 'sell'] as const).map((side, nth) => ({
    ...{ kind: 'outsideOrder' as const, symbol, side, qty: '3' },
    nth: place * 2 + nth,
    atMs: (1 + place + nth / 2) * HOUR_MS,
  })),
);

export const POINTS: readonly Point[] = [
  { name: 'C01-C06 bar, verdict, reservation and intent are not committed', is: written('before', ENTRY) },
  { name: 'C07 they are committed, and nothing is done', is: written('after', ENTRY) },
  { name: 'C08-C10 the order leaves and does not arrive', is: onWire('send', isEntry), isLost: true },
  { name: 'C11 the order is written to the wire', is: onWire('send', isEntry) },
  { name: 'C12 the broker has it, and has not answered', is: atBroker(({ event }) => event === 'new') },
  { name: 'C13 the answer is under way', is: onWire('answered', isEntry) },
  { name: 'C14 the acceptance is not committed', is: written('before', ACCEPTED) },
  { name: 'C15 the acceptance is committed, and not its ledger', is: written('after', ACCEPTED) },
  { name: 'C16 the ledger of an order that is out is not committed', is: recorded('before', SUBMITTING) },
  { name: 'C16 the ledger of the acceptance is not committed', is: recorded('before', WORKING) },
  { name: 'C16 the ledger of the acceptance is committed', is: recorded('after', WORKING) },
  { name: 'C17 it filled, and the frame is under way', is: atBroker(({ event }) => event === 'fill') },
  { name: 'C17 a part filled, and the frame is under way', is: atBroker(({ event }) => event === 'partial_fill') },
  { name: 'C18 the fill is not committed', is: written('before', FILL) },
  { name: 'C18-C19 the fill is committed, the position with it', is: written('after', FILL) },
  { name: 'C18-C19 the fill is committed, and the ledger of its order not', is: recorded('before', FILLED) },
  { name: 'C20 the protection is not committed', is: written('before', PROTECTION) },
  { name: 'C20 the protection is committed, and not sent', is: written('after', PROTECTION) },
  { name: 'C21 the protection leaves and does not arrive', is: onWire('send', isProtective), isLost: true },
  { name: 'C21 the protection is written to the wire', is: onWire('send', isProtective) },
  { name: 'C22 the protection is answered', is: onWire('answered', isProtective) },
  { name: 'C23 a cancel is not committed', is: written('before', CANCEL) },
  { name: 'C23 a cancel is committed, and not sent', is: written('after', CANCEL) },
  { name: 'C24 a cancel leaves and does not arrive', is: onWire('send', isCancel), isLost: true },
  { name: 'C24 a cancel is written to the wire', is: onWire('send', isCancel) },
  { name: 'C25 a cancel is answered', is: onWire('answered', isCancel) },
  { name: 'C26 a replacement is not committed', is: written('before', REPLACED), seed: MOVING_STOPS },
  { name: 'C26 a replacement is committed, and not sent', is: written('after', REPLACED), seed: MOVING_STOPS },
  { name: 'C27 a replacement leaves and does not arrive', is: onWire('send', isReplacement), isLost: true, seed: MOVING_STOPS },
  { name: 'C27 a replacement is written to the wire', is: onWire('send', isReplacement), seed: MOVING_STOPS },
  { name: 'C27 a replacement is answered', is: onWire('answered', isReplacement), seed: MOVING_STOPS },
  { name: 'C28 in the middle of a reconciliation: executions', is: onWire('answered', asks(/activities/)) },
  { name: 'C28 in the middle of a reconciliation: open orders', is: onWire('answered', asks(/^\/v2\/orders\?/)) },
  { name: 'C28 in the middle of a reconciliation: positions', is: onWire('answered', asks(/^\/v2\/positions/)) },
  { name: 'C29 a foreign fill is not committed', is: written('before', FOREIGN), mishaps: outside },
  { name: 'C29 a foreign fill is committed, its order with it', is: written('after', FOREIGN), mishaps: outside },
  { name: 'C31 a snapshot is not committed', is: saved('before') },
  { name: 'C32 a snapshot is committed, and not anchored', is: saved('after') },
  { name: 'C33 the latch is closed in memory, and not committed', is: written('before', ENGAGED), mishaps: switched },
  { name: 'C34 the latch is committed, no cancel has left', is: written('after', ENGAGED), mishaps: switched },
  { name: 'C36 the release is not committed', is: written('before', RELEASED), mishaps: switched },
  { name: 'C36 the release is committed', is: written('after', RELEASED), mishaps: switched },
  { name: 'C39 the certificate of the day is not committed', is: written('before', CERTIFIED) },
  { name: 'C39 the certificate of the day is committed', is: written('after', CERTIFIED) },
];

/** Of a start: where a second crash falls into the recovery from the first. */
export const RECOVERY: readonly Point[] = [
  { name: 'recovered, and the start is not committed', is: written('before', STARTED) },
  { name: 'the start is committed, and no order was asked for', is: written('after', STARTED) },
  { name: 'the account is asked for', is: onWire('send', asks(/^\/v2\/account$/)) },
  { name: 'an order is asked for by its name', is: onWire('send', asks(/by_client_order_id/)) },
  { name: 'an order that was asked for is answered', is: onWire('answered', asks(/by_client_order_id/)) },
  { name: 'the executions are answered', is: onWire('answered', asks(/activities/)) },
  { name: 'the first statement is not committed', is: written('before', STATEMENT) },
  { name: 'the first statement is committed', is: written('after', STATEMENT) },
];

/** Points of the catalogue that this daemon has no moment for. */
export const ABSENT: Readonly<Record<string, string>> = {
  C30: 'the journal is a table and is not rotated',
  C35: 'one request cancels everything (C24 is that request, too)',
  C37: 'the configuration is read at the start',
  C38: 'keys are not stored',
  C40: 'a migration is one transaction before anything is opened; tests/store/migrations.test.ts kills it',
};
