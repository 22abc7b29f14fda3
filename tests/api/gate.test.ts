/** Who is not let in, and what malformed requests are told. */
import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { BEARER, expectNoInternals, httpClient, JSON_TYPE, post, request, serveFake } from './harness.ts';

/** fetch() sets Host and Origin by its own rules, so these go by hand. */
async function raw(url: string, path: string, headers: Record<string, string>, method = 'GET') {
  const { port, hostname } = new URL(url);
  const req = rawRequest({ port, host: hostname, path, method, headers: { ...BEARER, ...headers } });
  const answered = Promise.withResolvers<{ status: number | undefined; json: { error?: { data: { appCode: string } } } | undefined }>();
  req.on('error', answered.reject);
  req.on('response', async (res) => {
    const body = await text(res);
    if (res.statusCode !== 200) expectNoInternals(body);
    answered.resolve({ status: res.statusCode, json: body === '' ? undefined : JSON.parse(body) });
  });
  req.end();
  return answered.promise;
}

const socketStatus = (url: string, headers: Record<string, string>, path = '/trpc') =>
  new Promise<number>((resolve) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers });
    socket.on('open', () => {
      resolve(101);
      socket.close();
    });
    socket.on('unexpected-response', (_, res) => {
      resolve(res.statusCode ?? 0);
      res.destroy();
    });
    socket.on('error', () => undefined);
  });

test.each([
  ['localhost', 200],
  ['LOCALHOST:1234', 200],
  ['127.0.0.1:80', 200],
  ['[::1]:9', 200],
  ['tradar.example', 200],
  ['other.example:8443', 200],
  ['other.example', 403],
  ['evil.example', 403],
  ['127.0.0.1.evil.example', 403],
  ['localhost@evil.example', 403],
])('Host %s → %i', async (host, status) => {
  await using served = await serveFake({ allowedHosts: ['tradar.example', 'other.example:8443'] });
  for (const path of ['/health', '/trpc/system.version']) {
    expect((await raw(served.api.url, path, { Host: host })).status).toBe(status);
  }
  expect(await socketStatus(served.api.url, { Host: host })).toBe(status === 200 ? 101 : 403);
});

