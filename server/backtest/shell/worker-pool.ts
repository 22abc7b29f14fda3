/** Worker threads that each do one task at a time; a task whose thread dies is an error, not a silence. */
import { Worker } from 'node:worker_threads';

export interface Pool<Task, Answer> {
  /** Answers in the order in which they come; stops asking for tasks when `isStopped` says so, and finishes those that run. */
  run(tasks: Iterator<Task>, onAnswer: (task: Task, answer: Answer) => void, isStopped: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export interface PoolOptions {
  /** The module of a thread: it answers each message with one message, `{ answer }` or `{ error }`. */
  readonly module: URL;
  readonly threads: number;
  /** What every thread is given at its start; memory that is shared stays shared. */
  readonly workerData: unknown;
}

type Reply<Answer> = { readonly answer: Answer } | { readonly error: string };

export function workerPool<Task, Answer>({ module, threads, workerData }: PoolOptions): Pool<Task, Answer> {
  const workers = Array.from({ length: threads }, () => new Worker(module, { workerData }));
  return {
    async run(tasks, onAnswer, isStopped) {
      await Promise.all(workers.map((worker) => serve(worker, tasks, onAnswer, isStopped)));
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

async function serve<Task, Answer>(
  worker: Worker,
  tasks: Iterator<Task>,
  onAnswer: (task: Task, answer: Answer) => void,
  isStopped: () => boolean,
): Promise<void> {
  for (;;) {
    if (isStopped()) return;
    const next = tasks.next();
    if (next.done === true) return;
    onAnswer(next.value, await ask<Task, Answer>(worker, next.value));
  }
}

function ask<Task, Answer>(worker: Worker, task: Task): Promise<Answer> {
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
