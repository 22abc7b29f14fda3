/** Tasks over a real Redis: every one answered once, whoever dies on the way. */
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { openTaskPool, serveTasks } from '#server/adapters/redis/task-queue.ts';

const url = inject('redis');

interface Task {
  readonly nth: number;
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
const kept = <One extends { close(): Promise<void> }>(one: One): One => {
  open.push(one);
  return one;
};

const tasks = (count: number): Task[] => Array.from({ length: count }, (_, nth) => ({ nth }));
const fail = (error: Error): never => {
  throw error;
};

describe('a task queue', () => {
  it('has every task done once, by two workers that both take some', async () => {
    const queue = `test-${randomUUID()}`;
    const pool = kept(await openTaskPool<Task, number>({ url, queue, lanes: 8 }));
    const taken = [0, 0];
    const bothWork = Promise.withResolvers<void>();
    for (const nth of [0, 1]) {
      const work = async (task: Task): Promise<number> => {
        taken[nth] = (taken[nth] ?? 0) + 1;
        if (taken.every((count) => count > 0)) bothWork.resolve();
        await bothWork.promise;
        return task.nth * 2;
      };
      kept(await serveTasks<Task, number>({ url, queue, concurrency: 4 }, work, fail));
    }
    const answers = new Map<number, number>();
    await pool.run(
      tasks(40).values(),
      (task, answer) => answers.set(task.nth, answer),
      () => false,
    );
    expect([...answers].every(([nth, answer]) => answer === nth * 2)).toBe(true);
    expect(answers.size).toBe(40);
    expect((taken[0] ?? 0) + (taken[1] ?? 0)).toBe(40);
    expect(await pool.workers()).toBe(2);
  });

  it('tries a task that failed again, and tells when it goes on failing', async () => {
    const queue = `test-${randomUUID()}`;
    const pool = kept(await openTaskPool<Task, string>({ url, queue, lanes: 1 }));
    let tries = 0;
    const work = async ({ nth }: Task): Promise<string> => {
      tries++;
      if (nth === 1 || tries < 3) throw new Error('no bars of AAA here');
      return 'done';
    };
    kept(await serveTasks<Task, string>({ url, queue, concurrency: 1 }, work, fail));
    const answers: string[] = [];
    await pool.run(
      [{ nth: 0 }].values(),
      (_, answer) => answers.push(answer),
      () => false,
    );
    expect(answers).toEqual(['done']);
    const failing = pool.run(
      [{ nth: 1 }].values(),
      () => undefined,
      () => false,
    );
    await expect(failing).rejects.toThrow('no bars of AAA here');
  });

  it('says what is wrong with a server that is not there', async () => {
    await expect(openTaskPool({ url: 'redis://127.0.0.1:1', queue: 'q', lanes: 1 })).rejects.toThrow('Redis does not answer');
  });
});
