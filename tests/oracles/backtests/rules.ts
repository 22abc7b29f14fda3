/** The rules of the oracles' runs, as their config.json tells them in words. */
import { Rsi } from '#server/indicators/rsi.ts';
import { Sma } from '#server/indicators/sma.ts';
import type { Floor, Rule } from '#tests/backtest/rule-trader.ts';

type Params = Readonly<Record<string, number>>;
export type RuleMaker = (params: Params) => (floor: Floor) => Rule;

const series = (closes: Float64Array, kernel: { next(value: number): number }): Float64Array =>
  Float64Array.from(closes, (close) => kernel.next(close));

const cents = (price: number): number => Math.round(price * 100 + 1e-7) / 100;

/** +1 where the fast average crosses above the slow one, −1 where below. */
export function crosses({ close }: { close: Float64Array }, { fast = 0, slow = 0 }: Params): (index: number) => -1 | 0 | 1 {
  const [quick, lame] = [series(close, new Sma(fast)), series(close, new Sma(slow))];
  const difference = (index: number): number => (quick[index] ?? Number.NaN) - (lame[index] ?? Number.NaN);
  return (index) => {
    if (difference(index - 1) < 0 && difference(index) > 0) return 1;
    return difference(index - 1) > 0 && difference(index) < 0 ? -1 : 0;
  };
}

const market = (floor: Floor, shares: number, slot = 0): void => {
  if (shares !== 0) floor.ask({ side: shares > 0 ? 'buy' : 'sell', type: 'market', quantity: Math.abs(shares), slot });
};

const SmaCrossLong: RuleMaker = (params) => (floor) => {
  const cross = crosses(floor.bars[0]!, params);
  return {
    close(index) {
      if (index < 1) return;
      if (cross(index) > 0 && floor.held() === 0) market(floor, params['qty']!);
      if (cross(index) < 0 && floor.held() > 0) market(floor, -floor.held());
    },
  };
};

const SmaCrossPct: RuleMaker = (params) => (floor) => {
  const [bars] = floor.bars;
  const cross = crosses(bars!, params);
  return {
    close(index) {
      if (index < 1) return;
      if (cross(index) > 0 && floor.held() === 0) market(floor, Math.floor((params['pct']! * floor.equity()) / bars!.close[index]!));
      if (cross(index) < 0 && floor.held() > 0) market(floor, -floor.held());
    },
  };
};

const SmaCrossFlip: RuleMaker = (params) => (floor) => {
  const cross = crosses(floor.bars[0]!, params);
  return {
    close(index) {
      const side = index < 1 ? 0 : cross(index);
      if (side !== 0) market(floor, side * params['qty']! - floor.held());
    },
  };
};

const RsiReversion: RuleMaker =
  ({ n = 0, lo = 0, hi = 0, qty = 0 }) =>
  (floor) => {
    const rsi = series(floor.bars[0]!.close, new Rsi(n));
    return {
      close(index) {
        if (index < 1) return;
        if (floor.held() === 0 && rsi[index]! < lo) market(floor, qty);
        else if (floor.held() > 0 && rsi[index]! > hi) market(floor, -floor.held());
      },
    };
  };

const RsiLongShort: RuleMaker =
  ({ n = 0, lo = 0, hi = 0, qty = 0 }) =>
  (floor) => {
    const rsi = series(floor.bars[0]!.close, new Rsi(n));
    return {
      close(index) {
        if (index < 1) return;
        if (rsi[index - 1]! >= lo && rsi[index]! < lo) market(floor, qty - floor.held());
        if (rsi[index - 1]! <= hi && rsi[index]! > hi) market(floor, -qty - floor.held());
      },
    };
  };

