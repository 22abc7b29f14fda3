/** Runs days with crashes, one after the other, in a process of their own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { CrashJob, CrashResult } from './crash-day.ts';

const PROGRAM = new URL('./program.ts', import.meta.url);

export interface Matrix extends Disposable {
  run(job: CrashJob): Promise<CrashResult>;
}

export async function openMatrix(): Promise<Matrix> {
  const child = fork(PROGRAM, { serialization: 'advanced', execArgv: [] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the process that simulates crashes ended with ${code}`);
  });
  ended.catch(() => undefined);
  const heard = async (): Promise<unknown> => {
    const [message] = await Promise.race([once(child, 'message'), ended]);
    return message;
  };
  await heard();
  return {
    run: async (job) => {
      child.send(job);
      return (await heard()) as CrashResult;
    },
    [Symbol.dispose]: () => child.disconnect(),
  };
}
