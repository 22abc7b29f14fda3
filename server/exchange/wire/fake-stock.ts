/** FAKEPACA, the stock that never sleeps: a quote and a trade each second of market time, a bar each minute, day and night. */
import type { Bar } from '../../domain/bar.ts';
import type { AssetSymbol } from '../../domain/ids.ts';
import { equity } from '../../domain/instrument.ts';
import { type Instant, MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import { rolled } from '../bar-history.ts';
import type { OutgoingEvent } from '../events.ts';
import { quoteAround } from '../quote.ts';

const SYMBOL = 'FAKEPACA' as AssetSymbol;
const SECONDS = MINUTE_MS / SECOND_MS;
const SIZE = 10;
/** After a longer pause only the last of it is told. */
const MOST_MS = 5 * MINUTE_MS;

const source = { instrument: equity(SYMBOL), halfSpreadBps: 2 };

/** A price that depends on the second alone. */
function priceAt(second: number): number {
  const noise = ((Math.imul(second | 0, 0x9e3779b1) >>> 16) % 200) / 100 - 1;
  return Math.round((135 + 4 * Math.sin(second / 1_800) + Math.sin(second / 37) + noise / 4) * 100) / 100;
}

export interface FakeStock {
  /** What happened since the last call. */
  until(now: number): OutgoingEvent[];
}

export function createFakeStock(): FakeStock {
  let told: number | undefined;
  return {
    until: (now) => {
      const from = Math.max(told ?? now - SECOND_MS, now - MOST_MS);
      told = now;
      const events: OutgoingEvent[] = [];
      for (let second = Math.floor(from / SECOND_MS) + 1; second <= Math.floor(now / SECOND_MS); second++) {
        if (second % SECONDS === 0) events.push(...barEvents(second - SECONDS));
        const at = (second * SECOND_MS) as Instant;
        const quote = { symbol: SYMBOL, at, ...quoteAround(source, priceAt(second)), size: SIZE, tradeId: second };
        events.push({ kind: 'quote', assetClass: 'us_equity', quote }, { kind: 'trade', assetClass: 'us_equity', quote });
      }
      return events;
    },
  };
}

function barEvents(firstSecond: number): OutgoingEvent[] {
  const prices = Array.from({ length: SECONDS }, (_, offset) => priceAt(firstSecond + offset));
  const startsAt = (firstSecond * SECOND_MS) as Instant;
  const bar: Bar = {
    symbol: SYMBOL,
    startsAt,
    endsAt: (startsAt + MINUTE_MS) as Instant,
    open: prices[0] ?? 0,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: prices.at(-1) ?? 0,
    volume: SECONDS * SIZE,
    vwap: prices.reduce((sum, price) => sum + price, 0) / SECONDS,
    trades: SECONDS,
  };
  const daily = { ...rolled(bar), startsAt: (startsAt - (startsAt % 86_400_000)) as Instant };
  return [
    { kind: 'bar', assetClass: 'us_equity', bar },
    { kind: 'dailyBar', assetClass: 'us_equity', symbol: SYMBOL, bar: daily },
  ];
}
