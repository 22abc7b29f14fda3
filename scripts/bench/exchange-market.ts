/** The exchange that `bench exchange` measures, in a process of its own: many symbols, a state folder, and a parent that moves the market. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { equity } from '#server/domain/instrument.ts';
import { instant, MINUTE_MS, plus } from '#server/domain/time.ts';
import { createExchange } from '#server/exchange/exchange.ts';
import { makeTape, type Series } from '#server/exchange/tape.ts';
import { createManualClock } from '#server/exchange/wire/market-clock.ts';
import { startExchangeServer } from '#server/exchange/wire/server.ts';
import { walk } from './walk.ts';

const SYMBOLS = 500;
const SESSION_MINUTES = 390;
const OPEN = instant(Date.parse('2019-02-11T14:30:00Z'));

function seriesOf(index: number): Series {
  const symbol = `S${String.fromCharCode(65 + Math.floor(index / 26), 65 + (index % 26))}` as AssetSymbol;
  const bars = walk(symbol, SESSION_MINUTES, index + 1).map((bar, minute) => {
    const startsAt = plus(OPEN, minute * MINUTE_MS);
    return { ...bar, startsAt, endsAt: plus(startsAt, MINUTE_MS) };
  });
  return { instrument: equity(symbol), bars };
}

const folder = mkdtempSync(join(tmpdir(), 'tradar-bench-'));
const tape = makeTape({ series: Array.from({ length: SYMBOLS }, (_, index) => seriesOf(index)) });
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
