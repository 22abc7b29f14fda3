/** The client on a carrier of its own: nothing passes it by, and only what the whitelist allows gets there. */
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { createClient } from '#server/adapters/alpaca/client.ts';
import { demoOrigins } from '#server/adapters/alpaca/origins.ts';
import { recordingLog } from './fixtures.ts';

function carried() {
  const seen: string[] = [];
  const client = createClient({
    origins: demoOrigins('http://127.0.0.1:9'),
    keyId: 'k',
    secretKey: 's',
    log: recordingLog(),
    transport: {
      fetch: async (url, { method }) => {
        seen.push(`${method} ${url}`);
        return new Response('{"fine":true}');
      },
      connect: (url, codec) => {
        seen.push(`${codec} ${url}`);
        return Object.assign(new EventEmitter(), { send: () => undefined, close: () => undefined });
      },
    },
  });
  return { seen, client };
}

test('requests go by the transport that was given', async () => {
  const { seen, client } = carried();
  const answer = await client.read('ask', ({ trading }) => trading.account.getAccountRaw());
  expect(answer).toMatchObject({ kind: 'ok', body: { fine: true } });
  expect(seen).toEqual(['GET http://127.0.0.1:9/v2/account']);
});

test('streams go by the transport that was given', () => {
  const { seen, client } = carried();
  for (const { stream, end } of [client.openTradeUpdates(), client.openStocks('iex'), client.openCrypto()]) {
    stream.connect();
    end();
  }
  expect(seen).toEqual(['json ws://127.0.0.1:9/stream', 'msgpack ws://127.0.0.1:9/v2/iex', 'msgpack ws://127.0.0.1:9/v1beta3/crypto/us']);
});
