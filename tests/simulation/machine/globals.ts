/**
 * The simulation's process has no time, chance or network but the simulated ones: its globals are replaced before anything else
 * is loaded, and what has no simulated counterpart throws. Never imported by anything but the simulation's own process.
 */
import crypto from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import timers from 'node:timers/promises';
import type { Chance } from './chance.ts';
import type { VirtualTime, Waiting } from './virtual-time.ts';

/** What the replaced globals stand on; changed from one simulated day to the next. */
export interface Ground {
  time: VirtualTime;
  chance: Chance;
  /** A promise was rejected, and nobody looked. */
  onRejection: (reason: unknown) => void;
}

const RealDate = Date;

/** Two hexadecimal digits for each byte. */
const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** What `setTimeout` returns. */
class Timer {
  item: Waiting;

  constructor(item: Waiting) {
    this.item = item;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

type Callback = (...args: unknown[]) => void;

const leak = (what: string) => (): never => {
  throw new Error(`${what} was used in the simulation: it has to go through a port or an option`);
};

function cancel(timer: unknown): void {
  if (timer instanceof Timer) timer.item.run = undefined;
}

function virtualDate(ground: Ground): DateConstructor {
  const now = (): number => Math.floor(ground.time.now + ground.time.current.clockOffsetMs);
  return class VirtualDate extends RealDate {
    constructor(...given: unknown[]) {
      if (given.length === 0) super(now());
      else super(...(given as [number]));
    }

    static override now(): number {
      return now();
    }
  } as DateConstructor;
}

export function installGlobals(ground: Ground): void {
  const every = (work: Callback, ms = 0, ...args: unknown[]): Timer => {
    const period = Math.max(1, ms);
    const again = (): void => {
      timer.item = ground.time.after(period, again, timer.item.owner);
      work(...args);
    };
    const timer = new Timer(ground.time.after(period, again));
    return timer;
  };
  const replaced = {
    Date: virtualDate(ground),
    setTimeout: (work: Callback, ms = 0, ...args: unknown[]) => new Timer(ground.time.after(Math.max(1, ms), () => work(...args))),
    setInterval: every,
    setImmediate: (work: Callback, ...args: unknown[]) => new Timer(ground.time.after(0, () => work(...args))),
    clearTimeout: cancel,
    clearInterval: cancel,
    clearImmediate: cancel,
    fetch: leak('the global fetch'),
    WebSocket: leak('the global WebSocket'),
  };
  Object.assign(globalThis, replaced);
  Math.random = () => ground.chance.roll();
  performance.now = () => ground.time.now - ground.time.beganAt;
  replaceModules(ground);
}

function replaceModules(ground: Ground): void {
  const uuid = (): string => {
    const word = (): string => {
      const value = Math.floor(ground.chance.roll() * 0x1_0000_0000);
      return `${PAIRS[value >>> 24]}${PAIRS[(value >>> 16) & 255]}${PAIRS[(value >>> 8) & 255]}${PAIRS[value & 255]}`;
    };
    const [a, b, c, d] = [word(), word(), word(), word()];
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8${c.slice(1, 4)}-${c.slice(4)}${d}`;
  };
  Object.assign(crypto, { randomUUID: uuid, randomBytes: leak('randomBytes') });
  Object.assign(timers, { setTimeout: leak('node:timers/promises'), setInterval: leak('node:timers/promises') });
  Object.assign(net, { connect: leak('net.connect'), createConnection: leak('net.createConnection') });
  Object.assign(http, { request: leak('http.request'), get: leak('http.get') });
  Object.assign(https, { request: leak('https.request'), get: leak('https.get') });
  syncBuiltinESMExports();
}

/** Does all that promises and `nextTick` have waiting. Only from a task of the real event loop, never from within a promise. */
export const settle = (process as unknown as { _tickCallback(): void })._tickCallback;
