/**
 * Other charts of the same bars. Heikin-Ashi: close = mean of open, high, low and close; open = middle of the candle before
 * (of the first bar's own open and close); high and low contain both. Renko: bricks of a fixed size from the first close; a
 * brick in the old direction needs one size beyond the last, one in the other direction two (the brick's own, and one more).
 */
import { z } from 'zod';
import { atWork, type Indicator } from '../indicator.ts';
import { Scalars } from '../scalars.ts';

const heikinAshi: Indicator<Record<string, never>> = {
  name: 'heikinAshi',
  help: 'Heikin-Ashi candles: averaged bars.',
  params: z.strictObject({}),
  outputs: ['open', 'high', 'low', 'close'],
  warmUp: () => [1, 1, 1, 1],
  make() {
    const before = new Scalars(Number.NaN, Number.NaN);
    return atWork(4, [before], (bar, out) => {
      const middle = ((before.at[0] as number) + (before.at[1] as number)) / 2;
      const open = Number.isNaN(middle) ? (bar.open + bar.close) / 2 : middle;
      const close = (bar.open + bar.high + bar.low + bar.close) / 4;
      before.at[0] = open;
      before.at[1] = close;
      out[0] = open;
      out[1] = Math.max(bar.high, open, close);
      out[2] = Math.min(bar.low, open, close);
      out[3] = close;
    });
  },
};

const renko: Indicator<{ size: number }> = {
  name: 'renko',
  help: 'Renko: where the last brick ended, and how many bricks this bar made (falling ones negative).',
  params: z.strictObject({ size: z.number().min(1e-9).max(1e9).default(1).describe('size of a brick, in the unit of the prices') }),
  outputs: ['close', 'bricks'],
  warmUp: () => [1, 1],
  make({ size }) {
    // The first close, sizes from it to the last brick's end, and the direction.
    const memory = new Scalars(Number.NaN, 0, 0);
    return atWork(2, [memory], (bar, out) => {
      const { at } = memory;
      if (Number.isNaN(at[0] as number)) at[0] = bar.close;
      const [origin, level, direction] = at as unknown as [number, number, number];
      // What is a whole number of bricks on paper must not miss one by the last bit.
      const distance = (bar.close - origin) / size - level;
      const whole = Math.trunc(distance + Math.sign(distance) * 1e-9);
      const turns = direction !== 0 && Math.sign(whole) === -direction;
      const bricks = turns ? whole + direction : whole;
      if (bricks !== 0) {
        at[1] = level + whole;
        at[2] = Math.sign(bricks);
      }
      out[0] = origin + (at[1] as number) * size;
      out[1] = bricks === 0 ? 0 : bricks;
    });
  },
};

export const charts: readonly Indicator[] = [heikinAshi, renko];