test('a request without a Host is refused', async () => {
  await using served = await serveFake();
  const socket = connect(served.api.port, '127.0.0.1');
  socket.end('GET /health HTTP/1.0\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /);
});

test.each([
  ['https://page.example', 200],
  ['https://page.example.evil.example', 403],
  ['http://page.example', 403],
  ['https://page.example:444', 403],
  ['http://127.0.0.1:3000', 403],
  ['null', 403],
])('Origin %s → %i', async (origin, status) => {
  await using served = await serveFake({ allowedOrigins: ['https://page.example'] });
  expect((await raw(served.api.url, '/trpc/system.version', { Origin: origin })).status).toBe(status);
  expect(await socketStatus(served.api.url, { Origin: origin })).toBe(status === 200 ? 101 : 403);
});

test('a listed page is told what it may send; no other is', async () => {
  await using served = await serveFake({ allowedOrigins: ['https://page.example'] });
  const ask = (origin: string) => request(`${served.api.url}/trpc/system.version`, { method: 'OPTIONS', headers: { Origin: origin } });
  const listed = await ask('https://page.example');
  expect([listed.status, listed.headers.get('access-control-allow-origin')]).toEqual([204, 'https://page.example']);
  const other = await ask('https://evil.example');
  expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([403, null]);
});

test('health needs no token and tells no more than the status; everything else is 404', async () => {
  await using served = await serveFake();
  const health = await request(`${served.api.url}/health`);
  expect([health.status, health.text]).toEqual([200, '{"status":"ok"}']);
  for (const path of [
    '/',
    '/trpc',
    '/trpcx/system.version',
    '/health/',
    '/..%2ftrpc/system.version',
    '/favicon.ico',
    '//trpc/system.version',
  ]) {
    const answer = await raw(served.api.url, path, {});
    expect([path, answer.status, answer.json?.error?.data.appCode]).toEqual([path, 404, 'pathUnknown']);
  }
  expect(await socketStatus(served.api.url, {}, '/other')).toBe(404);
});

test('every answer carries the safety headers and the request id', async () => {
  await using served = await serveFake();
  for (const path of ['/health', '/nothing', '/trpc/system.version']) {
    const { headers } = await request(`${served.api.url}${path}`, { headers: { ...BEARER, 'X-Request-ID': 'mine-1' } });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-request-id')).toBe('mine-1');
    expect(headers.get('set-cookie')).toBeNull();
  }
  const unusable = await request(`${served.api.url}/nothing`, { headers: { 'X-Request-ID': 'a b<script>' } });
  expect(unusable.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(unusable.json.error.data.requestId).toBe(unusable.headers.get('x-request-id'));
});

test.each([
  ['text/plain', 415],
  ['application/x-www-form-urlencoded', 415],
  ['multipart/form-data; boundary=x', 415],
  ['application/octet-stream', 415],
  ['application/jsonx', 415],
  ['Application/JSON; charset=utf-8', 200],
])('a mutation as %s → %i', async (type, status) => {
  await using served = await serveFake();
  const body = '{"level":"halt","reason":"x"}';
  const answer = await post(`${served.api.url}/trpc/killSwitch.engage`, body, { 'Content-Type': type });
  expect(answer.status).toBe(status);
  expect(served.daemon.books.kill.level).toBe(status === 200 ? 'halt' : 'armed');
  if (status === 415) expect(answer.json.error.data.appCode).toBe('contentTypeRefused');
});

test('compressed bodies and other methods are refused', async () => {
  await using served = await serveFake();
  const url = `${served.api.url}/trpc/killSwitch.engage`;
  expect((await post(url, '{}', { 'Content-Encoding': 'gzip' })).status).toBe(415);
  for (const method of ['PUT', 'DELETE', 'PATCH']) expect((await request(url, { method, headers: BEARER })).status).toBe(405);
  expect((await request(url, { headers: BEARER })).json.error.data.appCode).toBe('methodRefused');
  expect((await post(`${served.api.url}/trpc/system.version`, '{}')).status).toBe(405);
});

test('a body above the limit is refused, announced or not', async () => {
  await using served = await serveFake();
  const url = `${served.api.url}/trpc/killSwitch.engage`;
  const large = JSON.stringify({ level: 'halt', reason: 'x'.repeat(1_048_576) });
  const announced = await post(url, large);
  expect([announced.status, announced.json.error.data.appCode]).toEqual([413, 'bodyTooLarge']);
  const pieces = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 20; i++) controller.enqueue(new Uint8Array(65_536));
      controller.close();
    },
  });
  const chunked = await request(url, { method: 'POST', body: pieces, duplex: 'half', headers: { ...BEARER, ...JSON_TYPE } } as RequestInit);
  expect([chunked.status, chunked.json.error.data.appCode]).toEqual([413, 'bodyTooLarge']);
  expect(served.daemon.books.kill.level).toBe('armed');
});

test('a WebSocket message above the limit ends the socket', async () => {
  await using served = await serveFake();
  const socket = new WebSocket(`${served.api.url.replace('http', 'ws')}/trpc`, { headers: BEARER });
  const code = await new Promise<number>((resolve) => {
    socket.on('open', () => socket.send('x'.repeat(1_048_577)));
    socket.on('close', resolve);
  });
  expect(code).toBe(1009);
});

test('a WebSocket that sends no token is closed', async () => {
  await using served = await serveFake({ limits: { loginDeadlineMs: 10 } });
  const socket = new WebSocket(`${served.api.url.replace('http', 'ws')}/trpc?connectionParams=1`);
  expect(await new Promise<number>((resolve) => socket.on('close', resolve))).toBe(1008);
});

test.each(['', '{', 'nonsense', '[', '"a"', '{"level":"halt","reason":"x"', '\u0000', '1', 'null', '[]'])('body %j', async (body) => {
  await using served = await serveFake();
  const answer = await post(`${served.api.url}/trpc/killSwitch.engage`, body);
  expect(answer.status).toBe(400);
  expect(['bodyMalformed', 'inputInvalid']).toContain(answer.json.error.data.appCode);
});

