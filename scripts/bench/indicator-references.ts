/**
 * The eleven indicators written by hand for one purpose and one length, without memory to save, warm-up, exactness or a look at
 * what they are given: the attainable limit. They deliver the same lines as the kernels: a test holds them to that. What nobody can
 * predict is no branch here either.
 */
import type { Candle } from '#server/indicators/usable.ts';
import { Stochastic } from './indicator-stochastic.ts';

/** Takes a bar and leaves the lines of the indicator in `lines`. */
export type Fold = (bar: Candle) => void;

// Not the exported name itself, which V8 reads anew each time.
const out = new Float64Array(3);

/** What the last bar was answered with. */
export const lines = out;

/** Fields begin with fractions, so that V8 keeps them as doubles. */
const HALF = 0.5;

class Sma {
  readonly #ring = new Float64Array(20);
  #at = 0;
  #sum = HALF - HALF;
  next({ close }: Candle): number {
    const at = this.#at;
    const sum = this.#sum + (close - (this.#ring[at] as number));
    this.#sum = sum;
    this.#ring[at] = close;
    this.#at = at === 19 ? 0 : at + 1;
    return sum * (1 / 20);
  }
}

class Ema {
  #value = 100 + HALF;
  next({ close }: Candle): number {
    const value = this.#value + (2 / 21) * (close - this.#value);
    this.#value = value;
    return value;
  }
}

class Rsi {
  #before = 100 + HALF;
  #gain = HALF;
  #loss = HALF;
  next({ close }: Candle): number {
    const change = close - this.#before;
    this.#before = close;
    const size = Math.abs(change);
    const gain = this.#gain + ((size + change) * 0.5 - this.#gain) * (1 / 14);
    const loss = this.#loss + ((size - change) * 0.5 - this.#loss) * (1 / 14);
    this.#gain = gain;
    this.#loss = loss;
    return (100 * gain) / (gain + loss);
  }
}

class Macd {
  #fast = 100 + HALF;
  #slow = 100 + HALF;
  macd = HALF;
  signal = HALF;
  next({ close }: Candle): number {
    const fast = this.#fast + (2 / 13) * (close - this.#fast);
    const slow = this.#slow + (2 / 27) * (close - this.#slow);
    const macd = fast - slow;
    const signal = this.signal + 0.2 * (macd - this.signal);
    this.#fast = fast;
    this.#slow = slow;
    this.macd = macd;
    this.signal = signal;
    return macd - signal;
  }
}

class Bollinger {
  readonly #ring = new Float64Array(20);
  #at = 0;
  #sum = HALF - HALF;
  #squares = HALF - HALF;
  middle = HALF;
  upper = HALF;
  lower = HALF;
  next({ close }: Candle): number {
    const at = this.#at;
    const left = this.#ring[at] as number;
    this.#ring[at] = close;
    this.#at = at === 19 ? 0 : at + 1;
    const sum = this.#sum + (close - left);
    const squares = this.#squares + (close * close - left * left);
    this.#sum = sum;
    this.#squares = squares;
    const middle = sum * (1 / 20);
    const variance = squares * (1 / 20) - middle * middle;
    const width = 2 * Math.sqrt(variance > 0 ? variance : 0);
    this.middle = middle;
    this.upper = middle + width;
    this.lower = middle - width;
    return middle;
  }
}

class Atr {
  #before = 100 + HALF;
  #value = HALF;
  next({ high, low, close }: Candle): number {
    const before = this.#before;
    const range = (high > before ? high : before) - (low < before ? low : before);
    const value = this.#value + (range - this.#value) * (1 / 14);
    this.#before = close;
    this.#value = value;
    return value;
  }
}

class Adx {
  #high = 100 + HALF;
  #low = 99 + HALF;
  #close = 100 + HALF;
  #up = HALF;
  #down = HALF;
  #range = HALF;
  #adx = HALF;
  plusDi = HALF;
  minusDi = HALF;
  next({ high, low, close }: Candle): number {
    const rise = high - this.#high;
    const fall = this.#low - low;
    const before = this.#close;
    this.#high = high;
    this.#low = low;
    this.#close = close;
    const up = this.#up * (13 / 14) + rise * (Number(rise > fall) * Number(rise > 0));
    const down = this.#down * (13 / 14) + fall * (Number(fall > rise) * Number(fall > 0));
    const range = this.#range * (13 / 14) + ((high > before ? high : before) - (low < before ? low : before));
    this.#up = up;
    this.#down = down;
    this.#range = range;
    const adx = this.#adx + ((100 * Math.abs(up - down)) / (up + down) - this.#adx) * (1 / 14);
    this.#adx = adx;
    this.plusDi = (100 * up) / range;
    this.minusDi = (100 * down) / range;
    return adx;
  }
}

