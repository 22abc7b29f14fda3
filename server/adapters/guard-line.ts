/**
 * The daemon's end of the line to its guard: a beat each second, and an ear for the guard's own. A guard that is not heard is told of,
 * so that each watches the other.
 */
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { sign, verified } from '#server/guard/beat.ts';
import { guardSocket } from '#server/guard/link.ts';
import type { Vitals } from '#server/runtime/desk.ts';

export interface GuardLineOptions {
  readonly home: string;
  /** What beats are signed with. */
  readonly key: Buffer;
  readonly vitals: () => Vitals;
  /** Told again and again, for as long as nothing is heard. */
  readonly missing: (silentMs: number) => void;
}

export interface GuardLine {
  /** An operator released the kill switch: the broker shall take orders again. */
  lift(): void;
  /** The daemon ends in order. */
  standDown(): Promise<void>;
}

const BEAT_EVERY_MS = 1_000;
const MISSING_AFTER_MS = 10_000;

export function joinGuard({ home, key, vitals, missing }: GuardLineOptions): GuardLine {
  const life = randomUUID();
  let seq = 0;
  let heardMs = performance.now();
  let expectedMs = performance.now() + BEAT_EVERY_MS;
  let socket: Socket | undefined;

  const open = (): Socket => {
    const line = connect(guardSocket(home));
    let rest = '';
    line.setEncoding('utf8');
    line.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const one of lines) if (isGuard(key, one)) heardMs = performance.now();
    });
    line.on('error', () => undefined);
    line.on('close', () => {
      if (socket === line) socket = undefined;
    });
    return line;
  };
  const say = (message: { kind: 'standDown' | 'lift' } | ({ kind: 'beat'; loopLagMs: number } & Vitals)): void => {
    socket ??= open();
    socket.write(sign(key, { ...message, life, seq: ++seq }));
  };
  const timer = setInterval(() => {
    const now = performance.now();
    const loopLagMs = Math.max(0, Math.round(now - expectedMs));
    expectedMs = now + BEAT_EVERY_MS;
    say({ kind: 'beat', loopLagMs, ...vitals() });
    const silentMs = now - heardMs;
    // After a sleep of our own nothing could be heard: the guard has another ten seconds.
    if (loopLagMs > MISSING_AFTER_MS / 2) heardMs = now;
    else if (silentMs >= MISSING_AFTER_MS) missing(Math.round(silentMs));
  }, BEAT_EVERY_MS);

  return {
    lift: () => say({ kind: 'lift' }),
    standDown: async () => {
      clearInterval(timer);
      say({ kind: 'standDown' });
      const last = socket;
      await new Promise<void>((resolve) => {
        last?.once('close', () => resolve());
        last?.end();
        setTimeout(resolve, BEAT_EVERY_MS).unref();
      });
      last?.destroy();
    },
  };
}

function isGuard(key: Buffer, line: string): boolean {
  try {
    return verified(key, line)?.['kind'] === 'guard';
  } catch {
    return false;
  }
}
