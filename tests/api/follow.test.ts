/** Following the journal, step by step: what a test over sockets can only meet by chance. */
import { expect, test } from 'vitest';
import { type Follow, follow } from '#server/api/follow.ts';
import { FakeDaemon } from './fake-desk.ts';

function following(change: Partial<Follow> = {}) {
  const daemon = new FakeDaemon();
  const end = new AbortController();
  const { desk, records } = daemon;
  const stream = follow({ desk, records, after: undefined, maxWaiting: 10, signal: end.signal, ...change });
  const take = async (count: number): Promise<number[]> => {
    const seen: number[] = [];
    while (seen.length < count) seen.push((await stream.next()).value?.seq ?? Number.NaN);
    return seen;
  };
  const emit = (count: number) => {
    for (let i = 0; i < count; i++) daemon.emit({ kind: 'tick' });
  };
  return { daemon, stream, take, emit, end };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('a flood before the first entry was taken loses nothing, though the reader had no place yet', async () => {
  const { take, emit } = following();
  const first = take(50);
  emit(50);
  expect(await first).toEqual(range(1, 50));
});

test('a flood in the middle sends the reader to the records and back to what is live', async () => {
  const { daemon, take, emit } = following();
  const first = take(1);
  emit(3);
  expect(await first).toEqual([1]);
  emit(1_000);
  expect(await take(1_002)).toEqual(range(2, 1_003));
  const pages = daemon.pagesRead;
  const live = take(5);
  await new Promise((resolve) => setImmediate(resolve));
  emit(5);
  expect(await live).toEqual(range(1_004, 1_008));
  expect(daemon.pagesRead - pages).toBeLessThanOrEqual(1);
});

test('entries that are told while a page is read come once', async () => {
  for (const whichPage of [0, 1]) {
    const { daemon, take, emit } = following({ after: 0 });
    daemon.pagesRead = whichPage;
    emit(5);
    let rounds = 2;
    daemon.whileReading = () => {
      rounds -= 1;
      if (rounds >= 0) emit(4);
    };
    expect(await take(13)).toEqual(range(1, 13));
  }
});

test('the end of the signal ends it, waiting or not, and gives the place back', async () => {
  const waiting = following();
  const next = waiting.stream.next();
  waiting.end.abort();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(waiting.daemon.listeners.size).toBe(0);
  const ended = following({ signal: AbortSignal.abort(), after: 0 });
  ended.emit(1);
  expect((await ended.stream.next()).done).toBe(true);
  expect(ended.daemon.listeners.size).toBe(0);
});
