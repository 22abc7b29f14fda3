/** Takes a port, or says in one sentence why not and what to do. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '#server/runtime/ports.ts';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly portFallback: boolean;
  readonly log: Log;
}

export class ListenError extends Error {
  readonly hint: string;
  constructor(message: string, hint: string, cause: unknown) {
    super(`${message}; ${hint}`, { cause });
    this.name = 'ListenError';
    this.hint = hint;
  }
}

/** The port that was taken. */
export async function listen(http: Server, { host, port, portFallback, log }: ListenOptions): Promise<number> {
  try {
    return await tryListen(http, host, port);
  } catch (error) {
    if (!portFallback || !isTaken(error)) throw explain(error, host, port);
    const free = await tryListen(http, host, 0);
    log.warn({ wanted: port, port: free }, 'wanted port is taken, listening on a free one');
    return free;
  }
}

async function tryListen(http: Server, host: string, port: number): Promise<number> {
  http.listen(port, host);
  await once(http, 'listening');
  return (http.address() as AddressInfo).port;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
const isTaken = (error: unknown): boolean => codeOf(error) === 'EADDRINUSE';

function explain(error: unknown, host: string, port: number): ListenError {
  switch (codeOf(error)) {
    case 'EADDRINUSE': {
      const remedy = 'stop the program that holds it (another daemon?) or configure another port';
      return new ListenError(`port ${port} on ${host} is taken`, remedy, error);
    }
    case 'EACCES':
      return new ListenError(`port ${port} on ${host} is not for us to open`, 'configure a port above 1023', error);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ListenError(`${host} is no address of this machine`, 'configure 127.0.0.1, or an address that this machine has', error);
    default:
      return new ListenError(`can not listen on port ${port} of ${host} (${codeOf(error)})`, 'configure another host or port', error);
  }
}
