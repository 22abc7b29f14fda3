/** The exchange that `bench exchange` measures, in a process of its own: many symbols, a state folder, and a parent that moves the market. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instant, plus } from '#server/domain/time.ts';
import { createExchange } from '#server/exchange/exchange.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { createManualClock } from '#server/exchange/wire/market-clock.ts';
import { startExchangeServer } from '#server/exchange/wire/server.ts';
import { keepHeapSmall } from '../cli/small-heap.ts';
import { sessionSeries } from './session-series.ts';

const SYMBOLS = 500;
const OPEN = instant(Date.parse('2019-02-11T14:30:00Z'));

keepHeapSmall();
const folder = mkdtempSync(join(tmpdir(), 'tradar-bench-'));
const tape = makeTape({ series: Array.from({ length: SYMBOLS }, (_, index) => sessionSeries(index, OPEN)) });
const exchange = createExchange({ tape, settings: { partialFillChance: 0, loop: true, maxQuoteAgeMs: 3_600_000 } });
const clock = createManualClock(exchange.startsAt);
const server = await startExchangeServer({ exchange, clock, stateFolder: folder, requestsPerMinute: 0, turnEveryMs: 0 });

/** Moves on by so much, or by so many instants at which something happens: hours without bars are not among them. */
process.on('message', ({ stepMs, instants = 0 }: { stepMs?: number; instants?: number }) => {
  if (stepMs !== undefined) clock.jumpTo(plus(clock.now(), stepMs));
  server.turn();
  for (let nth = 0; nth < instants; nth++) {
    clock.jumpTo(exchange.nextEventAt() ?? clock.now());
    server.turn();
  }
});
process.on('disconnect', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
setInterval(() => process.send?.({ rss: process.memoryUsage.rss() }), 1_000).unref();
process.send?.({ url: server.url, wsUrl: server.wsUrl, symbols: tape.assets.all.map(({ instrument }) => instrument.symbol) });
