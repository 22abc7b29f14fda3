/** Clocks and calendars of single markets (v3) in Alpaca's words. All markets listed here keep New York's hours. */

import { newYorkDay, newYorkOffset } from '../../domain/new-york.ts';
import type { Instant } from '../../domain/time.ts';
import { badQuery } from '../refusal.ts';
import { parseStamp, stampSeconds } from '../stamp.ts';
import type { World } from '../world.ts';
import { calendarDays, readDay, settlementOf } from './calendar-view.ts';

const MARKETS = [
  ['NYSE', 'New York Stock Exchange', 'XNYS'],
  ['NASDAQ', 'Nasdaq', 'XNAS'],
  ['ARCA', 'NYSE Arca', 'ARCX'],
  ['AMEX', 'NYSE American', 'XASE'],
  ['BATS', 'Cboe BZX U.S. Equities Exchange', 'BATS'],
  ['IEX', 'Investors Exchange', 'IEXG'],
  ['OTC', 'OTC Markets', 'OTCM'],
] as const;

type Market = (typeof MARKETS)[number];

const WEEK_DAYS = 7;

function findMarket(name: string): Market {
  const upper = name.toUpperCase();
  return MARKETS.find(([acronym, , mic]) => acronym === upper || mic === upper) ?? badQuery(`invalid market: ${name.slice(0, 40)}`);
}

const renderMarket = ([acronym, name, mic]: Market): Record<string, unknown> => ({ acronym, name, timezone: 'America/New_York', mic });

type Write = (at: Instant) => string;
const local: Write = (at) => stampSeconds(at, newYorkOffset(at));

export function renderMarketClocks(
  world: World,
  { markets, time }: { markets?: readonly string[]; time?: string },
): Record<string, unknown> {
  const named = markets ? markets.map(findMarket) : MARKETS.slice(0, 2);
  const at = time === undefined ? world.now : (parseStamp(time) ?? badQuery(`invalid time: ${time.slice(0, 40)}`));
  return { clocks: named.map((market) => ({ market: renderMarket(market), ...clockAt(world, at) })) };
}

function clockAt({ sessions }: World, at: Instant): Record<string, unknown> {
  const phase = sessions.phaseAt(at);
  return {
    timestamp: local(at),
    is_market_day: sessions.on(newYorkDay(at)) !== undefined,
    next_market_open: local(sessions.nextOpen(at)),
    next_market_close: local(sessions.nextClose(at)),
    phase: phase === 'overnight' ? 'closed' : phase,
    phase_until: local(phaseEnd(sessions, at)),
  };
}

/** Midnights and jobs are edges of the calendar, too, but end no phase. */
function phaseEnd(sessions: World['sessions'], at: Instant): Instant {
  const phase = sessions.phaseAt(at);
  let edge = sessions.nextEdge(at);
  while (sessions.phaseAt(edge) === phase) edge = sessions.nextEdge(edge);
  return edge;
}

export interface MarketCalendarQuery {
  readonly market: string;
  readonly start?: string;
  readonly end?: string;
  readonly timezone?: string;
}

export function renderMarketCalendar(world: World, query: MarketCalendarQuery): Record<string, unknown> {
  const market = findMarket(query.market);
  if (query.timezone !== undefined && query.timezone !== 'UTC') badQuery(`invalid timezone: ${query.timezone.slice(0, 40)}`);
  const write: Write = query.timezone === 'UTC' ? (at) => stampSeconds(at) : local;
  const today = newYorkDay(world.now);
  const from = readDay('start', query.start) ?? today;
  const days = calendarDays(world, from, readDay('end', query.end) ?? from + WEEK_DAYS);
  return {
    market: renderMarket(market),
    calendar: days.map(({ session, preOpensAt, postClosesAt }) => ({
      date: session.date,
      core_start: write(session.opensAt),
      core_end: write(session.closesAt),
      pre_start: write(preOpensAt),
      pre_end: write(session.opensAt),
      post_start: write(session.closesAt),
      post_end: write(postClosesAt),
      settlement_date: settlementOf(world, session),
    })),
  };
}
