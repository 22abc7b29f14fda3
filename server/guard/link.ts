/** The guard's end of the line: a socket in the home that only the owner can open. Lines in, the guard's own beat out. */
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type FromDaemon, type GuardBeat, messageOf, sign, verified } from './beat.ts';

const LONGEST_LINE = 4_096;

export const guardSocket = (home: string): string => join(home, 'guard.sock');

export interface GuardLink {
  tell(beat: GuardBeat): void;
  close(): void;
}

export async function listenForDaemon(file: string, key: Buffer, heard: (message: FromDaemon) => void): Promise<GuardLink> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(line, key, heard);
      if (rest.length > LONGEST_LINE) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  if (await answers(file)) throw new Error(`another guard listens at ${file}; one is enough`);
  // What a guard that was killed left behind.
  rmSync(file, { force: true });
  const before = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(file, resolve);
    });
  } finally {
    process.umask(before);
  }
  chmodSync(file, 0o600);
  return {
    tell: (beat) => {
      for (const socket of sockets) socket.write(sign(key, beat));
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

const answers = (file: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(file);
    const say = (does: boolean): void => {
      socket.destroy();
      resolve(does);
    };
    socket.once('connect', () => say(true)).once('error', () => say(false));
  });

function take(line: string, key: Buffer, heard: (message: FromDaemon) => void): void {
  try {
    const fields = verified(key, line);
    const message = fields === undefined ? undefined : messageOf(fields);
    if (message !== undefined) heard(message);
  } catch {
    // Noise on the line is no beat, and no reason to fall.
  }
}