/** Legs that are given when the entry fills. */
const SmaBracket: RuleMaker = (params) => (floor) => {
  const [bars] = floor.bars;
  const cross = crosses(bars!, params);
  let [stop, limit] = [0, 0];
  return {
    close(index) {
      if (index < 1 || cross(index) <= 0 || floor.held() !== 0) return;
      stop = cents(bars!.close[index]! * (1 - params['slp']!));
      limit = cents(bars!.close[index]! * (1 + params['tpp']!));
      market(floor, params['qty']!);
    },
    fill(order) {
      if (order.side === 'sell') return;
      const legs = { side: 'sell', quantity: params['qty']!, group: order.id } as const;
      floor.ask({ ...legs, type: 'stop', stop });
      floor.ask({ ...legs, type: 'limit', limit });
    },
  };
};

const DipLimit: RuleMaker =
  ({ dip = 0, hold = 0, qty = 0 }) =>
  (floor) => {
    let filledAt = 0;
    return {
      close(index) {
        if (index < 1) return;
        if (floor.held() === 0) {
          floor.cancelAll();
          floor.ask({ side: 'buy', type: 'limit', quantity: qty, limit: cents(floor.bars[0]!.close[index]! * (1 - dip)) });
        } else if (index === filledAt + hold - 1) market(floor, -floor.held());
      },
      fill(order, _execution, index) {
        if (order.side === 'buy') filledAt = index;
      },
    };
  };

const TrailPct: RuleMaker = (params) => (floor) => {
  const [bars] = floor.bars;
  const cross = crosses(bars!, params);
  let stop = 0;
  return {
    close(index) {
      if (index < 1) return;
      if (floor.held() === 0) {
        stop = 0;
        if (cross(index) > 0) market(floor, params['qty']!);
        return;
      }
      stop = Math.max(stop, cents(bars!.close[index]! * (1 - params['trail']!)));
      floor.cancelAll();
      floor.ask({ side: 'sell', type: 'stop', quantity: floor.held(), stop });
    },
  };
};

const Donchian: RuleMaker =
  ({ n = 0, m = 0, qty = 0 }) =>
  (floor) => {
    const [bars] = floor.bars;
    return {
      close(index) {
        if (floor.held() > 0) {
          floor.cancelAll();
          const stop = Math.min(...bars!.low.subarray(Math.max(0, index - m + 1), index + 1));
          floor.ask({ side: 'sell', type: 'stop', quantity: floor.held(), stop });
        } else if (index >= n - 1) {
          floor.cancelAll();
          const stop = cents(Math.max(...bars!.high.subarray(index - n + 1, index + 1)) + 0.01);
          floor.ask({ side: 'buy', type: 'stop', quantity: qty, stop });
        }
      },
    };
  };

const MOST_LOTS = 3;

const PyramidPartial: RuleMaker = (params) => (floor) => {
  const cross = crosses(floor.bars[0]!, params);
  const qty = params['qty']!;
  return {
    close(index) {
      const side = index < 1 ? 0 : cross(index);
      const held = floor.held();
      if (side > 0 && held < MOST_LOTS * qty) market(floor, qty);
      if (side < 0 && held > 0) market(floor, held <= qty ? -held : -Math.floor(held / 2));
    },
  };
};

const newYork = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/New_York', hour: '2-digit', minute: '2-digit' });
export const clockOf = (at: number): string => newYork.format(at);

const IntradaySma: RuleMaker = (params) => (floor) => {
  const [bars] = floor.bars;
  const cross = crosses(bars!, params);
  return {
    close(index) {
      if (index < 1) return;
      const clock = clockOf(bars!.startsAt[index]!);
      if (clock === '15:54') {
        if (floor.held() > 0) market(floor, -floor.held());
      } else if (cross(index) > 0 && floor.held() === 0 && clock < '15:30') market(floor, params['qty']!);
      else if (cross(index) < 0 && floor.held() > 0) market(floor, -floor.held());
    },
  };
};

export const RULES: Readonly<Record<string, RuleMaker>> = {
  SmaCrossLong,
  SmaCrossPct,
  SmaCrossFlip,
  RsiReversion,
  RsiLongShort,
  SmaBracket,
  DipLimit,
  TrailPct,
  Donchian,
  PyramidPartial,
  IntradaySma,
};
