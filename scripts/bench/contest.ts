/** Contenders in processes of their own, who run in turns: never two at a time, and each as often as every other. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median } from './machine.ts';

export interface Contest<Name extends string> {
  /** The file that runs once for each message and answers with milliseconds; its arguments are the contender's name and the number of bars. */
  readonly module: URL;
  readonly names: readonly Name[];
  readonly bars: number;
  readonly rounds: number;
}

/** Median bars a second of each, after a round in which everybody warms up. */
export async function contest<Name extends string>({ module, names, bars, rounds }: Contest<Name>): Promise<Record<Name, number>> {
  const contenders = names.map((name) => ({ name, rates: [] as number[], child: fork(fileURLToPath(module), [name, String(bars)]) }));
  try {
    for (const { child } of contenders) await turnOf(child);
    for (let round = 0; round < rounds; round++) {
      for (const { child, rates } of contenders) rates.push(bars / ((await turnOf(child)) / 1_000));
    }
  } finally {
    for (const { child } of contenders) child.kill();
  }
  return Object.fromEntries(contenders.map(({ name, rates }) => [name, median(rates)])) as Record<Name, number>;
}

async function turnOf(child: ChildProcess): Promise<number> {
  const left = new AbortController();
  const end = once(child, 'exit', { signal: left.signal }).then(([code]) => {
    throw new Error(`a contender ended with ${code}`);
  });
  try {
    child.send('go');
    const [ms] = await Promise.race([once(child, 'message', { signal: left.signal }), end]);
    return ms as number;
  } finally {
    left.abort();
    end.catch(() => undefined);
  }
}
