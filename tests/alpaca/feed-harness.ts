/** A market feed on a scripted broker: the clock in the test's hand, and what was told in few words. */
import { createMarketFeed } from '#server/adapters/alpaca/market-feed.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Session } from '#server/domain/session.ts';
import { type Instant, MINUTE_MS } from '#server/domain/time.ts';
import type { WarmUp } from '#server/domain/warm-up.ts';
import { clientOf, recorder, recordingLog } from './fixtures.ts';
import type { ScriptedBroker } from './scripted-broker.ts';

export const NOW = Date.parse('2026-01-05T15:00:00Z');
export const HISTORY = 'GET /v2/stocks/bars';
const TIMING = { stepMs: 5_000, firstPauseMs: 2, longestPauseMs: 10, crowdedPauseMs: 10, steadyAfterMs: 0 };

/** The bar that starts so many minutes after the hour. */
export const at = (minute: number): number => NOW + minute * MINUTE_MS;
export const wireBar = (minute: number, close = 100) => ({
  t: new Date(at(minute)).toISOString(),
  o: 100,
  h: 101,
  l: 99,
  c: close,
  v: 10,
  n: 1,
  vw: 100,
});
export const liveBar = (minute: number, symbol = 'AAPL', close = 100) => ({
  T: 'b',
  S: symbol,
  ...wireBar(minute, close),
  t: new Date(at(minute)),
});

interface Setting {
  readonly symbols?: readonly string[];
  readonly warmUp?: WarmUp;
  readonly known?: Record<string, number>;
  readonly sessions?: readonly Session[];
  readonly speed?: number;
  readonly quotes?: boolean;
  readonly staleAfterMs?: number;
}

export function run(broker: ScriptedBroker, setting: Setting = {}) {
  const told = recorder();
  const log = recordingLog();
  const clock = { at: at(0) };
  const feed = createMarketFeed({
    client: clientOf(broker),
    tell: told.tell,
    clock: {
      now: () => clock.at as Instant,
      speed: () => setting.speed ?? 1,
      observe: (instant) => {
        clock.at = Math.max(clock.at, instant);
      },
      skewMs: () => undefined,
      resume: () => undefined,
      start: async () => undefined,
      stop: () => undefined,
    },
    log,
    symbols: (setting.symbols ?? ['AAPL']) as AssetSymbol[],
    sessions: () => setting.sessions ?? [{ date: '2026-01-05', opensAt: at(-30) as Instant, closesAt: at(360) as Instant }],
    warmUp: () => setting.warmUp ?? { minutes: 3, longer: [] },
    lastBarEnd: (symbol) => setting.known?.[symbol] as Instant | undefined,
    ...(setting.staleAfterMs === undefined ? {} : { staleAfterMs: setting.staleAfterMs }),
    ...(setting.quotes === undefined ? {} : { quotes: setting.quotes }),
    timing: TIMING,
    random: () => 0,
  });
  const lines = () =>
    told.events.map((event) =>
      event.kind === 'bar' ? `${event.bar.symbol} ${(event.bar.startsAt - NOW) / MINUTE_MS}${event.history ? ' history' : ''}` : event.kind,
    );
  return { told, log, clock, feed, lines, start: () => feed.start(), [Symbol.asyncDispose]: () => feed.stop() };
}

/** Answers like Alpaca: the wanted symbols and times, in the wanted order. */
export function serveHistory(broker: ScriptedBroker, bars: Record<string, number[]>, route = HISTORY): void {
  broker.on(route, ({ query }, answer) => {
    const [start, end] = ['start', 'end'].map((name) => Date.parse(query.get(name) ?? ''));
    const found: Record<string, unknown[]> = {};
    for (const symbol of (query.get('symbols') ?? '').split(',')) {
      const minutes = (bars[symbol] ?? []).filter((minute) => at(minute) >= start! && at(minute) <= end!);
      if (query.get('sort') === 'desc') minutes.reverse();
      if (minutes.length > 0) found[symbol] = minutes.slice(0, Number(query.get('limit'))).map((minute) => wireBar(minute));
    }
    answer.json(200, { bars: found, next_page_token: null });
  });
}
