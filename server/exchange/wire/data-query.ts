/** Reads the parameters of market data; complaints come with 400 and no code, as Alpaca's data host words them. */

import { parseDate } from '../../domain/civil-day.ts';
import { newYorkInstant } from '../../domain/new-york.ts';
import type { Instant } from '../../domain/time.ts';
import { ADJUSTMENTS, type Adjustment } from '../adjusted-bars.ts';
import type { AsOf, DataMarket, Feed, Span } from '../market/requests.ts';
import { badQuery } from '../refusal.ts';
import { parseStamp } from '../stamp.ts';
import { present, text } from './query.ts';

const short = (value: string): string => value.slice(0, 40);

/** One of a few words. */
export function word<T extends string>(query: URLSearchParams, name: string, allowed: readonly T[]): T | undefined {
  const value = text(query, name);
  if (value === undefined) return undefined;
  return allowed.find((item) => item === value) ?? badQuery(`invalid ${name}: ${short(value)}`);
}

export function wholeNumber(query: URLSearchParams, name: string, fallback: number): number {
  const value = text(query, name);
  if (value === undefined) return fallback;
  if (!/^\d{1,9}$/.test(value)) badQuery(`invalid ${name}: ${short(value)}`);
  return Number(value) >= 1 ? Number(value) : badQuery(`invalid ${name}: must be at least 1`);
}

export function limited(query: URLSearchParams, name: string, fallback: number, most: number): number {
  const value = wholeNumber(query, name, fallback);
  return value <= most ? value : badQuery(`invalid ${name}: larger than the allowed maximum of ${most}`);
}

/** RFC 3339, or a bare date, which begins at the midnight that the market's days begin with. */
function time(query: URLSearchParams, name: string, market: DataMarket): Instant | undefined {
  const value = text(query, name);
  if (value === undefined) return undefined;
  const day = parseDate(value);
  if (day !== undefined && market === 'stocks') return newYorkInstant(day, 0);
  return parseStamp(value) ?? badQuery(`invalid ${name}: ${short(value)}`);
}

export function date(query: URLSearchParams, name: string): string | undefined {
  const value = text(query, name);
  if (value === undefined) return undefined;
  const day = value.slice(0, 10);
  const isDate = parseDate(day) !== undefined && (value.length === 10 || parseStamp(value) !== undefined);
  return isDate ? day : badQuery(`invalid ${name}: ${short(value)}`);
}

export function span(query: URLSearchParams, market: DataMarket, fallbackLimit: number): Span {
  return {
    limit: wholeNumber(query, 'limit', fallbackLimit),
    direction: word(query, 'sort', ['asc', 'desc']) ?? 'asc',
    ...present({ start: time(query, 'start', market), end: time(query, 'end', market), pageToken: text(query, 'page_token') }),
  };
}

export const HISTORICAL_FEEDS: readonly Feed[] = ['sip', 'iex', 'otc', 'boats'];
export const LATEST_FEEDS: readonly Feed[] = [...HISTORICAL_FEEDS, 'delayed_sip', 'overnight'];
export const AUCTION_FEEDS: readonly Feed[] = ['sip'];

/** The feed and the currency of a request. Prices are in dollars: nothing here knows what other money is worth. */
export function feed(query: URLSearchParams, allowed: readonly Feed[]): { feed?: Feed; currency?: 'USD' } {
  return present({ currency: word(query, 'currency', ['USD']), feed: word(query, 'feed', allowed) });
}

/** The day as of which symbols are meant; "-" takes them as they are. */
export function asof(query: URLSearchParams): AsOf {
  const value = text(query, 'asof');
  if (value === undefined) return {};
  if (value === '-') return { asof: 'none' };
  return present({ asof: parseDate(date(query, 'asof') ?? '') });
}

/** "raw", "all", or some of the three joined by commas. */
export function adjustments(query: URLSearchParams): readonly Adjustment[] {
  const value = text(query, 'adjustment') ?? 'raw';
  const found = new Set<Adjustment>();
  for (const name of value.split(',')) {
    if (name === 'raw') continue;
    if (name === 'all') for (const adjustment of ADJUSTMENTS) found.add(adjustment);
    else found.add(ADJUSTMENTS.find((item) => item === name) ?? badQuery(`invalid adjustment: ${short(value)}`));
  }
  return [...found];
}
