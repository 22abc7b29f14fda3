/** The typed client that the command line uses: finds the daemon of a home, and says in one sentence why it can not. */
import { createTRPCClient, createWSClient, httpBatchLink, splitLink, type TRPCClient, type TRPCLink, wsLink } from '@trpc/client';
import { type Announcement, announcementFile, readAnnouncement } from './announce.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { AppRouter } from './routers/app.ts';
import { findToken, tokenFile } from './token.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
const PROBE_TIMEOUT_MS = 2_000;

/** Why there is no daemon to talk to; `hint` says what to do. */
export class NoDaemonError extends Error {
  readonly reason: 'notRunning' | 'stale' | 'unreachable' | 'tokenMissing';
  readonly hint: string;
  constructor(reason: NoDaemonError['reason'], message: string, hint: string) {
    super(`${message}; ${hint}`);
    this.name = 'NoDaemonError';
    this.reason = reason;
    this.hint = hint;
  }
}

export interface Daemon {
  readonly announcement: Announcement;
  readonly trpc: TRPCClient<AppRouter>;
  /** Only a subscription opens something that must be closed. */
  close(): Promise<void>;
}

export async function connectDaemon(home: string, { timeoutMs = DEFAULT_TIMEOUT_MS }: { timeoutMs?: number } = {}): Promise<Daemon> {
  const announcement = await findDaemon(home);
  const token = await findToken(home, 'operator');
  if (token === undefined) {
    const remedy = 'restart the daemon; it makes a new token';
    throw new NoDaemonError('tokenMissing', `a daemon runs (pid ${announcement.pid}) but ${tokenFile(home, 'operator')} is gone`, remedy);
  }
  return { announcement, ...openClient(announcement.url, token, timeoutMs) };
}

async function findDaemon(home: string): Promise<Announcement> {
  const path = announcementFile(home);
  const found = await readAnnouncement(home);
  const start = 'start it with "tradar start", or set TRADAR_HOME to the home of the one that runs';
  if (found === undefined) throw new NoDaemonError('notRunning', `no daemon runs on ${home}: there is no ${path}`, start);
  if (found === 'unreadable') throw new NoDaemonError('stale', `${path} is damaged`, 'restart the daemon; it writes a new one');
  if (!isAlive(found.pid)) throw new NoDaemonError('stale', `no daemon runs on ${home}: its process ${found.pid} is gone`, start);
  try {
    // A process id is given away again; only an answer proves that it is ours.
    const { ok } = await fetch(`${found.url}/health`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    if (ok) return found;
  } catch {
    // Said below.
  }
  const remedy = 'look into its log, or stop it and start it again';
  throw new NoDaemonError('unreachable', `process ${found.pid} does not answer at ${found.url}`, remedy);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function openClient(url: string, token: string, timeoutMs: number): Pick<Daemon, 'trpc' | 'close'> {
  const calls = httpBatchLink<AppRouter>({
    url: `${url}/trpc`,
    maxItems: DEFAULT_LIMITS.maxBatchSize,
    headers: { Authorization: `Bearer ${token}` },
    fetch: (input, init) => fetch(input, { ...(init as RequestInit), signal: withTimeout((init as RequestInit).signal, timeoutMs) }),
  });
  const sockets = createWSClient({
    url: `${url.replace(/^http/, 'ws')}/trpc`,
    lazy: { enabled: true, closeMs: 0 },
    connectionParams: { token },
  });
  const streams: TRPCLink<AppRouter> = wsLink({ client: sockets });
  const links = [splitLink<AppRouter>({ condition: ({ type }) => type === 'subscription', true: streams, false: calls })];
  return { trpc: createTRPCClient<AppRouter>({ links }), close: () => sockets.close() };
}

function withTimeout(signal: AbortSignal | null | undefined, timeoutMs: number): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal == null ? timeout : AbortSignal.any([signal, timeout]);
}