class Obv {
  #before = HALF;
  #sum = HALF - HALF;
  next({ close, volume }: Candle): number {
    const before = this.#before;
    const sum = this.#sum + volume * (Number(close > before) - Number(close < before));
    this.#sum = sum;
    this.#before = close;
    return sum;
  }
}

const DAY_MS = 86_400_000;

class Vwap {
  #money = HALF - HALF;
  #traded = HALF - HALF;
  #endsAt = HALF;
  next({ startsAt, high, low, close, volume }: Candle): number {
    if (startsAt >= this.#endsAt) {
      this.#money = 0;
      this.#traded = 0;
      this.#endsAt = (Math.floor(startsAt / DAY_MS) + 1) * DAY_MS;
    }
    const money = this.#money + (high + low + close) * (1 / 3) * volume;
    const traded = this.#traded + volume;
    this.#money = money;
    this.#traded = traded;
    return money / traded;
  }
}

class Psar {
  #isLong = true;
  #sar = 99 + HALF;
  #extreme = 100 + HALF;
  #factor = 0.02;
  #high = 100 + HALF;
  #low = 99 + HALF;
  next({ high, low }: Candle): number {
    const now = this.#isLong ? this.#long(high, low) : this.#short(high, low);
    this.#high = high;
    this.#low = low;
    return now;
  }
  #long(high: number, low: number): number {
    if (low <= this.#sar) return this.#turn(Math.max(this.#extreme, this.#high, high), low, Math.max(this.#high, high));
    const now = this.#sar;
    if (high > this.#extreme) {
      this.#extreme = high;
      this.#factor = Math.min(0.2, this.#factor + 0.02);
    }
    this.#sar = Math.min(now + this.#factor * (this.#extreme - now), this.#low, low);
    return now;
  }
  #short(high: number, low: number): number {
    if (high >= this.#sar) return this.#turn(Math.min(this.#extreme, this.#low, low), high, Math.min(this.#low, low));
    const now = this.#sar;
    if (low < this.#extreme) {
      this.#extreme = low;
      this.#factor = Math.min(0.2, this.#factor + 0.02);
    }
    this.#sar = Math.max(now + this.#factor * (this.#extreme - now), this.#high, high);
    return now;
  }
  #turn(now: number, extreme: number, edge: number): number {
    this.#isLong = !this.#isLong;
    this.#extreme = extreme;
    this.#factor = 0.02;
    const next = now + 0.02 * (extreme - now);
    this.#sar = this.#isLong ? Math.min(next, edge) : Math.max(next, edge);
    return now;
  }
}

interface Answers {
  next(bar: Candle): number;
}

/** A function of its own for each that answers with a number. */
const ofOne = (one: Answers): Fold => {
  return (bar) => {
    out[0] = one.next(bar);
  };
};

const ofMacd = (one: Macd): Fold => {
  return (bar) => {
    out[2] = one.next(bar);
    out[0] = one.macd;
    out[1] = one.signal;
  };
};

const ofBollinger = (one: Bollinger): Fold => {
  return (bar) => {
    one.next(bar);
    out[0] = one.middle;
    out[1] = one.upper;
    out[2] = one.lower;
  };
};

const ofAdx = (one: Adx): Fold => {
  return (bar) => {
    out[0] = one.next(bar);
    out[1] = one.plusDi;
    out[2] = one.minusDi;
  };
};

const ofStochastic = (one: Stochastic): Fold => {
  return (bar) => {
    one.next(bar);
    out[0] = one.k;
    out[1] = one.d;
  };
};

export const references = {
  sma: () => ofOne(new Sma()),
  ema: () => ofOne(new Ema()),
  rsi: () => ofOne(new Rsi()),
  macd: () => ofMacd(new Macd()),
  bollinger: () => ofBollinger(new Bollinger()),
  atr: () => ofOne(new Atr()),
  adx: () => ofAdx(new Adx()),
  stochastic: () => ofStochastic(new Stochastic()),
  obv: () => ofOne(new Obv()),
  vwap: () => ofOne(new Vwap()),
  psar: () => ofOne(new Psar()),
} as const;

export type Kernel = keyof typeof references;
