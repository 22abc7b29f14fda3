/** Each request is sent once, whatever becomes of it, and its connection is kept for the next one. */
import { createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createSendRequest } from '#server/adapters/alpaca/http.ts';

/** A server of bytes: what it does with each request is the test's to say. */
async function rawServer() {
  const requests: { readonly connection: number; readonly text: string }[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let react: (socket: Socket) => void = ok;
  const server = createServer((socket) => {
    const connection = ++connections;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      requests.push({ connection, text: bytes.toString('latin1') });
      react(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v2/orders`,
    requests,
    reactWith: (next: (socket: Socket) => void) => {
      react = next;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const answer = (head: string, body = '{}') => `HTTP/1.1 ${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const ok = (socket: Socket): void => void socket.write(answer('200 OK'));

const ORDER = '{"client_order_id":"r1-7-0"}';

const ENDINGS: readonly [string, (socket: Socket) => void][] = [
  ['a reset', (socket) => void socket.resetAndDestroy()],
  ['an end without an answer', (socket) => void socket.end()],
  ['half an answer', (socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{')],
  ['408 and the end', (socket) => void socket.end(answer('408 Request Timeout'))],
  ['421, at which fetch sends again', (socket) => void socket.write(answer('421 Misdirected Request'))],
  ['401 with a challenge', (socket) => void socket.write(answer('401 Unauthorized\r\nwww-authenticate: Basic realm="x"'))],
  ['429', (socket) => void socket.write(answer('429 Too Many Requests\r\nretry-after: 0'))],
  ['503', (socket) => void socket.write(answer('503 Service Unavailable\r\nretry-after: 0'))],
  ['a redirect', (socket) => void socket.write(answer('307 Temporary Redirect\r\nlocation: /elsewhere'))],
];

test.each(
  ENDINGS.flatMap(([name, react]) => (['POST', 'PATCH', 'DELETE', 'GET'] as const).map((method) => [method, name, react] as const)),
)('%s on a kept connection is sent once: %s', async (method, _name, react) => {
  await using server = await rawServer();
  const send = createSendRequest();
  const body = method === 'POST' || method === 'PATCH' ? { body: ORDER } : {};
  await send(server.url, { method: 'POST', body: ORDER });
  server.reactWith(react);
  await send(server.url, { method, ...body }).catch(() => undefined);
  expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1]);
});

test('a connection is kept for the next request, and text counts in bytes', async () => {
  await using server = await rawServer();
  const send = createSendRequest();
  for (let i = 0; i < 3; i++) await send(server.url, { method: 'POST', body: '"é"', headers: { 'Content-Type': 'application/json' } });
  expect(new Set(server.requests.map(({ connection }) => connection))).toEqual(new Set([1]));
  expect(server.requests[2]?.text).toMatch(/^POST \/v2\/orders HTTP\/1.1\r\n/);
  expect(server.requests[2]?.text.toLowerCase()).toContain('content-length: 4\r\n');
  const { host } = new URL(server.url);
  await send(server.url, { method: 'POST' });
  await send(server.url, { method: 'DELETE', headers: { 'APCA-API-KEY-ID': 'key' } });
  const heads = server.requests.slice(2).map(({ text }) => (text.split('\r\n\r\n')[0] ?? '').toLowerCase().split('\r\n').slice(1).sort());
  expect(heads).toEqual([
    ['connection: keep-alive', 'content-length: 4', 'content-type: application/json', `host: ${host}`],
    ['connection: keep-alive', 'content-length: 0', `host: ${host}`],
    ['apca-api-key-id: key', 'connection: keep-alive', `host: ${host}`],
  ]);
});

test('an answer is whole: status, headers, text, packed or not; 204 has none', async () => {
  await using server = await rawServer();
  const send = createSendRequest();
  server.reactWith((socket) => void socket.write(answer('422 Unprocessable\r\nx-ratelimit-remaining: 7', '{"code":1}')));
  const refused = await send(server.url, {});
  expect([refused.status, refused.headers.get('X-RateLimit-Remaining'), await refused.text()]).toEqual([422, '7', '{"code":1}']);
  const packed = gzipSync('{"bars":{}}');
  server.reactWith((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${packed.length}\r\n\r\n`);
    socket.write(packed);
  });
  expect(await (await send(server.url, {})).json()).toEqual({ bars: {} });
  server.reactWith((socket) => void socket.write('HTTP/1.1 204 No Content\r\n\r\n'));
  expect((await send(server.url, { method: 'DELETE' })).status).toBe(204);
});

test('half an answer, and nothing in time, reject', async () => {
  await using server = await rawServer();
  const send = createSendRequest();
  server.reactWith((socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{'));
  await expect(send(server.url, {})).rejects.toThrow();
  server.reactWith(() => undefined);
  await expect(send(server.url, { signal: AbortSignal.timeout(30) })).rejects.toThrow(/timeout/);
  await expect(send(server.url, { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late');
  server.reactWith(ok);
  expect((await send(server.url, { method: 'POST', body: ORDER })).status).toBe(200);
});
