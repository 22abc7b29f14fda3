/** What the controls must know of a symbol's past: how much of it trades, how far it moves, what was given and what was halted. */
import type { Quantity } from './money.ts';
import type { Side } from './order.ts';
import { DAY_MS, type Instant, MINUTE_MS } from './time.ts';

export interface DailyReturn {
  /** Days since 1970, UTC. */
  readonly day: number;
  readonly change: number;
}

/** When trading was halted last, and when it went on: nothing while it is halted. */
export interface Halt {
  readonly reason: string;
  readonly at: Instant;
  readonly endedAt: Instant | undefined;
  /** Its end may have been told while nobody listened. */
  readonly isDoubtful: boolean;
}

/** Between which prices the market lets it trade, and since when we know. */
export interface PriceBand {
  readonly up: number;
  readonly down: number;
  readonly at: Instant;
}

export interface Tape {
  /** Of one bar, over about the last thirty; 0 before the first that traded. */
  averageVolume: number;
  /** Of the change from bar to bar, before the newest one; 0 before there are two. */
  variance: number;
  /** The newest change, without its sign. */
  lastMove: number;
  /** The newest day that was seen, and what the day before it ended with; 0 where that is not known. */
  day: number;
  previousClose: number;
  /** Oldest first. */
  returns: DailyReturn[];
  /** Of a day; 0 while it is not known. Derived from the returns. */
  volatility: number;
  /** Symbols of one number move together; 0: not known to move apart. Derived. */
  cluster: number;
  halt: Halt | undefined;
  band: PriceBand | undefined;
  lastEntry: { readonly side: Side; readonly quantity: Quantity; readonly at: Instant } | undefined;
  /** Entries of one side within the last half hour, oldest first; the other side begins anew. */
  entries: { readonly side: Side; readonly at: Instant }[];
}

/** So long an entry counts among those that repeat. */
const REPEAT_MS = 30 * MINUTE_MS;

/** An entry was given. One of the other side ends the row. */
export function noteEntry(tape: Tape, { side, quantity }: { readonly side: Side; readonly quantity: Quantity }, at: Instant): void {
  tape.lastEntry = { side, quantity, at };
  tape.entries = tape.entries.filter((entry) => entry.side === side && at - entry.at < REPEAT_MS);
  tape.entries.push({ side, at });
}

/** The market said that trading stopped, and why; or, without a reason, that it goes on. */
export function noteStatus(tape: Tape, reason: string | undefined, at: Instant): void {
  const since = tape.halt !== undefined && tape.halt.endedAt === undefined ? tape.halt : undefined;
  if (reason !== undefined) tape.halt = { reason, at: since?.at ?? at, endedAt: undefined, isDoubtful: false };
  else if (since !== undefined) tape.halt = { ...since, endedAt: at };
}

/** The market's word; limits of nothing take a band back. */
export function noteBand(tape: Tape, { up, down }: { readonly up: number; readonly down: number }, at: Instant): void {
  tape.band = up > 0 ? { up, down, at } : undefined;
}

const dayOf = (at: Instant): number => Math.floor(at / DAY_MS);

/** The band in force: each day of the market has its own. */
export const bandOf = ({ band }: Tape, at: Instant): PriceBand | undefined =>
  band !== undefined && dayOf(band.at) === dayOf(at) ? band : undefined;

/** Nothing is heard for a while: a halt may end, and a band move, without our knowing. */
export function doubtMarket(tape: Tape): void {
  tape.band = undefined;
  if (tape.halt !== undefined) tape.halt = { ...tape.halt, endedAt: tape.halt.endedAt, isDoubtful: true };
}

/** A minute that began after it and was traded in proves its end, where that may have been missed: or it would last for ever. */
export function endUnheardHalt(tape: Tape, barStartsAt: Instant, at: Instant): void {
  const { halt } = tape;
  if (halt?.isDoubtful === true && halt.endedAt === undefined && barStartsAt > halt.at) tape.halt = { ...halt, endedAt: at };
}

/** How many of a side were given of late. */
export function repeatsOf({ entries }: Tape, side: Side, at: Instant): number {
  let count = 0;
  for (const entry of entries) if (entry.side === side && at - entry.at < REPEAT_MS) count++;
  return count;
}

export const newTape = (): Tape => ({
  averageVolume: 0,
  variance: 0,
  lastMove: 0,
  day: 0,
  previousClose: 0,
  returns: [],
  volatility: 0,
  cluster: 0,
  halt: undefined,
  band: undefined,
  lastEntry: undefined,
  entries: [],
});

/** Bars that the averages reach back, about. */
export const REACH_BARS = 30;
const WEIGHT = 1 / REACH_BARS;

/** One more bar, which follows a close. Called for every bar: no more than a dozen multiplications. */
export function noteBar(tape: Tape, before: number, close: number, volume: number): void {
  tape.averageVolume = tape.averageVolume === 0 ? volume : tape.averageVolume + (volume - tape.averageVolume) * WEIGHT;
  // Nothing was known before the first one.
  if (!(before > 0)) return;
  const { lastMove } = tape;
  tape.variance = tape.variance === 0 ? lastMove * lastMove : tape.variance + (lastMove * lastMove - tape.variance) * WEIGHT;
  tape.lastMove = Math.abs(close / before - 1);
}

/** As many days as a correlation looks at. */
const KEPT_DAYS = 60;

/** The first bar of a new day: what the day before closed with is now known. */
export function beginDay(tape: Tape, day: number, lastClose: number): void {
  if (tape.day > 0 && lastClose > 0) {
    if (tape.previousClose > 0) noteReturn(tape, tape.day, lastClose / tape.previousClose - 1);
    tape.previousClose = lastClose;
  }
  tape.day = day;
}

/** A whole day at once. */
export function noteDay(tape: Tape, day: number, close: number): void {
  if (day <= tape.day) return;
  if (tape.previousClose > 0) noteReturn(tape, day, close / tape.previousClose - 1);
  tape.previousClose = close;
  tape.day = day;
}

function noteReturn(tape: Tape, day: number, change: number): void {
  const last = tape.returns.at(-1);
  if (last !== undefined && last.day >= day) return;
  tape.returns.push({ day, change });
  if (tape.returns.length > KEPT_DAYS) tape.returns.shift();
}
