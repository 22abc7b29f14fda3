/** The certificate, and the exchange behind it. */
import { X509Certificate } from 'node:crypto';
import { get } from 'node:https';
import { afterEach, expect, it } from 'vitest';
import WebSocket from 'ws';
import { makeCertificate } from '#server/exchange/wire/tls-certificate.ts';
import { flat, series, type Wire } from './harness.ts';
import { inbox, KEYS, type Wired, wired } from './wire-harness.ts';

let w: Wired | undefined;
afterEach(async () => {
  await w?.server.close();
  w = undefined;
});

it('is a certificate of its own, good for its names and this year', () => {
  const now = Date.parse('2026-11-21T10:00:00Z');
  const { cert, key, fingerprint } = makeCertificate(['localhost', '127.0.0.1', '::1'], now);
  const read = new X509Certificate(cert);
  expect(read.verify(read.publicKey)).toBe(true);
  expect([read.ca, read.subjectAltName, read.subject === read.issuer]).toEqual([true, 'DNS:localhost, IP Address:127.0.0.1', true]);
  expect([read.validFromDate.getTime(), read.validToDate.getTime()]).toEqual([now - 86_400_000, now + 365 * 86_400_000]);
  expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(read.checkHost('localhost')).toBe('localhost');
  expect(key).toContain('BEGIN PRIVATE KEY');
  expect(read.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(fingerprint);
  expect(makeCertificate(['localhost'], now).fingerprint).not.toBe(fingerprint);
});

it('REST and streams are served over TLS beside the plain port, and strangers to the certificate stay away', async () => {
  const certificate = makeCertificate(['127.0.0.1'], Date.now());
  w = await wired([series('AAPL', flat(100, 390))], {}, { tls: { certificate } });
  const { tlsUrl = '' } = w.server;
  expect(tlsUrl).toMatch(/^https:/);
  const headers = { 'APCA-API-KEY-ID': KEYS.keyId, 'APCA-API-SECRET-KEY': KEYS.secretKey };
  const status = await new Promise((done, fail) => {
    get(`${tlsUrl}/v2/account`, { ca: certificate.cert, headers }, (reply) => done(reply.resume().statusCode)).once('error', fail);
  });
  expect(status).toBe(200);
  await expect(fetch(`${tlsUrl}/v2/account`, { headers })).rejects.toThrow();
  expect((await w.fetch('/v2/account')).status).toBe(200);
  const socket = new WebSocket(`${tlsUrl.replace('http', 'ws')}/v2/iex`, { ca: certificate.cert });
  const heard = inbox<Wire>();
  socket.on('message', (bytes: Buffer) => heard.put(JSON.parse(bytes.toString())));
  expect(await heard.next()).toEqual([{ T: 'success', msg: 'connected' }]);
  socket.terminate();
});
