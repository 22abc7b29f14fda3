/** Worker processes that simulate: each does one day after the other, the parent hands out seeds and collects results. */
import { type ChildProcess, fork } from 'node:child_process';
import type { DayResult } from './day.ts';
import type { Job } from './worker.ts';

const WORKER = new URL('./worker.ts', import.meta.url);
/** Most of what a day makes is gone by its end: room for much of it, and no helping threads where each core has a worker. */
const COLLECTOR = ['--single-threaded-gc', '--min-semi-space-size=16', '--max-semi-space-size=64'];

export interface Pool {
  run(job: Job): Promise<DayResult>;
  close(): void;
}

interface Hand {
  readonly child: ChildProcess;
  done: ((result: DayResult) => void) | undefined;
}

export async function openPool(size: number): Promise<Pool> {
  const hands = await Promise.all(Array.from({ length: size }, hire));
  const free = [...hands];
  const waiting: (() => void)[] = [];
  const take = async (): Promise<Hand> => {
    for (;;) {
      const hand = free.pop();
      if (hand !== undefined) return hand;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return {
    run: async (job) => {
      const hand = await take();
      const result = await new Promise<DayResult>((resolve, reject) => {
        hand.done = resolve;
        hand.child.once('exit', (code, signal) => reject(lost(`seed ${job.seed}`, code ?? signal)));
        hand.child.send(job);
      });
      hand.child.removeAllListeners('exit');
      free.push(hand);
      waiting.shift()?.();
      return result;
    },
    close: () => {
      for (const { child } of hands) child.disconnect();
    },
  };
}

const lost = (what: string, how: number | string | null): Error =>
  new Error(`the process that simulated ${what} ended with ${how}; look for what killed it (memory?), and run that seed again with --seed`);

function hire(): Promise<Hand> {
  const child = fork(WORKER, { serialization: 'advanced', execArgv: [...process.execArgv, ...COLLECTOR] });
  const hand: Hand = { child, done: undefined };
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => reject(lost('nothing yet', code ?? signal)));
    child.on('message', (message: 'ready' | DayResult) => {
      if (message === 'ready') {
        child.removeAllListeners('exit');
        resolve(hand);
      } else hand.done?.(message);
    });
  });
}
