/** The whitelist: whatever configuration, environment or server say, demo and paper do not reach the live host. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createClient } from '#server/adapters/alpaca/client.ts';
import { brokerOrigins, demoOrigins, OriginError, paperOrigins } from '#server/adapters/alpaca/origins.ts';
import { NETWORK } from '#server/adapters/alpaca/transport.ts';
import { clientOf, recordingLog } from './fixtures.ts';
import { scriptedBroker } from './scripted-broker.ts';

const LIVE = 'https://api.alpaca.markets';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

test('the demo takes addresses of this machine only', () => {
  for (const url of ['http://127.0.0.1:4000', 'http://localhost:1', 'http://[::1]:4000', 'http://127.9.9.9:80']) {
    expect(demoOrigins(url).trading).toBe(new URL(url).origin);
  }
  const elsewhere = [
    LIVE,
    'https://127.0.0.1:1',
    'http://10.0.0.1',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    '',
    'x',
  ];
  for (const url of elsewhere) expect(() => demoOrigins(url)).toThrow(/must be an http address of this machine/);
});

test('live reaches the live host alone, and a rehearsal of it this machine alone', () => {
  const live = brokerOrigins('live', undefined);
  expect(live.resolve('https://paper-api.alpaca.markets/v2/orders')).toBe(`${LIVE}/v2/orders`);
  expect(live.streamUrl('tradeUpdates')).toBe('wss://api.alpaca.markets/stream');
  for (const url of ['wss://paper-api.alpaca.markets/stream', 'ws://127.0.0.1:1/stream'])
    expect(() => live.checkStream(url)).toThrow(OriginError);
  const rehearsed = brokerOrigins('live', 'http://127.0.0.1:4000');
  expect(rehearsed.resolve('https://paper-api.alpaca.markets/v2/orders')).toBe('http://127.0.0.1:4000/v2/orders');
  expect(() => rehearsed.checkStream('wss://api.alpaca.markets/stream')).toThrow(OriginError);
  expect(() => brokerOrigins('live', LIVE)).toThrow(/must be an http address of this machine/);
});

describe.each([
  ['demo', demoOrigins('http://127.0.0.1:4000')],
  ['paper', paperOrigins()],
])('%s', (_name, origins) => {
  test('resolves what the SDK asks of paper and data, and nothing else', () => {
    expect(origins.resolve('https://paper-api.alpaca.markets/v2/orders?a=1')).toBe(`${origins.trading}/v2/orders?a=1`);
    expect(origins.resolve('https://paper-api.alpaca.markets/v2/orders')).toBe(`${origins.trading}/v2/orders`);
    expect(origins.resolve('https://paper-api.alpaca.markets/v2/../x y')).toBe(`${origins.trading}/x%20y`);
    const others = [
      LIVE,
      'https://paper-api.alpaca.markets.evil.example',
      'https://paper-api.alpaca.markets@evil.example',
      'http://paper-api.alpaca.markets',
      'https://paper-api.alpaca.markets:444',
      'https://data.sandbox.alpaca.markets',
    ];
    for (const origin of others) expect(() => origins.resolve(`${origin}/v2/orders`)).toThrow(OriginError);
  });
  test('no stream leads elsewhere', () => {
    for (const name of ['tradeUpdates', 'stocks', 'crypto'] as const) {
      expect(origins.streamUrl(name)).not.toContain('//api.alpaca.markets');
      expect(() => origins.checkStream(origins.streamUrl(name))).not.toThrow();
    }
    for (const url of ['wss://api.alpaca.markets/stream', 'ws://paper-api.alpaca.markets/stream', 'ws://10.0.0.1/stream']) {
      expect(() => origins.checkStream(url)).toThrow(OriginError);
    }
  });
});

test('the environment can not lead the client to live', async () => {
  await using broker = await scriptedBroker();
  broker.on('GET /v2/account', (_, answer) => answer.json(200, {}));
  for (const [name, value] of Object.entries({
    APCA_API_BASE_URL: LIVE,
    APCA_API_OAUTH_TOKEN: 'token',
    APCA_API_KEY_ID: 'live',
    APCA_API_SECRET_KEY: 'live',
  })) {
    vi.stubEnv(name, value);
  }
  const answer = await clientOf(broker).read('ask', (alpaca) => alpaca.trading.account.getAccountRaw());
  expect(answer.kind).toBe('ok');
  expect(broker.heard[0]?.headers).toMatchObject({ 'apca-api-key-id': 'key', 'apca-api-secret-key': 'secret' });
  expect(broker.heard[0]?.headers.authorization).toBeUndefined();
});

test('empty keys are not looked for in the environment', () => {
  vi.stubEnv('APCA_API_SECRET_KEY', 'from the environment');
  const make = () => createClient({ origins: paperOrigins(), keyId: 'key', secretKey: ' ', log: recordingLog() });
  expect(make).toThrow(/the secret key of the Alpaca account is empty/);
});

test.each([301, 302, 307, 308])('a redirect (%i) is not followed, here or elsewhere', async (status) => {
  await using broker = await scriptedBroker();
  await using other = await scriptedBroker();
  other.on('GET /v2/account', (_, answer) => answer.json(200, {}));
  for (const location of [`${other.url}/v2/account`, `${LIVE}/v2/account`]) {
    broker.on('GET /v2/account', (_, answer) => answer.text(status, '', { location }));
    const answer = await clientOf(broker).read('ask', (alpaca) => alpaca.trading.account.getAccountRaw());
    expect(answer).toMatchObject({ kind: 'silence', status });
  }
  expect(other.heard).toEqual([]);
});

test('in paper every request and every stream goes to paper and data, whatever the SDK is told', async () => {
  const asked: string[] = [];
  const fetch = async (url: string): Promise<Response> => {
    asked.push(new URL(url).origin);
    return new Response('{}');
  };
  const options = { origins: paperOrigins(), keyId: 'key', secretKey: 'secret', log: recordingLog() };
  const client = createClient({ ...options, transport: { ...NETWORK, fetch } });
  await client.read('ask', (alpaca) => alpaca.trading.account.getAccountRaw());
  await client.change('kill', (alpaca) => alpaca.trading.orders.deleteAllOrdersRaw());
  await client.readData('ask', (alpaca) => alpaca.marketData.stocks.stockBarsRaw({ symbols: 'A', timeframe: '1Min' }));
  expect(asked).toEqual(['https://paper-api.alpaca.markets', 'https://paper-api.alpaca.markets', 'https://data.alpaca.markets']);
});

test('a request that something inside turns to live does not leave', async () => {
  await using broker = await scriptedBroker();
  const turned = clientOf(broker).change('kill', (alpaca) =>
    alpaca.trading.orders.withPreMiddleware(async ({ init }) => ({ url: `${LIVE}/v2/orders`, init })).deleteAllOrdersRaw(),
  );
  await expect(turned).rejects.toThrow(`${LIVE} is not an address that this mode may reach; allowed are ${broker.url}`);
});

test('a stream that is redirected is not followed', async () => {
  await using broker = await scriptedBroker();
  await using other = await scriptedBroker();
  let isReached = false;
  other.onStream('/stream', () => {
    isReached = true;
  });
  broker.refuseStream('/stream', `HTTP/1.1 302 Found\r\nlocation: ${other.url}/stream`);
  const { stream, end } = clientOf(broker).openTradeUpdates();
  const errors: string[] = [];
  stream.onError((text) => errors.push(text));
  stream.connect();
  await stream.whenAuthenticated();
  expect(errors).toEqual(['Unexpected server response: 302']);
  expect(isReached).toBe(false);
  end();
});
