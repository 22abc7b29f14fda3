/** Durable before sent, and the ledger behind it: what the loop does when the journal works, when it refuses, and when it comes back. */
import { expect, test } from 'vitest';
import type { Event } from '#server/engine/event.ts';
import { Inbox } from '#server/runtime/inbox.ts';
import { Latch } from '#server/runtime/latch.ts';
import { type LoopParts, run } from '#server/runtime/loop.ts';
import type { Journal } from '#server/runtime/ports.ts';
import { AAPL, bar, bench, NOON } from '#tests/support/builders.ts';
import { FakeWorld, silentLog } from '#tests/support/fake-world.ts';

function looped(world = new FakeWorld()) {
  const { books, plan } = bench();
  const inbox = new Inbox(world.clock);
  const latch = new Latch(books);
  const happened: string[] = [];
  const { broker } = world.connect({ tell: inbox.tell, gate: latch, lastBarEnd: () => undefined, fillsSince: undefined, resumedAt: NOON });
  world.onCommand = (command) => happened.push(`${command.kind} at ${latch.level()}`);
  const { append, record } = world.archive.journal;
  const journal: Journal = {
    append: async (...given) => {
      happened.push('append');
      await append(...given);
      happened.push('durable');
    },
    record: async (...given) => {
      await record(...given);
      happened.push('recorded');
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
    turned: () => undefined,
    published: ({ seq }) => happened.push(`published ${seq}`),
  };
  return { world, books, inbox, latch, happened, ended: run(parts) };
}

const entryBar: Event = { kind: 'bar', bar: bar(0, 100), history: false };
const cancelAll: Event = { kind: 'killEngaged', level: 'cancelAll', by: 'test', reason: 'test' };

test('an order is sent as soon as its entry is durable; the ledger and who listens wait until it has left', async () => {
  const { world, inbox, happened, ended, books } = looped();
  world.onCommand = async ({ kind }) => {
    happened.push(kind);
    // What a request takes until its bytes are with the kernel: promises, and a tick.
    await undefined;
    process.nextTick(() => happened.push('on the wire'));
  };
  inbox.tell(entryBar);
  inbox.close();
  await ended;
  expect(happened).toEqual(['append', 'durable', 'place', 'on the wire', 'recorded', `published ${books.seq}`]);
  expect([...world.ledger.values()]).toEqual(['submitting']);
});

test('a ledger that can not be written closes the latch until it can, and what was sent is not sent again', async () => {
  const world = new FakeWorld();
  let failures = 2;
  world.beforeRecord = async () => {
    if (failures-- > 0) throw new Error('disk full');
  };
  const { inbox, latch, happened, ended, books } = looped(world);
  inbox.tell(entryBar);
  inbox.close();
  await ended;
  const rest = ['paused at halt', 'paused at halt', 'recorded', `published ${books.seq}`];
  expect(happened).toEqual(['append', 'durable', 'place at armed', ...rest]);
  expect(latch.level()).toBe('armed');
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
  latch.raise('halt', 'account');
  expect(latch.level()).toBe('halt');
  inbox.tell({ kind: 'killEngaged', level: 'halt', by: 'test', reason: 'test' });
  inbox.tell({ kind: 'killReleased', by: 'test', note: '', latchId: -1 });
  inbox.close();
  await ended;
  expect(latch.level()).toBe('halt');
});
