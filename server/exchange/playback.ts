/** Plays the tape: prices become quotes that orders meet, minutes become bars, sessions open and close. */
import type { Bar } from '../domain/bar.ts';
import type { AssetClass } from '../domain/instrument.ts';
import { toNumber } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';
import { MINUTE_MS } from '../domain/time.ts';
import { openingAuction } from './auction.ts';
import { crossEdge } from './calendar-edge.ts';
import { matchQuote } from './matching.ts';
import { mayUpdate, publishMinute, publishUpdates } from './published.ts';
import { isQuiet } from './quiet-bars.ts';
import { afterTradeOf, derivedQuote, type Quote, WALK_AT, walksAt } from './quote.ts';
import { lapShift, recordingOf, shiftBar, type TapeMinute } from './tape.ts';
import { isRecorded, quoteOfTick } from './tick-tape.ts';
import { valuate } from './valuation.ts';
import { assetOf, type World } from './world.ts';

const END_OF_MINUTE = WALK_AT.length;
/** So long after its end a minute's bar is told again, when it has changed. */
const UPDATES_AFTER_MS = 30_000;

/** When the tape next says something, or nothing when it has ended. */
export function nextTapeAt(world: World): Instant | undefined {
  return earlier(earlier(nextStepAt(world), nextTickAt(world)), nextUpdateAt(world));
}

function earlier(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

/** The minute that ended last, with its lap. */
function endedMinute({ cursor, tape }: World): { minute: TapeMinute; lap: number } | undefined {
  const lap = cursor.minute > 0 ? cursor.lap : cursor.lap - 1;
  if (lap < 0) return undefined;
  const { minutes } = recordingOf(tape, lap);
  const minute = cursor.minute > 0 ? minutes[cursor.minute - 1] : minutes.at(-1);
  return minute && { minute, lap };
}

/** When it is before this, the updates of the last minute are yet to be told. */
function nextUpdateAt(world: World): Instant | undefined {
  if (!mayUpdate(world)) return undefined;
  const ended = endedMinute(world);
  if (!ended) return undefined;
  const at = ended.minute.startsAt + lapShift(world.tape, ended.lap) + MINUTE_MS + UPDATES_AFTER_MS;
  return at > world.now ? (at as Instant) : undefined;
}

function nextStepAt({ cursor, tape }: World): Instant | undefined {
  const minute = recordingOf(tape, cursor.lap).minutes[cursor.minute];
  if (!minute) return undefined;
  return (minute.startsAt + lapShift(tape, cursor.lap) + (WALK_AT[cursor.step] ?? MINUTE_MS)) as Instant;
}

function nextTickAt({ cursor, tape }: World): Instant | undefined {
  const tick = recordingOf(tape, cursor.lap).recorded.ticks[cursor.tick];
  return tick && ((tick.at + lapShift(tape, cursor.lap)) as Instant);
}

/** Plays everything up to and including `to`; a session's edge comes before the tape at the same instant. */
export function play(world: World, to: Instant): void {
  for (;;) {
    const tapeAt = nextTapeAt(world);
    const edgeFirst = tapeAt === undefined || world.edgeAt <= tapeAt;
    const at = edgeFirst ? world.edgeAt : tapeAt;
    if (at > to) break;
    const isUpdate = !edgeFirst && at === nextUpdateAt(world);
    if (at > world.now) world.now = at;
    if (edgeFirst) crossEdge(world);
    else playNext(world, isUpdate);
  }
  if (to > world.now) world.now = to;
}

/** Updates come first, and a minute ends before the ticks of the next one. `now` is already when it happens. */
function playNext(world: World, isUpdate: boolean): void {
  if (isUpdate) {
    const ended = endedMinute(world);
    if (ended) publishUpdates(world, barsOf(world, ended.minute, ended.lap));
    return;
  }
  const [step, tick] = [nextStepAt(world), nextTickAt(world)];
  if (tick !== undefined && (step === undefined || tick < step)) playTick(world, tick);
  else playStep(world);
}

function playTick(world: World, at: Instant): void {
  const { recorded } = recordingOf(world.tape, world.cursor.lap);
  const tick = recorded.ticks[world.cursor.tick];
  world.cursor.tick += 1;
  if (!tick) return;
  const { instrument } = assetOf(world, tick.symbol);
  const source = { instrument, halfSpreadBps: world.settings.halfSpreadBps };
  const hasQuotes = recorded.bySymbol.get(tick.symbol)?.hasQuotes ?? false;
  const quote = quoteOfTick(source, tick, at, world.quotes.get(tick.symbol), hasQuotes);
  const isAlone = tick.kind === 'quote' || hasQuotes;
  tell(world, instrument.assetClass, quote, isAlone ? tick.kind : 'both');
}

function playStep(world: World): void {
  const { cursor, tape } = world;
  const { minutes, recorded } = recordingOf(tape, cursor.lap);
  const minute = minutes[cursor.minute];
  if (!minute) return;
  if (cursor.step === END_OF_MINUTE) endMinute(world, minute);
  else for (const bar of minute.bars) if (!isRecorded(recorded, bar)) walk(world, bar, cursor.step);
  cursor.step += 1;
  if (cursor.step <= END_OF_MINUTE) return;
  cursor.step = 0;
  cursor.minute += 1;
  if (cursor.minute < minutes.length || !world.settings.loop) return;
  cursor.minute = 0;
  cursor.tick = 0;
  cursor.lap += 1;
}

function walk(world: World, recorded: Bar, step: number): void {
  const { instrument } = assetOf(world, recorded.symbol);
  const { halfSpreadBps } = world.settings;
  const bar = shiftBar(recorded, lapShift(world.tape, world.cursor.lap));
  if (!walksAt(bar, step)) return;
  const quote = derivedQuote({ instrument, halfSpreadBps }, bar, step);
  if (isQuiet(bar)) tell(world, instrument.assetClass, afterTradeOf(quote, world.quotes.get(bar.symbol)), 'quote');
  else tell(world, instrument.assetClass, quote, 'both');
}

/** Publishes a quote, a trade or both, and lets orders meet them. */
function tell(world: World, assetClass: AssetClass, quote: Quote, what: 'quote' | 'trade' | 'both'): void {
  world.quotes.set(quote.symbol, quote);
  if (world.settings.publishTicks) {
    if (what !== 'trade') world.outbox.push({ kind: 'quote', assetClass, quote });
    if (what !== 'quote') world.outbox.push({ kind: 'trade', assetClass, quote });
  }
  if (what !== 'quote') openingAuction(world, quote.symbol, quote.last);
  matchQuote(world, quote);
}

function endMinute(world: World, minute: TapeMinute): void {
  world.equityHistory.note(world.now, toNumber(valuate(world).equity));
  publishMinute(world, barsOf(world, minute, world.cursor.lap));
}

function barsOf({ tape }: World, { bars }: TapeMinute, lap: number): readonly Bar[] {
  const shift = lapShift(tape, lap);
  return bars.map((bar) => shiftBar(bar, shift));
}
