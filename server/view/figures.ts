/** Numbers as people read them: dollars with cents, times, and a line of blocks for a curve. */
import { divideRounded, parseFixed } from '#server/domain/money.ts';
import type { Style } from './text.ts';

const UNKNOWN = '–';
const BILLIONTHS_PER_CENT = 10_000_000n;
const BLOCKS = '▁▂▃▄▅▆▇█';

function fixed(text: string | undefined): bigint | undefined {
  try {
    return text === undefined ? undefined : parseFixed(text);
  } catch {
    return undefined;
  }
}

const grouped = (whole: string): string => whole.replace(/\B(?=(?:\d{3})+$)/g, ',');

/** "1,234.50"; a dash for what is not known. */
export function dollars(text: string | undefined): string {
  const value = fixed(text);
  if (value === undefined) return UNKNOWN;
  const cents = divideRounded(value, BILLIONTHS_PER_CENT);
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${grouped(digits.slice(0, -2))}.${digits.slice(-2)}`;
}

/** With its sign, for what can be won or lost. */
export function gain(text: string | undefined): string {
  const shown = dollars(text);
  return styleOfGain(text) === 'good' ? `+${shown}` : shown;
}

export function styleOfGain(text: string | undefined): Style {
  const value = fixed(text) ?? 0n;
  if (value === 0n) return 'plain';
  return value > 0n ? 'good' : 'bad';
}

/** "+0.12%" of what there was before; nothing where that is not known. */
export function percent(change: string | undefined, after: string): string {
  const [part, whole] = [fixed(change), fixed(after)];
  if (part === undefined || whole === undefined || whole - part <= 0n) return '';
  const ratio = (Number(part) / Number(whole - part)) * 100;
  return `${ratio > 0 ? '+' : ''}${ratio.toFixed(2)}%`;
}

/** In UTC, to the minute. */
export const timeOfDay = (ms: number): string => (isTime(ms) ? new Date(ms).toISOString().slice(11, 16) : '--:--');
export const dayAndTime = (ms: number | undefined): string =>
  ms === undefined || !isTime(ms) ? 'no market time yet' : `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const DAY_MS = 86_400_000;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** "at 14:30 UTC", or "Mon 14:30 UTC" when that is more than a day away. */
export function comingTime(ms: number, nowMs: number): string {
  const isNear = !(ms - nowMs > DAY_MS);
  return `${isNear || !isTime(ms) ? 'at' : WEEKDAYS[new Date(ms).getUTCDay()]} ${timeOfDay(ms)} UTC`;
}

const isTime = (ms: number): boolean => ms > 0 && !Number.isNaN(new Date(ms).getTime());

/** The newest values, one block each, between the lowest and the highest of them. */
export function sparkline(values: readonly number[], width: number): string {
  const known = values.filter(Number.isFinite);
  const wide = Math.max(0, Math.min(width, known.length));
  const shown = Array.from({ length: wide }, (_, index) => known[Math.ceil(((index + 1) * known.length) / wide) - 1] ?? 0);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const level = (value: number): number => (high === low ? 3 : Math.round(((value - low) / (high - low)) * (BLOCKS.length - 1)));
  return shown.map((value) => BLOCKS[level(value)]).join('');
}
