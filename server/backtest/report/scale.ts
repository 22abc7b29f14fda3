/** Where values lie in a picture, and the round numbers beside it. */
import { plain } from '../metrics/format.ts';

/** Units of a picture; it is stretched to whatever room there is. */
export const WIDTH = 1000;
export const HEIGHT = 400;

export interface Scale {
  readonly low: number;
  readonly high: number;
}

/** What is less high than this, or than this part of its values, is flat: there are no digits left for ticks in between. */
const FLAT = 1e-9;

/** From the least to the most, with a little room; never of no height. */
export function scaleOf(low: number, high: number): Scale {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const room = high - low > Math.max(1, size) * FLAT ? (high - low) * 0.04 : size * 0.01 + FLAT;
  return { low: low - room, high: high + room };
}

/** With zero in it. */
export const scaleWithZero = (low: number, high: number): Scale => scaleOf(Math.min(0, low), Math.max(0, high));

const short = (value: number): string => String(Math.round(value * 100) / 100);

export const yOf = ({ low, high }: Scale, value: number): string => short(HEIGHT * (1 - (value - low) / (high - low)));
export const xOf = (index: number, count: number): string => short(count < 2 ? WIDTH / 2 : (WIDTH * index) / (count - 1));

export interface Tick {
  readonly value: number;
  /** Share of the height or width, from the top or the left. */
  readonly at: number;
  readonly text: string;
}

const TICKS = 5;

/** Round values within the scale, about five. */
export function valueTicks({ low, high }: Scale, format: 'fraction' | 'dollars' | 'number'): Tick[] {
  const rough = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((one) => one * power >= rough) ?? 10) * power;
  const ticks: Tick[] = [];
  for (let nth = Math.ceil(low / step); nth * step <= high && ticks.length < 3 * TICKS; nth++) {
    ticks.push({ value: nth * step, at: 1 - (nth * step - low) / (high - low), text: tickText(nth * step, step, format) });
  }
  return ticks;
}

/** As many decimals as tell one tick from the next. */
function tickText(value: number, step: number, format: 'fraction' | 'dollars' | 'number'): string {
  const decimals = (size: number): number => Math.min(8, Math.max(0, -Math.floor(Math.log10(size) + 1e-9)));
  if (format === 'fraction') return `${plain(value * 100, decimals(step * 100))} %`;
  if (value === 0) return '0';
  if (format === 'number' || Math.abs(step) < 1_000) return plain(value, decimals(step));
  const [size, letter] = Math.abs(step) >= 1e6 ? ([1e6, 'M'] as const) : ([1e3, 'k'] as const);
  return `${plain(value / size, decimals(step / size))} ${letter}`;
}
