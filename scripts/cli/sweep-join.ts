/** A worker of remote sweeps: takes trials from the queue, runs them in threads, and keeps the bars of the newest sweep at hand. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Job } from '#server/backtest/search/schedule.ts';
import type { TrialResult } from '#server/backtest/search/trial.ts';
import { shared } from '#server/backtest/shell/shared-columns.ts';
import { type ThreadPool, workerPool } from '#server/backtest/shell/worker-pool.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { parseTimeframe } from '#server/domain/timeframe.ts';
import { loadOpened, namedFile, openFiles } from './backtest-bars.ts';
import { stopOnSignal } from './sweep-carry-out.ts';
import { countOf } from './sweep-options.ts';
import { packed, type RemoteBars, type RemoteTask, readTerms, redisUrlOf, SWEEP_QUEUE } from './sweep-remote.ts';
import { type Call, EXIT } from './verb.ts';

const THREAD = new URL('./sweep-thread.ts', import.meta.url);
const LOOK_EVERY_MS = 100;

/** Sweeps whose bars are kept at hand; the oldest is let go. */
const KEPT_SWEEPS = 3;

type Threads = ThreadPool<Job, TrialResult>;

export async function joinSweeps(call: Call): Promise<number> {
  const { serveTasks } = await import('#server/adapters/redis/task-queue.ts');
  const { setTimeout: pause } = await import('node:timers/promises');
  const threads = countOf(call, 'workers', 1, 256, availableParallelism());
  const elsewhere = new Map(call.all('bars').map((text) => [namedFile(text).symbol as string, namedFile(text).path]));
  const atHand = new Map<string, Promise<Threads>>();
  const close = async (id: string): Promise<void> => {
    const pool = atHand.get(id);
    atHand.delete(id);
    // One that could not be opened has nothing to close.
    await (await pool?.catch(() => undefined))?.close();
  };
  const poolFor = (task: RemoteTask): Promise<Threads> => {
    const known = atHand.get(task.id);
    if (known !== undefined) return known;
    const [oldest] = atHand.keys();
    if (oldest !== undefined && atHand.size >= KEPT_SWEEPS) void close(oldest);
    const pool = open(task, threads, elsewhere);
    atHand.set(task.id, pool);
    // What could not be opened is tried anew by the next task.
    pool.catch(() => atHand.delete(task.id));
    return pool;
  };
  const work = async (task: RemoteTask) => packed(await (await poolFor(task)).ask({ nth: task.nth, point: task.point }));
  const stop = stopOnSignal();
  const server = await serveTasks({ url: redisUrlOf(call), queue: SWEEP_QUEUE, concurrency: threads }, work, (error) =>
    call.remark(error.message),
  );
  if (call.json) call.print(JSON.stringify({ joined: SWEEP_QUEUE, threads, pid: process.pid }));
  else call.print(`takes trials with ${threads} threads until it is stopped`);
  while (!stop.isStopped()) await pause(LOOK_EVERY_MS);
  await server.close();
  await Promise.all([...atHand.keys()].map(close));
  stop.end();
  return EXIT.done;
}

async function open(task: RemoteTask, threads: number, elsewhere: ReadonlyMap<string, string>): Promise<Threads> {
  const { agent, set, terms, bars: wanted } = readTerms(task);
  const bars: BarColumns[] = [];
  for (const one of wanted) bars.push(shared(await load(one, elsewhere.get(one.symbol) ?? one.file)));
  return workerPool({ module: THREAD, threads, workerData: { agent, set, terms, bars } });
}

async function load({ symbol, sha256, timeframe, from, to }: RemoteBars, path: string): Promise<BarColumns> {
  if (!existsSync(path)) throw new Error(`this worker has no ${path}: start it with --bars ${symbol}=FILE`);
  const range = { from, to: to + 1, timeframe: parseTimeframe(timeframe), showsProgress: false };
  const { bars, sources } = await loadOpened(await openFiles([{ path, symbol: symbol as BarColumns['symbol'] }], range));
  if (sources[0]?.sha256 !== sha256) throw new Error(`${path} on this worker holds other bars of ${symbol} than the sweep's`);
  return bars[0] as BarColumns;
}
