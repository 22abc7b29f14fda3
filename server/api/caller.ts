/** Who is on the other end of a connection, and whose token it has. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Caller, House } from './context.ts';
import type { Role } from './role.ts';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The caller's own id for this request when it can stand in a log line, else a new one. */
export function requestIdOf(req: IncomingMessage): string {
  const given = req.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

export interface Door {
  readonly house: Pick<House, 'log' | 'failedLogins'>;
  readonly roleOf: (claimed: string) => Role | undefined;
}

export function callerOf(req: IncomingMessage, claimed: string | undefined, { house, roleOf }: Door): Caller {
  const { socket } = req;
  const address = socket.remoteAddress ?? '';
  const requestId = requestIdOf(req);
  const role = claimed === undefined ? undefined : roleOf(claimed);
  // Above the limit a wrong token is no news; the log is not for callers to fill.
  const isTooMany = role === undefined && !house.failedLogins.take(address);
  if (role === undefined && !isTooMany)
    house.log.warn({ address, requestId, hasToken: claimed !== undefined }, 'api call without the token');
  return { address, requestId, hasToken: claimed !== undefined, role, isTooMany, writable: (signal) => writable(socket, signal) };
}

async function writable(socket: Socket, signal: AbortSignal): Promise<void> {
  if (!socket.writableNeedDrain || signal.aborted) return;
  const gone = new AbortController();
  const giveUp = () => gone.abort();
  signal.addEventListener('abort', giveUp);
  socket.once('close', giveUp);
  try {
    await once(socket, 'drain', { signal: gone.signal });
  } catch {
    // Gone: the stream ends by its own signal.
  } finally {
    signal.removeEventListener('abort', giveUp);
    socket.off('close', giveUp);
  }
}
