/** A sweep over other machines: what a task says, and the two ends of the queue. */
import type { Job } from '#server/backtest/search/schedule.ts';
import type { Point } from '#server/backtest/search/space.ts';
import type { TrialResult, TrialTerms } from '#server/backtest/search/trial.ts';
import type { Pool } from '#server/backtest/shell/worker-pool.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import type { Loaded } from './backtest-bars.ts';
import { readConfig } from './configured.ts';
import { misuse } from './failure.ts';
import { shortHash } from './sweep-folder.ts';
import type { Call } from './verb.ts';

export const SWEEP_QUEUE = 'tradar-sweep';
/** Tasks that wait or are worked on at a time. */
const LANES = 64;

/** Which bars: told by their hash, so that a worker with other bars says so instead of trying. */
export interface RemoteBars {
  readonly symbol: string;
  readonly file: string;
  readonly sha256: string;
  readonly timeframe: string;
  /** First and last bar, milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

export interface RemoteTerms {
  readonly agent: string;
  readonly set: Point;
  readonly terms: TrialTerms;
  readonly bars: readonly RemoteBars[];
}

export interface RemoteTask extends Job {
  /** Names the terms, so that a worker keeps what it has loaded for them. */
  readonly id: string;
  /** RemoteTerms as text; money is in it. */
  readonly terms: string;
}

/** Numbers survive JSON; the returns travel as the base64 of their bytes. */
export interface RemoteAnswer extends Omit<TrialResult, 'returns'> {
  readonly returns: string;
}

export const packed = ({ returns, ...rest }: TrialResult): RemoteAnswer => ({
  ...rest,
  returns: Buffer.from(returns.buffer, returns.byteOffset, returns.byteLength).toString('base64'),
});

function unpacked({ returns, ...rest }: RemoteAnswer): TrialResult {
  const bytes = Buffer.from(returns, 'base64');
  const values = new Float64Array(bytes.length / Float64Array.BYTES_PER_ELEMENT);
  new Uint8Array(values.buffer).set(bytes);
  return { ...rest, returns: values };
}

export function redisUrlOf(call: Call): string {
  const url = readConfig(call).config.redisUrl;
  if (url === undefined) throw misuse('remote workers need a Redis', 'set REDIS_URL=redis://host:6379/0, the same for all of them');
  return url.reveal();
}

export const readTerms = ({ terms }: RemoteTask): RemoteTerms => decode<RemoteTerms>(terms);

interface Sweep {
  readonly agent: string;
  readonly set: Point;
  readonly terms: TrialTerms;
  readonly loaded: Loaded;
}

export async function remotePool(call: Call, { agent, set, terms, loaded }: Sweep): Promise<Pool<Job, TrialResult>> {
  const { openTaskPool } = await import('#server/adapters/redis/task-queue.ts');
  const bars = loaded.bars.map(({ symbol, timeframe, startsAt, length }, nth): RemoteBars => {
    const { file = '', sha256 = '' } = loaded.sources[nth] ?? {};
    return { symbol, file, sha256, timeframe: timeframe.name, from: startsAt[0] as number, to: startsAt[length - 1] as number };
  });
  const text = encode({ agent, set, terms, bars } satisfies RemoteTerms);
  const id = shortHash(text);
  const queue = await openTaskPool<RemoteTask, RemoteAnswer>({ url: redisUrlOf(call), queue: SWEEP_QUEUE, lanes: LANES });
  if ((await queue.workers()) === 0) call.remark('nobody has joined yet: run "tradar sweep --join" on the machines that are to work');
  return {
    async run(jobs, onAnswer, isStopped) {
      const tasks = Iterator.from({ next: () => jobs.next() }).map((job): RemoteTask => ({ ...job, id, terms: text }));
      await queue.run(tasks, ({ nth, point }, answer) => onAnswer({ nth, point }, unpacked(answer)), isStopped);
    },
    close: () => queue.close(),
  };
}
