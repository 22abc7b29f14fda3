/**
 * What daemon and guard say to each other: one line each, its JSON and a MAC of it. A beat is about the work, not about the
 * process: one that lives and whose risk gate no longer turns is as good as dead.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Every second, from the daemon. */
export interface Beat {
  readonly kind: 'beat';
  /** Of this life of the daemon: counts up within it. */
  readonly life: string;
  readonly seq: number;
  /** The kill switch's level as it is in force. */
  readonly level: string;
  /** Milliseconds since the loop last finished a turn. */
  readonly turnAgeMs: number;
  /** Milliseconds that a timer of the daemon came late, at most, since the last beat. */
  readonly loopLagMs: number;
  /** Milliseconds since the books last agreed with the broker. */
  readonly reconcileAgeMs: number;
}

/**
 * `standDown`: the daemon ends in order, its silence is no death. `lift`: an operator releases the kill switch, the broker shall take
 * orders again. `sever`: nothing leaves the daemon any more; the guard acts at once.
 */
export interface Word {
  readonly kind: 'standDown' | 'lift' | 'sever';
  readonly life: string;
  readonly seq: number;
}

export type FromDaemon = Beat | Word;

/** Every second, from the guard. */
export interface GuardBeat {
  readonly kind: 'guard';
  readonly seq: number;
  /** Whether it has suspended trading at the broker. */
  readonly suspended: boolean;
}

const mac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

export const sign = (key: Buffer, message: FromDaemon | GuardBeat): string => {
  const text = JSON.stringify(message);
  return `${mac(key, text).toString('hex')} ${text}\n`;
};

const MAC_LENGTH = 64;

/** The object of a line whose MAC is right; nothing of any other. */
export function verified(key: Buffer, line: string): Readonly<Record<string, unknown>> | undefined {
  const [said, text] = [Buffer.from(line.slice(0, MAC_LENGTH), 'hex'), line.slice(MAC_LENGTH + 1)];
  const right = mac(key, text);
  if (said.length !== right.length || !timingSafeEqual(said, right)) return undefined;
  const message: unknown = JSON.parse(text);
  return typeof message === 'object' && message !== null ? (message as Readonly<Record<string, unknown>>) : undefined;
}

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** What the daemon said; nothing where a part is missing or of another kind. */
export function messageOf(fields: Readonly<Record<string, unknown>>): FromDaemon | undefined {
  const { kind, life, seq, level, turnAgeMs, loopLagMs, reconcileAgeMs } = fields;
  if (typeof life !== 'string' || !isCount(seq)) return undefined;
  if (kind === 'standDown' || kind === 'lift' || kind === 'sever') return fields as unknown as Word;
  const isBeat = kind === 'beat' && typeof level === 'string' && [turnAgeMs, loopLagMs, reconcileAgeMs].every(isCount);
  return isBeat ? (fields as unknown as Beat) : undefined;
}
