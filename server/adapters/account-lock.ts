/**
 * One daemon per account on this machine, wherever its home is: a name that the kernel holds for us (an abstract socket on Linux, a pipe on
 * Windows) and lets go with the process, however that ends. The broker keeps no lease, so a daemon on another machine is
 * found by Redis where there is one, and otherwise by its orders alone.
 */
import { createHash } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';
import { z } from 'zod';

const DIGITS = 32;
const ANSWER_WITHIN_MS = 1_000;

/** Names outside of the file system, by platform; nothing where there are none. */
const ADDRESSES: Readonly<Partial<Record<NodeJS.Platform, (name: string) => string>>> = {
  linux: (name) => `\0${name}`,
  win32: (name) => `\\\\.\\pipe\\${name}`,
};

export interface AccountPlace {
  /** The broker's address. */
  readonly broker: string;
  readonly account: string;
  readonly home: string;
}

/** Another daemon of this machine trades the account. */
export class AccountTakenError extends Error {
  readonly code = 'accountTaken';
  readonly hint = 'stop that one first: two daemons on one account trade against each other';
  constructor({ account, broker }: AccountPlace, holder: string) {
    super(`another daemon of this machine trades account ${account} at ${broker}${holder}`);
    this.name = 'AccountTakenError';
  }
}

/** Returns the way to let it go. */
export async function takeAccountLock(place: AccountPlace): Promise<() => Promise<void>> {
  const digest = createHash('sha256').update(`${place.broker} ${place.account}`).digest('hex').slice(0, DIGITS);
  const address = ADDRESSES[process.platform]?.(`tradar-account-${digest}`);
  if (address === undefined) return async () => undefined;
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(JSON.stringify({ pid: process.pid, home: place.home }));
  });
  if (!(await listens(server, address))) throw new AccountTakenError(place, await holderAt(address));
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

function listens(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    server.listen(address, () => resolve(true));
  });
}

const holder = z.object({ pid: z.int(), home: z.string() });

/** Who it is, in words; nothing where it is frozen, or no daemon of ours. */
function holderAt(address: string): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(address);
    const end = (): void => {
      socket.destroy();
      const { data } = holder.safeParse(parsed(said));
      resolve(data === undefined ? '' : ` (pid ${data.pid}, home ${data.home})`);
    };
    socket.setEncoding('utf8').setTimeout(ANSWER_WITHIN_MS, end);
    socket.on('data', (text: string) => {
      said += text;
    });
    socket.once('error', end).once('end', end);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
