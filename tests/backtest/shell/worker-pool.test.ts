/** Threads that work through tasks: each once, errors told, a thread that dies not waited for. */
import { afterEach, describe, expect, test } from 'vitest';
import { type Pool, workerPool } from '#server/backtest/shell/worker-pool.ts';

let pool: Pool<number, number> | undefined;
afterEach(() => pool?.close());

const two = (): Pool<number, number> => {
  pool = workerPool({ module: new URL('./doubler.ts', import.meta.url), threads: 2, workerData: { factor: 2 } });
  return pool;
};

describe('the pool', () => {
  test('does every task once', async () => {
    const answers = new Map<number, number>();
    const tasks = Array.from({ length: 50 }, (_, nth) => nth + 1);
    await two().run(
      tasks.values(),
      (task, answer) => {
        expect(answers.has(task)).toBe(false);
        answers.set(task, answer);
      },
      () => false,
    );
    expect([...answers].sort(([a], [b]) => a - b)).toEqual(tasks.map((task) => [task, task * 2]));
  });

  test('takes no new task once it is stopped, and finishes those under way', async () => {
    const answers: number[] = [];
    await two().run(
      Array.from({ length: 50 }, (_, nth) => nth + 1).values(),
      (_, answer) => answers.push(answer),
      () => answers.length >= 5,
    );
    expect(answers.length).toBeGreaterThanOrEqual(5);
    expect(answers.length).toBeLessThanOrEqual(6);
  });

  test('tells an error, and the death of a thread', async () => {
    await expect(
      two().run(
        [-1].values(),
        () => undefined,
        () => false,
      ),
    ).rejects.toThrow('-1 is negative');
    await expect(
      two().run(
        [0].values(),
        () => undefined,
        () => false,
      ),
    ).rejects.toThrow('ended with code 3');
  });
});
