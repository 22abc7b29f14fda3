/**
 * Tasks done by whoever joins, on any machine, over BullMQ: the one side adds tasks and waits for their answers, the other
 * takes them. A worker that dies gives its task back when its lock has run out; a task that fails is tried again twice.
 */
import { type Job, Queue, QueueEvents, Worker } from 'bullmq';
import { connectRedis, explain, placeOf, type RedisError } from './connect.ts';

const ATTEMPTS = 3;
/** A worker renews its lock at half of this; one that is silent for so long is dead. */
const LOCK_MS = 20_000;
const LOOK_FOR_DEAD_EVERY_MS = 10_000;
/** Answers that are kept for a coordinator that has not looked yet. */
const KEPT_ANSWERS = 10_000;

export interface TaskPool<Task, Answer> {
  run(tasks: Iterator<Task>, onAnswer: (task: Task, answer: Answer) => void, isStopped: () => boolean): Promise<void>;
  /** How many take tasks now. */
  workers(): Promise<number>;
  close(): Promise<void>;
}

export interface QueueOptions {
  readonly url: string;
  readonly queue: string;
}

/** BullMQ asks for a connection that waits instead of giving up; the first question is asked by one that gives up. */
async function connectionOf(url: string): Promise<{ connection: { url: string; maxRetriesPerRequest: null }; where: string }> {
  const { redis, where } = await connectRedis(url, { reconnect: false });
  redis.disconnect();
  return { connection: { url, maxRetriesPerRequest: null }, where };
}

/** `lanes`: how many tasks wait or are worked on at a time. */
export async function openTaskPool<Task extends object, Answer>({
  url,
  queue: name,
  lanes,
}: QueueOptions & { readonly lanes: number }): Promise<TaskPool<Task, Answer>> {
  const { connection, where } = await connectionOf(url);
  const queue = new Queue(name, { connection });
  const events = new QueueEvents(name, { connection });
  const failures = Promise.withResolvers<never>();
  failures.promise.catch(() => undefined);
  const onError = (error: Error): void => failures.reject(explain(error, where));
  queue.on('error', onError);
  events.on('error', onError);
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
  const open = new Set<Job>();

  async function ask(task: Task): Promise<Answer> {
    const kept = { removeOnComplete: { count: KEPT_ANSWERS }, removeOnFail: { count: KEPT_ANSWERS } };
    const job = await queue.add('task', task, { attempts: ATTEMPTS, ...kept });
    open.add(job);
    try {
      return (await Promise.race([job.waitUntilFinished(events), failures.promise])) as Answer;
    } finally {
      open.delete(job);
    }
  }

  async function lane(tasks: Iterator<Task>, onAnswer: (task: Task, answer: Answer) => void, isStopped: () => boolean): Promise<void> {
    for (;;) {
      if (isStopped()) return;
      const next = tasks.next();
      if (next.done === true) return;
      onAnswer(next.value, await ask(next.value));
    }
  }

  return {
    async run(tasks, onAnswer, isStopped) {
      await Promise.all(Array.from({ length: lanes }, () => lane(tasks, onAnswer, isStopped)));
    },
    workers: async () => (await queue.getWorkers()).length,
    async close() {
      // What nobody has taken yet is not wanted any more; what is being worked on ends by itself.
      await Promise.allSettled([...open].map((job) => job.remove()));
      await Promise.allSettled([queue.close(), events.close()]);
    },
  };
}

export interface TaskServer {
  /** Finishes what is under way. */
  close(): Promise<void>;
}

/** Takes tasks until it is closed. `work` must not block the loop: the lock is renewed by it. */
export async function serveTasks<Task, Answer>(
  { url, queue, concurrency }: QueueOptions & { readonly concurrency: number },
  work: (task: Task) => Promise<Answer>,
  onError: (error: RedisError) => void,
): Promise<TaskServer> {
  const { connection } = await connectionOf(url);
  const worker = new Worker(queue, async (job: Job) => await work(job.data as Task), {
    connection,
    concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: LOOK_FOR_DEAD_EVERY_MS,
  });
  worker.on('error', (error) => onError(explain(error, placeOf(url))));
  await worker.waitUntilReady();
  return { close: () => worker.close() };
}