test('eleven calls in one batch are refused, ten are served', async () => {
  await using served = await serveFake();
  const batch = (size: number) =>
    request(`${served.api.url}/trpc/${Array(size).fill('system.version').join(',')}?batch=1`, { headers: BEARER });
  expect((await batch(10)).json).toHaveLength(10);
  const refused = await batch(11);
  expect([refused.status, refused.json.error.data.appCode]).toEqual([400, 'batchTooLarge']);
});

test.each([
  'nope',
  'system',
  'system.',
  '__proto__',
  'constructor',
  'toString',
  'system.__proto__',
  'system.health.query',
  '%00',
  '_def',
  'a'.repeat(5000),
])('unknown procedure %.20s', async (name) => {
  await using served = await serveFake();
  for (const answer of [
    await request(`${served.api.url}/trpc/${name}`, { headers: BEARER }),
    await post(`${served.api.url}/trpc/${name}`, '{}'),
  ]) {
    expect([answer.status, answer.json.error.data.appCode]).toEqual([404, 'procedureUnknown']);
    expect(answer.json.error.data.hint).toContain('procedures');
  }
});

test('a badly encoded path is a malformed request', async () => {
  await using served = await serveFake();
  expect((await raw(served.api.url, '/trpc/%E0%A4%A', {})).json?.error?.data.appCode).toBe('bodyMalformed');
});

test.each([
  '{"__proto__":{"level":"halt","reason":"x"}}',
  '{"constructor":{"prototype":{"polluted":1}},"level":"halt","reason":"x"}',
  '{"level":"halt","reason":"x","__proto__":{"polluted":1}}',
  '{"level":{"toString":"x"},"reason":["x"]}',
])('polluting input %s changes nothing', async (body) => {
  await using served = await serveFake();
  const answer = await post(`${served.api.url}/trpc/killSwitch.engage`, body);
  expect(answer.status).toBe(400);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(served.daemon.books.kill.level).toBe('armed');
  const batch = await post(`${served.api.url}/trpc/killSwitch.engage?batch=1`, `{"__proto__":{"0":${body}}}`);
  expect(batch.status).toBe(400);
});

test.each([
  `events.stream?connectionParams=${encodeURIComponent('{"token":"topsecret"}')}`,
  'system.health?token=topsecret',
  'events.stream?access_token=topsecret',
])('a token in the URL is refused and never logged: %s', async (call) => {
  await using served = await serveFake();
  const answer = await request(`${served.api.url}/trpc/${call}`);
  expect([answer.status, answer.json.error.data.appCode]).toEqual([400, 'tokenInUrl']);
  expect(answer.text + JSON.stringify(served.lines)).not.toContain('topsecret');
});

test('a taken port is named with its remedy, or replaced by a free one when that is wanted', async () => {
  await using first = await serveFake();
  await expect(serveFake({ port: first.api.port })).rejects.toThrow(
    new RegExp(`port ${first.api.port} on 127.0.0.1 is taken; .*configure`),
  );
  await using second = await serveFake({ port: first.api.port, portFallback: true });
  expect(second.api.port).not.toBe(first.api.port);
  expect(second.lines).toMatchObject([{ level: 'warn', facts: { wanted: first.api.port, port: second.api.port } }]);
  await expect(serveFake({ host: '192.0.2.1' })).rejects.toThrow(/no address of this machine/);
});

test('closing frees the port and leaves no connection, whoever is still there', async () => {
  const served = await serveFake();
  const idle = connect(served.api.port, '127.0.0.1');
  await new Promise((resolve) => idle.on('connect', resolve));
  const gone = new Promise((resolve) => idle.on('close', resolve));
  await httpClient(served.api.url).system.version.query();
  await Promise.all([served.api.close(), served.api.close()]);
  await gone;
  await using again = await serveFake({ port: served.api.port });
  expect(again.api.port).toBe(served.api.port);
});
