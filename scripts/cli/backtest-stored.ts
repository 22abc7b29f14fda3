/** The bars of a backtest out of the store that "tradar data" keeps. */
import { createHash } from 'node:crypto';
import { seriesOf } from '#server/adapters/bars/catalogue.ts';
import { loadBars } from '#server/adapters/bars/load.ts';
import type { BarStream } from '#server/backtest/shell/bar-stream.ts';
import type { Adjustment } from '#server/domain/adjustment.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Instant } from '#server/domain/time.ts';
import { MINUTE, type Timeframe } from '#server/domain/timeframe.ts';
import { seriesName } from '#server/history/series.ts';
import { adjustmentOf, symbolsOf } from '../data/series-flags.ts';
import { type Opened, openedOf } from './backtest-bars.ts';
import { rangeOf, timeframeOf } from './backtest-flags.ts';
import { readHome } from './configured.ts';
import { misuse } from './failure.ts';
import type { Call } from './verb.ts';

/** Throws a BarStoreError where something is not there. */
export function openStored(call: Call): Opened {
  const home = readHome(call);
  const symbols = symbolsOf(call) ?? [];
  const adjustment = adjustmentOf(call) ?? 'raw';
  const { from, to } = rangeOf(call);
  const range = { from: finite(from), to: finite(to) };
  const wanted = timeframeOf(call);
  const streams = symbols.map((symbol) => {
    const timeframe = wanted ?? onlyTimeframe(home, symbol);
    return streamOf(loadBars({ home, symbol, timeframe, adjustment, ...range }), adjustment);
  });
  return openedOf(streams, async () => undefined);
}

const finite = (at: number): Instant | undefined => (Number.isFinite(at) ? (at as Instant) : undefined);

/** What is stored of it, when that is one; of a symbol without any the loader says what to do. */
function onlyTimeframe(home: string, symbol: AssetSymbol): Timeframe {
  const timeframes = new Map(seriesOf(home, symbol).map(({ timeframe }) => [timeframe.name, timeframe]));
  if (timeframes.size > 1) {
    const names = [...timeframes.keys()];
    throw misuse(`${symbol} is stored as ${names.join(' and ')}`, `say which is meant: --timeframe ${names[0]}`);
  }
  const [only = MINUTE] = timeframes.values();
  return only;
}

function streamOf(columns: BarColumns, adjustment: Adjustment): BarStream {
  const { symbol, timeframe } = columns;
  let waiting: BarColumns | undefined = columns;
  return {
    path: `stored ${seriesName({ symbol, timeframe, adjustment })}`,
    symbol,
    timeframe,
    head: columns,
    async next() {
      const given = waiting;
      waiting = undefined;
      return given;
    },
    sha256: () => hashOf(columns),
    close: async () => undefined,
  };
}

/** Of the bars as they are traded on, column by column as little-endian doubles: stamps, open, high, low, close, volume. */
function hashOf({ length, startsAt, open, high, low, close, volume }: BarColumns): string {
  const hash = createHash('sha256');
  for (const column of [startsAt, open, high, low, close, volume]) {
    hash.update(new Uint8Array(column.buffer, column.byteOffset, length * Float64Array.BYTES_PER_ELEMENT));
  }
  return hash.digest('hex');
}
