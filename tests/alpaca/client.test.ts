/** The client: what an answer, a refusal and silence are, what is tried again, and what counts as a request's time. */
import { expect, test } from 'vitest';
import type { Answer } from '#server/adapters/alpaca/answer.ts';
import { createBudget } from '#server/adapters/alpaca/budget.ts';
import { rateOf } from '#server/adapters/alpaca/rate-reading.ts';
import { clientOf } from './fixtures.ts';
import { type Answering, scriptedBroker } from './scripted-broker.ts';

const HTML = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';

async function askOnce(answer: (answering: Answering) => void, timeoutMs = 2_000): Promise<Answer> {
  await using broker = await scriptedBroker();
  broker.on('DELETE /v2/orders', (_, answering) => answer(answering));
  return await clientOf(broker, { timeoutMs }).change('kill', (alpaca) => alpaca.trading.orders.deleteAllOrdersRaw());
}

test.each<[string, (answering: Answering) => void, Partial<Answer>]>([
  ['a JSON 403', (a) => a.json(403, { code: 40310000, message: 'no' }), { kind: 'refused', status: 403, code: '40310000', text: 'no' }],
  ['a JSON 401 without a code', (a) => a.json(401, { message: 'unauthorized.' }), { kind: 'refused', status: 401, code: '401' }],
  ["a proxy's JSON 403", (a) => a.json(403, { error: 'blocked by policy' }), { kind: 'silence', status: 403 }],
  ['JSON that is no object', (a) => a.json(422, ['no']), { kind: 'silence', status: 422 }],
  ['an HTML 401', (a) => a.text(401, HTML), { kind: 'silence', status: 401 }],
  ['an HTML 200', (a) => a.text(200, HTML), { kind: 'silence', status: 200 }],
  ['a JSON 500', (a) => a.json(500, { code: 50010000, message: 'internal' }), { kind: 'silence', status: 500 }],
  ['a 504', (a) => a.text(504, ''), { kind: 'silence', status: 504 }],
  [
    'a 429',
    (a) => a.json(429, { code: 42910000, message: 'slow' }, { 'retry-after': '7' }),
    { kind: 'silence', status: 429, retryAfterMs: 7_000 },
  ],
  ['JSON that breaks off', (a) => a.text(207, '[{"id":"x","sta'), { kind: 'silence', status: 207 }],
  ['a dropped connection', (a) => a.drop(), { kind: 'silence', status: undefined }],
  ['a body that breaks off', (a) => a.raw.writeHead(200, { 'content-length': '100' }).write('[{', () => a.drop()), { kind: 'silence' }],
])('%s', async (_name, answer, expected) => {
  expect(await askOnce(answer)).toMatchObject(expected);
});

test('a read that met a 500 waited until the end of the rate-limit window, which every reply names', async () => {
  const inAMinute = {
    'x-ratelimit-limit': '200',
    'x-ratelimit-remaining': '180',
    'x-ratelimit-reset': `${Math.ceil(Date.now() / 1_000) + 55}`,
  };
  const failed = await askOnce((a) => a.json(500, { code: 50010000, message: 'internal' }, inAMinute));
  expect(failed).toMatchObject({ kind: 'silence', status: 500, retryAfterMs: undefined });
  const down = await askOnce((a) => a.json(503, { message: 'down' }, { ...inAMinute, 'retry-after': '7' }));
  expect(down).toMatchObject({ kind: 'silence', status: 503, retryAfterMs: 7_000 });
  const spent = await askOnce((a) => a.json(429, { message: 'slow' }, inAMinute));
  expect(spent.kind === 'silence' && spent.retryAfterMs).toBeGreaterThan(50_000);
});

test('HTML is named, never quoted', async () => {
  const answer = await askOnce((a) => a.text(502, HTML));
  expect(answer).toMatchObject({ text: 'HTTP 502: an HTML page instead of JSON ("502 Bad Gateway")' });
});

test('an answer beyond the time limit is silence', async () => {
  const answer = await askOnce(() => undefined, 50);
  expect(answer).toMatchObject({ kind: 'silence', text: expect.stringContaining('timed out after 50 ms') });
});

test('a read is tried three times, a change once', async () => {
  await using broker = await scriptedBroker();
  for (const route of ['GET /v2/account', 'DELETE /v2/orders']) broker.on(route, (_, answer) => answer.text(503, ''));
  const client = clientOf(broker);
  await client.read('ask', (alpaca) => alpaca.trading.account.getAccountRaw());
  await client.change('kill', (alpaca) => alpaca.trading.orders.deleteAllOrdersRaw());
  expect([broker.count('GET /v2/account'), broker.count('DELETE /v2/orders')]).toEqual([3, 1]);
});

test('a read waits as long as the broker asks for', async () => {
  await using broker = await scriptedBroker();
  broker.on('GET /v2/account', (_, answer) => {
    if (broker.count('GET /v2/account') === 1) answer.json(429, { message: 'slow' }, { 'retry-after': '1' });
    else answer.json(200, { fine: true });
  });
  const waits: number[] = [];
  const client = clientOf(broker, { pause: async (ms) => void waits.push(ms) });
  expect(await client.read('ask', (alpaca) => alpaca.trading.account.getAccountRaw())).toMatchObject({ kind: 'ok', body: { fine: true } });
  expect(waits).toEqual([1_000]);
});

test.each<[string, Record<string, string>, number]>([
  ['without another word', {}, 1_000],
  ['with Retry-After', { 'retry-after': '29' }, 29_000],
  [
    "with a reset by the broker's own clock, an hour behind ours",
    { 'x-ratelimit-reset': '1000', date: 'Thu, 01 Jan 1970 00:16:30 GMT' },
    10_000,
  ],
])('after 429 %s nothing but cancels leaves for a while', (_name, headers, waitMs) => {
  const reading = rateOf({ status: 429, headers: new Headers(headers) }, 3_600_000);
  const budget = createBudget({ requestsPerMinute: 200, now: () => 0 });
  budget.observe(reading);
  expect([budget.take('order'), budget.take('poll'), budget.take('kill')]).toEqual([waitMs, waitMs, 0]);
});

/** The SDK's own bucket would let 200 go at once and then one each 300 ms: these would take nine seconds. */
test("the SDK's own limiter is off", async () => {
  await using broker = await scriptedBroker();
  broker.on('GET /v2/account', (_, answer) => answer.json(200, {}));
  const client = clientOf(broker);
  const began = performance.now();
  await Promise.all(Array.from({ length: 230 }, () => client.read('ask', (alpaca) => alpaca.trading.account.getAccountRaw())));
  expect(performance.now() - began).toBeLessThan(6_000);
  expect(broker.count('GET /v2/account')).toBe(230);
});

test('waiting for the turn is not part of the time limit', async () => {
  await using broker = await scriptedBroker();
  broker.on('GET /v2/account', (_, answer) =>
    // After the first reply nothing remains until the reset, one to two seconds on: far beyond the limit of the next.
    answer.json(
      200,
      {},
      { 'x-ratelimit-limit': '200', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${Math.floor(Date.now() / 1_000) + 2}` },
    ),
  );
  const client = clientOf(broker, { timeoutMs: 300 });
  const ask = () => client.read('ask', (alpaca) => alpaca.trading.account.getAccountRaw());
  expect(await ask()).toMatchObject({ kind: 'ok' });
  const began = performance.now();
  expect(await ask()).toMatchObject({ kind: 'ok' });
  expect(performance.now() - began).toBeGreaterThan(500);
});
