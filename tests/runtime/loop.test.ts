/** Durable before sent: what the loop does when the journal works, when it refuses, and when it comes back. */
import { expect, test } from 'vitest';
import type { Event } from '#server/engine/event.ts';
import { Inbox } from '#server/runtime/inbox.ts';
import { Latch } from '#server/runtime/latch.ts';
import { type LoopParts, run } from '#server/runtime/loop.ts';
import { AAPL, bar, bench } from '#tests/support/builders.ts';
import { FakeWorld, silentLog } from '#tests/support/fake-world.ts';

function looped(world = new FakeWorld()) {
  const { books, plan } = bench();
  const inbox = new Inbox(world.clock);
  const latch = new Latch(books);
  const happened: string[] = [];
  const { broker } = world.connect({ tell: inbox.tell, gate: latch, lastBarEnd: () => undefined, fillsSince: undefined });
  world.onCommand = (command) => happened.push(`${command.kind} at ${latch.level()}`);
  const append = world.archive.journal.append;
  const journal = {
    append: async (...given: Parameters<typeof append>) => {
      happened.push('append');
      await append(...given);
      happened.push('durable');
    },
  };
  const pause = async (): Promise<void> => {
    happened.push(`paused at ${latch.level()}`);
  };
  const parts: LoopParts = {
    books,
    plan,
    inbox,
    latch,
    journal,
    broker,
    log: silentLog,
    pause,
    published: ({ seq }) => happened.push(`published ${seq}`),
  };
  return { world, books, inbox, latch, happened, ended: run(parts) };
}

const entryBar: Event = { kind: 'bar', bar: bar(0, 100), history: false };
const cancelAll: Event = { kind: 'killEngaged', level: 'cancelAll', by: 'test', reason: 'test' };

test('an order is sent after its entry is durable and published', async () => {
  const { inbox, happened, ended, books } = looped();
  inbox.tell(entryBar);
  inbox.close();
  await ended;
  expect(happened).toEqual(['append', 'durable', `published ${books.seq}`, 'place at armed']);
});

test('while the journal refuses the latch is closed, only cancels leave, and the same entries are tried until they are in', async () => {
  const world = new FakeWorld();
  world.failures = 2;
  const { inbox, latch, happened, ended } = looped(world);
  inbox.tell(entryBar);
  inbox.tell(cancelAll);
  inbox.close();
  await ended;
  expect(world.appends).toEqual([2, 2, 2]);
  const beforeDurable = happened.slice(0, happened.indexOf('durable'));
  expect(beforeDurable.filter((what) => what.startsWith('place'))).toEqual([]);
  expect(beforeDurable.filter((what) => what.startsWith('cancel'))).toHaveLength(2);
  expect(beforeDurable.filter((what) => what.startsWith('paused'))).toEqual(['paused at cancelAll', 'paused at cancelAll']);
  expect(latch.journalIsFailing).toBe(false);
});

test('with nothing engaged a failing journal halts in memory, and no longer than it fails', async () => {
  const world = new FakeWorld();
  world.failures = 1;
  const { inbox, latch, happened, ended } = looped(world);
  inbox.tell(entryBar);
  inbox.close();
  await ended;
  expect(happened).toContain('paused at halt');
  expect(latch.level()).toBe('armed');
});

test('an idle tick leaves no entry and no gap in the sequence', async () => {
  const { world, inbox, books, ended } = looped();
  const { seq } = books;
  inbox.tell({ kind: 'tick' });
  inbox.tell({ kind: 'bar', bar: bar(0, 100, AAPL), history: true });
  inbox.close();
  await ended;
  expect(world.entries.map((entry) => entry.seq)).toEqual([seq + 1]);
});

test('what was raised in memory counts at once, and is carried by the books once it was stepped', async () => {
  const { inbox, latch, ended } = looped();
  latch.raise('halt');
  expect(latch.level()).toBe('halt');
  inbox.tell({ kind: 'killEngaged', level: 'halt', by: 'test', reason: 'test' });
  inbox.tell({ kind: 'killReleased', by: 'test', note: '', latchId: -1 });
  inbox.close();
  await ended;
  expect(latch.level()).toBe('halt');
});
