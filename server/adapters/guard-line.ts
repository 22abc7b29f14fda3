/**
 * The daemon's end of the line to its guard: a beat each second, and an ear for the guard's own. A guard that is not heard is told of,
 * so that each watches the other.
 */
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { sign, verified, type Word } from '#server/guard/beat.ts';
import { guardSocket } from '#server/guard/link.ts';
import type { Vitals } from '#server/runtime/desk.ts';

export interface GuardLineOptions {
  readonly home: string;
  /** What beats are signed with. */
  readonly key: Buffer;
  readonly vitals: () => Vitals;
  /** Told again and again, for as long as nothing is heard. */
  readonly missing: (silentMs: number) => void;
  /** Told at each beat of the guard: whether it has suspended trading at the broker. */
  readonly heard: (isSuspended: boolean) => void;
}

export interface GuardLine {
  /** An operator released the kill switch: the broker shall take orders again. */
  lift(): void;
  /** Nothing leaves this process any more: the guard suspends, and cancels what opens. */
  sever(): void;
  /** The daemon ends in order. */
  standDown(): Promise<void>;
}

const BEAT_EVERY_MS = 1_000;
const MISSING_AFTER_MS = 10_000;

export function joinGuard({ home, key, vitals, missing, heard }: GuardLineOptions): GuardLine {
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
      for (const one of lines) {
        const beat = guardBeat(key, one);
        if (beat === undefined) continue;
        heardMs = performance.now();
        heard(beat['suspended'] === true);
      }
    });
    line.on('error', () => undefined);
    line.on('close', () => {
      if (socket === line) socket = undefined;
    });
    return line;
  };
  const say = (message: { kind: Word['kind'] } | ({ kind: 'beat'; loopLagMs: number } & Vitals)): void => {
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
    sever: () => say({ kind: 'sever' }),
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

function guardBeat(key: Buffer, line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const said = verified(key, line);
    return said?.['kind'] === 'guard' ? said : undefined;
  } catch {
    return undefined;
  }
}
