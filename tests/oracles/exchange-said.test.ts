/** What Alpaca's documents let clients say is understood: order requests, and the messages of streams with their answers. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STREAM_ERRORS } from '#server/exchange/wire/data-stream.ts';
import { flat, series, type Wire } from '#tests/exchange/harness.ts';
import { dialRaw, type RawLine } from '#tests/exchange/plagued.ts';
import { type Line, listen } from '#tests/exchange/stream-harness.ts';
import { KEYS, type Wired, wired } from '#tests/exchange/wire-harness.ts';
import { type Published, publishedIn } from './derive-facts.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/captures');
const isThere = existsSync(join(FOLDER, 'order_request.json'));
const REASON = `../shared/captures is not beside this checkout: requests are NOT held against Alpaca's documents`;
if (!isThere) console.warn(REASON);

const said = (name: string, fits: (payload: Wire) => boolean = () => true): Wire[] =>
  isThere
    ? publishedIn(FOLDER, name)
        .filter((one: Published) => /official|sdk-test/.test(one.provenance) && fits(one.payload))
        .map(({ payload }) => payload)
    : [];
const named = (payloads: Wire[]): (readonly [string, Wire])[] => payloads.map((payload) => [JSON.stringify(payload), payload]);

let w: Wired;
beforeAll(async () => {
  const minutes = flat(300, 390);
  w = await wired([
    ...['AAPL', 'SPY', 'TSLA'].map((name) => series(name, minutes)),
    series('BTC/USD', minutes),
    series('ETH/USD', minutes),
  ]);
  w.advance(10 * 60_000);
});
afterAll(() => w.server.close());

describe.runIf(isThere)('orders', () => {
  const isOurs = ({ symbol }: Wire): boolean => ['AAPL', 'SPY', 'TSLA', 'ETHUSD', 'BTCUSD', 'ETH/USD', 'BTC/USD'].includes(symbol);

  it.each(named(said('order_request', isOurs)))('%s', async (_, payload) => {
    const reply = await w.fetch('/v2/orders', { method: 'POST', body: JSON.stringify(payload) });
    const answer: Wire = await reply.json();
    // Its account may not be able to, but what it means is understood.
    if (reply.status !== 200) expect([403, 422, answer.code, answer.message]).toContain(reply.status);
    expect(answer.code).not.toBe(40010000);
    if (reply.status === 422) expect(answer.message).toMatch(/stop price must be|must be entry orders|take_profit|exit orders/);
  });
});

describe.runIf(isThere)('market-data streams', () => {
  const lines = new Map<string, Line>();
  afterAll(() => {
    for (const line of lines.values()) line.socket.terminate();
  });
  const streamOf = (message: Wire): string => {
    if (message.news) return '/v1beta1/news';
    return /\//.test(JSON.stringify(message)) || message.orderbooks ? '/v1beta3/crypto/us' : '/v2/iex';
  };

  it.each(named(said('stream_client_message', (one) => /^(un)?subscribe$/.test(one.action) && !('<channel1>' in one))))(
    '%s is acknowledged',
    async (_, payload) => {
      const path = streamOf(payload);
      const line = lines.get(path) ?? (await listen(`${w.server.wsUrl}${path}`, {}));
      lines.set(path, line);
      line.say(payload);
      expect(await line.heard.next((item) => item.T === 'subscription' || item.T === 'error')).toMatchObject({ T: 'subscription' });
    },
  );

  it('complain in the same words', () => {
    const theirs = said('stream_data_error_list').map(([{ code, msg }]) => [code, msg]);
    const words: Readonly<Record<number, string>> = STREAM_ERRORS;
    expect(theirs.length).toBeGreaterThan(10);
    for (const [code, msg] of theirs) expect([code, words[code]]).toEqual([code, msg]);
  });
});

describe.runIf(isThere)('/stream', () => {
  it('answers as it was seen to', async () => {
    const controls = said('stream_control');
    const line: RawLine = await dialRaw(w, '/stream');
    const answer = async (message: object): Promise<Wire> => {
      line.say(message);
      return line.heard.next();
    };
    const listening = { action: 'listen', data: { streams: ['trade_updates'] } };
    expect(controls).toContainEqual(await answer(listening));
    expect(controls).toContainEqual(await answer({ action: 'authenticate', data: { key_id: KEYS.keyId, secret_key: KEYS.secretKey } }));
    expect(controls).toContainEqual(await answer(listening));
    line.socket.terminate();
  });
});

if (!isThere) it.skip(REASON, () => undefined);
