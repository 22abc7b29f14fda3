/**
 * Candlestick patterns (Nison 1991), 1 where the last one, two or three bars show it, else 0. A doji's body is at most a
 * tenth of its range, a long body at least six tenths, a marubozu's at least 95 hundredths; a shadow is long from twice the body.
 */
import { z } from 'zod';
import { atWork, type Indicator } from '../indicator.ts';
import { Scalars } from '../scalars.ts';

interface Shape {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

const body = ({ open, close }: Shape): number => Math.abs(close - open);
const range = ({ high, low }: Shape): number => high - low;
const rises = ({ open, close }: Shape): boolean => close > open;
const falls = ({ open, close }: Shape): boolean => close < open;
const isLong = (one: Shape): boolean => body(one) > 0 && body(one) >= 0.6 * range(one);
const isDoji = (one: Shape): boolean => body(one) <= 0.1 * range(one);
const middle = ({ open, close }: Shape): number => (open + close) / 2;
const above = ({ open, high, close }: Shape): number => high - Math.max(open, close);
const below = ({ open, low, close }: Shape): number => Math.min(open, close) - low;

type Pattern = (now: Shape, before: Shape, first: Shape) => boolean;

const engulfs = (outer: Shape, inner: Shape): boolean =>
  Math.max(outer.open, outer.close) >= Math.max(inner.open, inner.close) &&
  Math.min(outer.open, outer.close) <= Math.min(inner.open, inner.close) &&
  body(outer) > body(inner);

const PATTERNS: Readonly<Record<string, Pattern>> = {
  doji: (now) => isDoji(now),
  bullishMarubozu: (now) => rises(now) && body(now) >= 0.95 * range(now),
  bearishMarubozu: (now) => falls(now) && body(now) >= 0.95 * range(now),
  hammer: (now) => body(now) > 0 && below(now) >= 2 * body(now) && above(now) <= 0.1 * range(now),
  shootingStar: (now) => body(now) > 0 && above(now) >= 2 * body(now) && below(now) <= 0.1 * range(now),
  bullishEngulfing: (now, before) => falls(before) && rises(now) && engulfs(now, before),
  bearishEngulfing: (now, before) => rises(before) && falls(now) && engulfs(now, before),
  bullishHarami: (now, before) => falls(before) && rises(now) && isLong(before) && engulfs(before, now),
  bearishHarami: (now, before) => rises(before) && falls(now) && isLong(before) && engulfs(before, now),
  piercingLine: (now, before) =>
    falls(before) && isLong(before) && rises(now) && now.open < before.low && now.close > middle(before) && now.close < before.open,
  darkCloudCover: (now, before) =>
    rises(before) && isLong(before) && falls(now) && now.open > before.high && now.close < middle(before) && now.close > before.open,
  morningStar: (now, before, first) =>
    falls(first) &&
    isLong(first) &&
    body(before) <= 0.3 * body(first) &&
    rises(now) &&
    now.close > middle(first) &&
    before.close < first.close,
  eveningStar: (now, before, first) =>
    rises(first) &&
    isLong(first) &&
    body(before) <= 0.3 * body(first) &&
    falls(now) &&
    now.close < middle(first) &&
    before.close > first.close,
  threeWhiteSoldiers: (...three) =>
    three.every((one) => rises(one) && isLong(one)) && three[0].close > three[1].close && three[1].close > three[2].close,
  threeBlackCrows: (...three) =>
    three.every((one) => falls(one) && isLong(one)) && three[0].close < three[1].close && three[1].close < three[2].close,
};

const WARM_UP = 3;
const names = Object.keys(PATTERNS);
const patterns = Object.values(PATTERNS);
const shapeAt = ([open, high, low, close]: ArrayLike<number> & Iterable<number>): Shape => ({ open, high, low, close }) as Shape;

const candlestick: Indicator<Record<string, never>> = {
  name: 'candlestick',
  aliases: ['candlesticks', 'patterns'],
  help: `Candlestick patterns, 1 where the last bars show one: ${names.join(', ')}.`,
  params: z.strictObject({}),
  outputs: names,
  warmUp: () => names.map(() => WARM_UP),
  make() {
    const missing = (): Scalars => new Scalars(...Array<number>(4).fill(Number.NaN));
    const [before, first] = [missing(), missing()];
    return atWork(names.length, [before, first], (bar, out) => {
      const three = [bar, shapeAt(before.at), shapeAt(first.at)] as const;
      const isReady = !Number.isNaN(first.at[0] as number);
      patterns.forEach((pattern, nth) => {
        out[nth] = isReady ? Number(pattern(...three)) : Number.NaN;
      });
      first.at.set(before.at);
      before.at.set([bar.open, bar.high, bar.low, bar.close]);
    });
  },
};

export const candlesticks: readonly Indicator[] = [candlestick];
