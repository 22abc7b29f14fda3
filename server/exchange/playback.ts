/** Plays the tape: prices become quotes that orders meet, minutes become bars, sessions open and close. */
import type { AssetClass } from '../domain/instrument.ts';
import { toNumber } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';
import { MINUTE_MS } from '../domain/time.ts';
import { openingAuction } from './auction.ts';
import { crossEdge } from './calendar-edge.ts';
import { matchQuote } from './matching.ts';
import { publishMinute, publishUpdates } from './published.ts';
import { derivedQuote, type Quote, WALK_AT } from './quote.ts';
import { lapShift, shiftBar, type TapeMinute } from './tape.ts';
import { isRecorded, quoteOfTick } from './tick-tape.ts';
import { valuate } from './valuation.ts';
import { assetOf, type World } from './world.ts';

const END_OF_MINUTE = WALK_AT.length;
/** The first step after the half of a minute, when bars that have changed are told again. */
const UPDATES_AT_STEP = 2;

/** When the tape next says something, or nothing when it has ended. */
export function nextTapeAt(world: World): Instant | undefined {
  const [step, tick] = [nextStepAt(world), nextTickAt(world)];
  if (step === undefined || tick === undefined) return step ?? tick;
  return step < tick ? step : tick;
}

function nextStepAt({ cursor, tape }: World): Instant | undefined {
  const minute = tape.minutes[cursor.minute];
  if (!minute) return undefined;
  return (minute.startsAt + lapShift(tape, cursor.lap) + (WALK_AT[cursor.step] ?? MINUTE_MS)) as Instant;
}

function nextTickAt({ cursor, tape }: World): Instant | undefined {
  const tick = tape.recorded.ticks[cursor.tick];
  return tick && ((tick.at + lapShift(tape, cursor.lap)) as Instant);
}

/** Plays everything up to and including `to`; a session's edge comes before the tape at the same instant. */
export function play(world: World, to: Instant): void {
  for (;;) {
    const tapeAt = nextTapeAt(world);
    const edgeFirst = tapeAt === undefined || world.edgeAt <= tapeAt;
    const at = edgeFirst ? world.edgeAt : tapeAt;
    if (at > to) break;
    if (at > world.now) world.now = at;
    if (edgeFirst) crossEdge(world);
    else playNext(world);
  }
  if (to > world.now) world.now = to;
}

/** A minute ends before the ticks of the next one. */
function playNext(world: World): void {
  const [step, tick] = [nextStepAt(world), nextTickAt(world)];
  if (tick !== undefined && (step === undefined || tick < step)) playTick(world, tick);
  else playStep(world);
}

function playTick(world: World, at: Instant): void {
  const { recorded } = world.tape;
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
  const minute = tape.minutes[cursor.minute];
  if (!minute) return;
  if (cursor.step === END_OF_MINUTE) endMinute(world, minute);
  else for (const bar of minute.bars) if (!isRecorded(tape.recorded, bar)) tradeAt(world, bar, cursor.step);
  if (cursor.step === UPDATES_AT_STEP) publishUpdates(world);
  cursor.step += 1;
  if (cursor.step <= END_OF_MINUTE) return;
  cursor.step = 0;
  cursor.minute += 1;
  if (cursor.minute < tape.minutes.length || !world.settings.loop) return;
  cursor.minute = 0;
  cursor.tick = 0;
  cursor.lap += 1;
}

function tradeAt(world: World, bar: TapeMinute['bars'][number], step: number): void {
  const { instrument } = assetOf(world, bar.symbol);
  const { halfSpreadBps } = world.settings;
  const quote = derivedQuote({ instrument, halfSpreadBps }, shiftBar(bar, lapShift(world.tape, world.cursor.lap)), step);
  tell(world, instrument.assetClass, quote, 'both');
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
  const shift = lapShift(world.tape, world.cursor.lap);
  publishMinute(
    world,
    minute.bars.map((bar) => shiftBar(bar, shift)),
  );
}
