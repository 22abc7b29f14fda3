/** Worker threads that each do one task at a time; a task whose thread dies is an error, not a silence. */
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';

export interface Pool<Task, Answer> {
  /** Answers in the order in which they come; takes no new task when `isStopped` says so, and finishes those that run. */
  run(tasks: Iterator<Task>, onAnswer: (task: Task, answer: Answer) => void, isStopped: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export interface ThreadPool<Task, Answer> extends Pool<Task, Answer> {
  /** One task, as soon as a thread is free. */
  ask(task: Task): Promise<Answer>;
}

export interface PoolOptions {
  /** The module of a thread: it answers each message with one message, `{ answer }` or `{ error }`. */
  readonly module: URL;
  readonly threads: number;
  /** What every thread is given at its start; memory that is shared stays shared. */
  readonly workerData: unknown;
}

/**
 * Threads that compute have the cores already: a garbage collector with helpers of its own makes every thread wait for
 * a core that another one computes on.
 */
const COLLECT_ALONE = [
  '--no-parallel-scavenge',
  '--no-parallel-compaction',
  '--no-parallel-pointer-update',
  '--no-concurrent-marking',
  '--no-concurrent-sweeping',
  '--no-concurrent-array-buffer-sweeping',
];

type Reply<Answer> = { readonly answer: Answer } | { readonly error: string };

export function workerPool<Task, Answer>({ module, threads, workerData }: PoolOptions): ThreadPool<Task, Answer> {
  for (const flag of COLLECT_ALONE) setFlagsFromString(flag);
  const workers = Array.from({ length: threads }, () => new Worker(module, { workerData }));
  const idle = [...workers];
  const waiting: ((worker: Worker) => void)[] = [];

  const take = (): Promise<Worker> => {
    const worker = idle.pop();
    return worker === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(worker);
  };
  const giveBack = (worker: Worker): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };
  const ask = async (task: Task): Promise<Answer> => {
    const worker = await take();
    try {
      return await talk<Task, Answer>(worker, task);
    } finally {
      giveBack(worker);
    }
  };
  const lane = async (tasks: Iterator<Task>, onAnswer: (task: Task, answer: Answer) => void, isStopped: () => boolean): Promise<void> => {
    while (!isStopped()) {
      const next = tasks.next();
      if (next.done === true) return;
      onAnswer(next.value, await ask(next.value));
    }
  };
  return {
    ask,
    async run(tasks, onAnswer, isStopped) {
      await Promise.all(workers.map(() => lane(tasks, onAnswer, isStopped)));
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function talk<Task, Answer>(worker: Worker, task: Task): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      settle();
    };
    const onMessage = (reply: Reply<Answer>): void =>
      done(() => ('error' in reply ? reject(new Error(reply.error)) : resolve(reply.answer)));
    const onError = (error: Error): void => done(() => reject(error));
    const onExit = (code: number): void => done(() => reject(new Error(`a worker thread ended with code ${code} while it had a task`)));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    worker.postMessage(task);
  });
}
