/**
 * The exchange that `bench latency` measures against, in a process of its own: each message of the parent plays one minute.
 * It notes when the bar was sent and when the order's request was there, by the clock that all processes of a machine share.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { cryptoPair } from '#server/domain/instrument.ts';
import { instant, MINUTE_MS, plus } from '#server/domain/time.ts';
import { createExchange } from '#server/exchange/exchange.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { createManualClock } from '#server/exchange/wire/market-clock.ts';
import { startExchangeServer } from '#server/exchange/wire/server.ts';
import { walk } from './walk.ts';

const PAIR = cryptoPair('BTC/USD');
const STARTS_AT = instant(Date.parse('2025-03-03T00:00:00Z'));
const MINUTES = 20_000;

const bars = walk(PAIR.symbol, MINUTES, 7).map((bar, minute) => {
  const startsAt = plus(STARTS_AT, minute * MINUTE_MS);
  return { ...bar, startsAt, endsAt: plus(startsAt, MINUTE_MS) };
});
const tape = makeTape({ series: [{ instrument: PAIR, bars }] });
const exchange = createExchange({ tape, settings: { partialFillChance: 0, maxQuoteAgeMs: 3_600_000 } });
const clock = createManualClock(exchange.startsAt);
const server = await startExchangeServer({ exchange, clock, requestsPerMinute: 0, turnEveryMs: 0 });
let minute = 0;
let sentAt = 0n;

subscribe('http.server.request.start', (message) => {
  const heardAt = process.hrtime.bigint();
  const { request } = message as { request: IncomingMessage };
  if (request.method === 'POST' && request.url === '/v2/orders') process.send?.({ sentAt: String(sentAt), heardAt: String(heardAt) });
});
process.on('message', () => {
  minute += 1;
  const endsAt = plus(STARTS_AT, minute * MINUTE_MS);
  // All of the minute but its bar, so that only the sending of that is part of what is measured.
  clock.jumpTo(plus(endsAt, -1));
  server.turn();
  clock.jumpTo(endsAt);
  sentAt = process.hrtime.bigint();
  server.turn();
});
process.on('disconnect', () => process.exit(0));
process.send?.({ url: server.url });
