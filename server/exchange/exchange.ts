/** Alpaca in a box, without the wire: requests and time go in, replies and events come out; nothing else moves it. */

import { dateText, parseDate } from '../domain/civil-day.ts';
import { priceFromNumber } from '../domain/money.ts';
import { newYorkDay } from '../domain/new-york.ts';
import { type Instant, instant, MINUTE_MS } from '../domain/time.ts';
import { change, reply } from './answer-change.ts';
import { read } from './answer-read.ts';
import { findEdge } from './calendar-edge.ts';
import type { Exchange } from './contract.ts';
import { nextTapeAt, play } from './playback.ts';
import { Refusal, refusalBody } from './refusal.ts';
import { type ExchangeRequest, isChange, type Reply } from './requests.ts';
import { createSessionBook, type SessionBook } from './sessions.ts';
import { DEFAULT_SETTINGS, type ExchangeSettings } from './settings.ts';
import { checkpointOf, loadWorld, resumeWorld, saveWorld } from './snapshot.ts';
import type { Tape } from './tape.ts';
import { createTradeUpdateLog } from './trade-update-log.ts';
import { createWorld, type World } from './world.ts';

const BEFORE_OPEN_MS = 5 * MINUTE_MS;

export interface ExchangeOptions {
  readonly tape: Tape;
  readonly settings?: Partial<ExchangeSettings>;
}

export function createExchange({ tape, settings }: ExchangeOptions): Exchange {
  const all: ExchangeSettings = { ...DEFAULT_SETTINGS, ...settings };
  const sessions = createSessionBook(tape, all.loop, all);
  const startsAt = beginningOf(tape, sessions);
  const world = createWorld(all, tape, sessions, startsAt < tape.firstAt ? startsAt : tape.firstAt);
  for (const [symbol, bars] of tape.warmUp) {
    const last = bars.at(-1);
    if (last) world.lastDayPrices.set(symbol, priceFromNumber(last.close));
  }
  findEdge(world);
  play(world, startsAt);
  world.outbox = [];
  world.account.balanceAsOf = dateText(world.sessions.dayBefore(newYorkDay(startsAt)));
  return {
    startsAt,
    now: () => world.now,
    handle: (request, at) => {
      play(world, at);
      return answer(world, request);
    },
    advance: (to) => play(world, to),
    nextEventAt: () => nextTapeAt(world),
    drain: () => {
      const told = world.outbox;
      world.outbox = [];
      return told;
    },
    snapshot: () => saveWorld(world),
    restore: (text) => loadWorld(world, text),
    checkpoint: () => checkpointOf(world),
    resume: (checkpoint) => resumeWorld(world, checkpoint),
    tradeUpdateLog: (keep) => createTradeUpdateLog(world.orders.ids, keep),
  };
}

/** Five minutes before the first session; pairs that traded before it are known by then. Without equities, before the first bar. */
function beginningOf(tape: Tape, sessions: SessionBook): Instant {
  const first = tape.sessionDates.size === 0 ? tape.firstAt : firstOpen(tape, sessions);
  return instant(first - BEFORE_OPEN_MS);
}

function firstOpen(tape: Tape, sessions: SessionBook): Instant {
  const [date] = [...tape.sessionDates].sort();
  return (date && sessions.on(parseDate(date) ?? 0)?.opensAt) || tape.firstAt;
}

function answer(world: World, request: ExchangeRequest): Reply {
  try {
    return isChange(request) ? change(world, request) : read(world, request);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return reply(error.status, () => refusalBody(error));
  }
}
