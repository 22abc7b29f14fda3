/**
 * Looks for jumps like those of splits in bars that come chunk by chunk. Over such a jump whoever holds a position loses or
 * wins what nobody did, so a backtest has to say so, known split or not.
 */
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { isCryptoSymbol } from '#server/domain/instrument.ts';
import type { Finding } from './finding.ts';
import { splitFindings } from './splits.ts';

export interface SplitsSeen {
  readonly count: number;
  readonly first: Finding | undefined;
}

/** No split is nearer to one; to look at days takes too long for each of a million bars. */
const LEAST_JUMP = 1.45;

export class SplitWatch {
  readonly #isPair: boolean;
  #closed = Number.NaN;
  #startedAt = 0;
  #count = 0;
  #first: Finding | undefined;

  constructor(symbol: string) {
    this.#isPair = isCryptoSymbol(symbol);
  }

  push({ startsAt, open, close, length, timeframe }: Pick<BarColumns, 'startsAt' | 'open' | 'close' | 'length' | 'timeframe'>): void {
    if (this.#isPair || length === 0) return;
    for (let i = 0; i < length; i++) {
      const jump = this.#closed / (open[i] as number);
      if (jump > LEAST_JUMP || jump < 1 / LEAST_JUMP) this.#judge(startsAt[i] as number, open[i] as number, timeframe);
      this.#closed = close[i] as number;
      this.#startedAt = startsAt[i] as number;
    }
  }

  seen(): SplitsSeen {
    return { count: this.#count, first: this.#first };
  }

  #judge(startsAt: number, open: number, timeframe: BarColumns['timeframe']): void {
    const pair = (before: number, now: number): Float64Array => Float64Array.from([before, now]);
    const prices = pair(this.#closed, open);
    const rows = {
      length: 2,
      startsAt: pair(this.#startedAt, startsAt),
      open: prices,
      high: prices,
      low: prices,
      close: prices,
      volume: prices,
    };
    const [found] = splitFindings(rows, timeframe, false, []);
    if (found === undefined) return;
    this.#count++;
    this.#first ??= found;
  }
}
