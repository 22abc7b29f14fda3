/** Reads query strings into the values that requests are made of; a wrong value is refused with its name. */

import { parseDate } from '../../domain/civil-day.ts';
import { newYorkDay } from '../../domain/new-york.ts';
import { DAY_MS, type Instant } from '../../domain/time.ts';
import { malformed } from '../refusal.ts';
import type { SortDirection } from '../requests.ts';
import { parseStamp } from '../stamp.ts';

export function text(query: URLSearchParams, name: string): string | undefined {
  return query.get(name) || undefined;
}

export function choice<T extends string>(query: URLSearchParams, name: string, allowed: readonly T[], fallback: T): T {
  const value = text(query, name);
  if (value === undefined) return fallback;
  return allowed.find((item) => item === value.toLowerCase()) ?? malformed(`invalid ${name}: ${value.slice(0, 40)}`);
}

export function count(query: URLSearchParams, name: string, fallback: number, most: number): number {
  const value = text(query, name);
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > most) malformed(`invalid ${name}: ${value.slice(0, 40)}; must be 1 to ${most}`);
  return number;
}

export function moment(query: URLSearchParams, name: string): Instant | undefined {
  const value = text(query, name);
  if (value === undefined) return undefined;
  return parseStamp(value) ?? malformed(`invalid ${name}: ${value.slice(0, 40)}`);
}

/** A date of New York as the number of the day, or an instant of it; midnight in UTC is how clients write a bare date. */
export function day(query: URLSearchParams, name: string): number | undefined {
  const value = text(query, name);
  if (value === undefined) return undefined;
  const at = moment(query, name);
  if (at === undefined) return undefined;
  return parseDate(value) ?? (at % DAY_MS === 0 ? at / DAY_MS : newYorkDay(at));
}

export const flag = (query: URLSearchParams, name: string): boolean => query.get(name)?.toLowerCase() === 'true';

export function csv(query: URLSearchParams, name: string): string[] | undefined {
  const values = query.getAll(name).flatMap((value) => value.split(','));
  const named = values.map((value) => value.trim()).filter((value) => value !== '');
  return named.length === 0 ? undefined : named;
}

export const direction = (query: URLSearchParams, name: string, fallback: SortDirection): SortDirection =>
  choice(query, name, ['asc', 'desc'], fallback);

/** The object without the keys whose value is undefined. */
export function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}
