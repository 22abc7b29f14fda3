/** The eleven indicators written by hand for one purpose, without memory, warm-up or exactness: the attainable limit. */
import type { Candle } from '#server/indicators/usable.ts';

export type Fold = (bar: Candle) => number;

function sma(): Fold {
  const ring = new Float64Array(20);
  let [at, sum] = [0, 0];
  return ({ close }) => {
    sum += close - (ring[at] as number);
    ring[at] = close;
    at = at === 19 ? 0 : at + 1;
    return sum / 20;
  };
}

function ema(): Fold {
  let value = 100;
  return ({ close }) => {
    value += (2 / 21) * (close - value);
    return value;
  };
}

function rsi(): Fold {
  let [before, gain, loss] = [100, 0, 0];
  return ({ close }) => {
    const change = close - before;
    before = close;
    gain += ((change > 0 ? change : 0) - gain) / 14;
    loss += ((change < 0 ? -change : 0) - loss) / 14;
    return 100 - 100 / (1 + gain / loss);
  };
}

function macd(): Fold {
  let [fast, slow, signal] = [100, 100, 0];
  return ({ close }) => {
    fast += (2 / 13) * (close - fast);
    slow += (2 / 27) * (close - slow);
    signal += 0.2 * (fast - slow - signal);
    return fast - slow - signal;
  };
}

function bollinger(): Fold {
  const ring = new Float64Array(20);
  let [at, sum, squares] = [0, 0, 0];
  return ({ close }) => {
    const left = ring[at] as number;
    ring[at] = close;
    at = at === 19 ? 0 : at + 1;
    sum += close - left;
    squares += close * close - left * left;
    const mean = sum / 20;
    const width = 2 * Math.sqrt(Math.max(0, squares / 20 - mean * mean));
    return mean + width + (mean - width);
  };
}

function atr(): Fold {
  let [before, value] = [100, 0];
  return ({ high, low, close }) => {
    value += (Math.max(high, before) - Math.min(low, before) - value) / 14;
    before = close;
    return value;
  };
}

function adx(): Fold {
  let [highBefore, lowBefore, before, up, down, range, value] = [100, 100, 100, 0, 0, 0, 0];
  return ({ high, low, close }) => {
    const [rise, fall] = [high - highBefore, lowBefore - low];
    up += (rise > fall && rise > 0 ? rise : 0) - up / 14;
    down += (fall > rise && fall > 0 ? fall : 0) - down / 14;
    range += Math.max(high, before) - Math.min(low, before) - range / 14;
    [highBefore, lowBefore, before] = [high, low, close];
    const [plus, minus] = [(100 * up) / range, (100 * down) / range];
    value += ((100 * Math.abs(plus - minus)) / (plus + minus) - value) / 14;
    return value;
  };
}

/** Looks through the window only when its extreme has left. */
function stochastic(): Fold {
  const [highs, lows, raws, ks] = [new Float64Array(14), new Float64Array(14), new Float64Array(3), new Float64Array(3)];
  let [at, third, sum, total, topAt, bottomAt] = [0, 0, 0, 0, 0, 0];
  return ({ high, low, close }) => {
    highs[at] = high;
    lows[at] = low;
    if (high >= (highs[topAt] as number)) topAt = at;
    else if (topAt === at) for (let i = 0; i < 14; i++) if ((highs[i] as number) > (highs[topAt] as number)) topAt = i;
    if (low <= (lows[bottomAt] as number)) bottomAt = at;
    else if (bottomAt === at) for (let i = 0; i < 14; i++) if ((lows[i] as number) < (lows[bottomAt] as number)) bottomAt = i;
    at = at === 13 ? 0 : at + 1;
    const bottom = lows[bottomAt] as number;
    const raw = (100 * (close - bottom)) / ((highs[topAt] as number) - bottom || 1);
    sum += raw - (raws[third] as number);
    raws[third] = raw;
    total += sum / 3 - (ks[third] as number);
    ks[third] = sum / 3;
    third = third === 2 ? 0 : third + 1;
    return sum / 3 + total / 3;
  };
}

function obv(): Fold {
  let [before, sum] = [100, 0];
  return ({ close, volume }) => {
    if (close > before) sum += volume;
    else if (close < before) sum -= volume;
    before = close;
    return sum;
  };
}

function vwap(): Fold {
  let [money, traded, day] = [0, 0, 0];
  return ({ high, low, close, volume, startsAt }) => {
    const today = Math.floor(startsAt / 86_400_000);
    if (today !== day) [money, traded, day] = [0, 0, today];
    money += ((high + low + close) / 3) * volume;
    traded += volume;
    return money / traded;
  };
}

function psar(): Fold {
  let [isLong, sar, extreme, factor, highBefore, lowBefore] = [true, 99, 100, 0.02, 100, 99];
  return ({ high, low }) => {
    let now = sar;
    const turns = isLong ? low <= sar : high >= sar;
    if (turns) {
      now = isLong ? Math.max(extreme, highBefore, high) : Math.min(extreme, lowBefore, low);
      isLong = !isLong;
      extreme = isLong ? high : low;
      factor = 0.02;
    } else if (isLong ? high > extreme : low < extreme) {
      extreme = isLong ? high : low;
      factor = Math.min(0.2, factor + 0.02);
    }
    const next = now + factor * (extreme - now);
    sar = isLong ? Math.min(next, lowBefore, low) : Math.max(next, highBefore, high);
    [highBefore, lowBefore] = [high, low];
    return now;
  };
}

export const references = { sma, ema, rsi, macd, bollinger, atr, adx, stochastic, obv, vwap, psar } as const;

export type Kernel = keyof typeof references;
