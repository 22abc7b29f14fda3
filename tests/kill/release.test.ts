/** The ceremony of the release: refused whenever any proof is missing, and each refusal told; what the broker suspended is lifted first. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Instant } from '#server/domain/time.ts';
import { Daemon } from '#server/runtime/daemon.ts';
import { type Circumstances, objectionTo, phraseFor, type ReleaseWish } from '#server/runtime/release-ceremony.ts';
import { bench, NOON, plan, statement } from '#tests/support/builders.ts';
import { FakeWorld, silentLog } from '#tests/support/fake-world.ts';

const COOL_DOWN_MS = 60_000;
const later = (ms: number) => (NOON + ms) as Instant;

/** Everything that a release of a latch closed at noon must have, but for what is missing. */
function asked(missing: Readonly<Record<string, boolean>>): [ReleaseWish, Circumstances] {
  const { books } = bench();
  books.at = later(0);
  books.kill = { level: 'halt', latchId: 7, by: 'me', reason: 'why', at: later(0) };
  books.reconciled = missing['agreement'] !== true;
  books.lastActivityAt = later(-1);
  books.lastStatement = statement({ asOf: later(missing['newerStatement'] === true ? 0 : 1) });
  const wish = {
    latchId: missing['latch'] === true ? 6 : 7,
    by: 'me',
    note: missing['note'] === true ? ' ' : 'fine',
    phrase: missing['phrase'] === true ? 'release halt 6' : 'release halt 7',
  };
  const circumstances = {
    books,
    now: later(missing['coolDown'] === true ? COOL_DOWN_MS - 1 : COOL_DOWN_MS),
    coolDownMs: COOL_DOWN_MS,
    sentinelIsSet: missing['noSentinel'] === true,
    leaseIsLost: missing['lease'] === true,
    journalFails: missing['journal'] === true,
  };
  return [wish, circumstances];
}

const PROOFS = ['latch', 'note', 'phrase', 'coolDown', 'agreement', 'newerStatement', 'noSentinel', 'lease', 'journal'];

test('of all 512 combinations of missing proofs the one without any is the only one that passes', () => {
  let passed = 0;
  for (let set = 0; set < 2 ** PROOFS.length; set++) {
    const missing = Object.fromEntries(PROOFS.map((name, nth) => [name, (set & (1 << nth)) !== 0]));
    const objection = objectionTo(...asked(missing));
    if (objection === undefined) passed++;
    expect(objection === undefined, JSON.stringify(missing)).toBe(set === 0);
  }
  expect(passed).toBe(1);
});

test('no phrase but that of this latch at this level does', () => {
  fc.assert(
    fc.property(fc.string(), (phrase) => {
      const [wish, circumstances] = asked({});
      fc.pre(phrase !== 'release halt 7');
      expect(objectionTo({ ...wish, phrase }, circumstances)?.message).toBe('the typed phrase is another one');
    }),
  );
});

async function running(changes: { coolDownMs?: number } = {}) {
  const world = new FakeWorld();
  const daemon = await Daemon.start({
    ...{ world, plan: plan(), planText: 'p', readPlan: () => plan(), mode: 'test', version: '0', log: silentLog },
    ...{ config: () => ({}), sentinelIsSet: () => false, reconcileEveryMs: 60_000, coolDownMs: 0, ...changes },
  });
  const { desk } = daemon;
  await desk.durable({ kind: 'statement', statement: statement() });
  const wish = (): ReleaseWish => ({ latchId: desk.kill().latchId, by: 'me', note: 'fine', phrase: phraseFor(desk.kill()) });
  const prove = (more = {}) => desk.durable({ kind: 'statement', statement: statement({ asOf: later(1), ...more }) });
  return { world, daemon, desk, wish, prove, end: () => daemon.stop('test', { cancelOrders: false, drainMs: 500 }) };
}

test('a denied release is journalled and alerted with its reason, and an old proof does not serve again', async () => {
  const { world, desk, wish, prove, end } = await running();
  await desk.engage('halt', 'me', 'why');
  const old = wish();
  await prove();
  await expect(desk.release({ ...old, phrase: 'please' })).rejects.toThrow(/phrase/);
  expect((await desk.release(old)).level).toBe('armed');
  await desk.engage('cancelAll', 'me', 'again');
  await expect(desk.release(old)).rejects.toThrow(/is not the engaged one/);
  await desk.durable({ kind: 'feedRestored', feed: 'stocks' });
  const denials = world.entries.filter(({ event }) => event.kind === 'releaseDenied');
  expect(denials.map(({ event }) => event)).toMatchObject([
    { by: 'me', latchId: old.latchId, reason: 'the typed phrase is another one' },
    { by: 'me', latchId: old.latchId, reason: expect.stringContaining('is not the engaged one') },
  ]);
  expect(denials[0]?.commands).toMatchObject([{ kind: 'alert', code: 'releaseDenied' }]);
  expect(desk.books.kill.level).toBe('cancelAll');
  await end();
});

test('a release waits for the statement that it asked for', async () => {
  const { world, desk, wish, prove, end } = await running();
  await desk.engage('halt', 'me', 'why');
  const releasing = desk.release(wish());
  await prove();
  expect((await releasing).level).toBe('armed');
  expect(world.reconciliations).toBeGreaterThan(1);
  await end();
});

test('suspend_trade seen at the broker engages a latch of its own, and only a release that the broker confirms opens it', async () => {
  const { world, desk, wish, prove, end } = await running();
  await prove({ suspended: true });
  expect(desk.killState()).toMatchObject({ level: 'halt', by: 'broker', sources: { broker: 'halt' } });
  await desk.durable({ kind: 'statement', statement: statement({ asOf: later(2), suspended: true }) });
  world.confirmsSuspension = false;
  await expect(desk.release(wish())).rejects.toThrow(/broker has not confirmed/);
  expect(desk.kill().level).toBe('halt');
  world.confirmsSuspension = true;
  expect((await desk.release(wish())).level).toBe('armed');
  expect(world.suspensions).toEqual([false, false]);
  // One that was asked for before the release tells of what the release lifted.
  await desk.durable({ kind: 'statement', statement: statement({ asOf: later(-5), suspended: true }) });
  expect(desk.kill().level).toBe('armed');
  await end();
});

test('a latch of a part is released by its own id, and one of a scope that nobody trades is refused', async () => {
  const { desk, prove, end } = await running();
  await expect(desk.engage('halt', 'me', 'why', 'symbol:NOPE')).rejects.toThrow(/nothing is traded/);
  await expect(desk.engage('sever', 'me', 'why', 'symbol:AAPL')).rejects.toThrow(/no level sever/);
  const latch = await desk.engage('halt', 'me', 'why', 'symbol:AAPL');
  expect(desk.kill().level).toBe('armed');
  await prove();
  await desk.release({ latchId: latch.latchId, by: 'me', note: 'fine', phrase: phraseFor(latch) });
  expect(desk.killState().scopes).toEqual([]);
  await end();
});

test('sever: held in memory at once, suspended at the broker, cut off, and the daemon says that it is to end', async () => {
  const { world, daemon, desk, end } = await running();
  const engaged = desk.engage('sever', 'me', 'out');
  expect(world.connected!.gate.level()).toBe('sever');
  expect(await daemon.severed).toBe('me: out');
  expect((await engaged).level).toBe('sever');
  expect(world.suspensions).toEqual([true]);
  expect(world.isSevered).toBe(true);
  expect(world.performed.filter(({ kind }) => kind.startsWith('cancel'))).toEqual([]);
  await end();
});
