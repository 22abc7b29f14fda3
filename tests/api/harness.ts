/** A served control plane on a free port, and requests to it that check every refusal for leaks. */
import { createTRPCClient, createWSClient, httpBatchLink, wsLink } from '@trpc/client';
import { expect } from 'vitest';
import type { ApiOptions } from '#server/api/options.ts';
import type { AppRouter } from '#server/api/routers/app.ts';
import { startApi } from '#server/api/server.ts';
import { FakeDaemon } from './fake-desk.ts';

export const TOKEN = 'a-token-of-forty-three-characters-0123456789';
export const VIEWER_TOKEN = 'a-viewer-token-of-forty-three-characters-01';
export const BEARER = { Authorization: `Bearer ${TOKEN}` };
export const VIEWER_BEARER = { Authorization: `Bearer ${VIEWER_TOKEN}` };
export const JSON_TYPE = { 'Content-Type': 'application/json' };

interface LogLine {
  readonly level: string;
  readonly facts: object;
  readonly message: string;
}

export async function serveFake(change: Partial<ApiOptions> = {}) {
  const daemon = new FakeDaemon();
  const lines: LogLine[] = [];
  const write = (level: string) => (facts: object, message: string) => void lines.push({ level, facts, message });
  const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const api = await startApi({
    desk: daemon.desk,
    records: daemon.records,
    drill: async () => ({ at: '2026-01-05T15:00:00.000Z', passed: true, steps: [] }),
    tokens: { operator: TOKEN, viewer: VIEWER_TOKEN },
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
    log,
    portFallback: false,
    ...change,
  });
  return { daemon, api, lines, [Symbol.asyncDispose]: () => api.close() };
}

export const httpClient = (url: string, headers: Record<string, string> = BEARER) =>
  createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${url}/trpc`, headers, maxItems: 10 })] });

export function socketClient(url: string, token = TOKEN) {
  const client = createWSClient({
    url: `${url.replace('http', 'ws')}/trpc`,
    connectionParams: { token },
    retryDelayMs: () => 0,
  });
  return { trpc: createTRPCClient<AppRouter>({ links: [wsLink({ client })] }), [Symbol.asyncDispose]: () => client.close() };
}

/** What an answer must never show: stack lines, paths of ours, packages, a token. */
export function expectNoInternals(text: string): void {
  expect(text).not.toMatch(/\bat .{0,200}:\d+:\d+/);
  expect(text).not.toMatch(/node_modules|file:\/\/|\/server\/|\.[mc]?[jt]s\b|SQLITE|"stack"/);
  expect(text).not.toContain(TOKEN);
  expect(text).not.toContain(VIEWER_TOKEN);
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came.
  readonly json: any;
}

export async function request(url: string, init: RequestInit = {}): Promise<Answered> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) expectNoInternals(text);
  return { status: response.status, headers: response.headers, text, json: text === '' ? undefined : JSON.parse(text) };
}

export const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  request(url, { method: 'POST', body, headers: { ...BEARER, ...JSON_TYPE, ...headers } });
