/** The kill switch with real processes: severed, frozen beside its guard, and with a broker that does not answer. */
import { expect, test } from 'vitest';
import { connected, reconciled, until } from '#tests/e2e/daemon.ts';
import { gone, resting, trio } from './trio.ts';

const LONG = { timeout: 120_000 };

test(
  'sever: suspended at the broker, ended with 4, the guard cancels, the next start only reads, and the release lifts it',
  LONG,
  async () => {
    await using stage = await trio(true);
    await stage.startGuard();
    await using daemon = stage.startDaemon();
    const client = await connected(daemon);
    await reconciled(daemon, client);
    await stage.ask('/v2/orders', 'POST', resting('opens'));
    const { latchId } = await client.trpc.killSwitch.engage.mutate({ level: 'sever', reason: 'out' });
    await client.close();
    expect((await daemon.exited).code).toBe(4);
    expect(await stage.isSuspended()).toBe(true);
    await expect.poll(() => stage.openOrders(), { timeout: 15_000 }).toEqual([]);

    await using again = stage.startDaemon();
    const next = await connected(again);
    await reconciled(again, next);
    expect(await next.trpc.killSwitch.state.query()).toMatchObject({ level: 'sever', latchId, phrase: `release sever ${latchId}` });
    expect(again.running).toBe(true);
    // The guard has set the sentinel file: the command line takes it away, and puts it back when the release fails.
    const args = ['kill', '--release', '--latch', String(latchId), '--note', 'back', '--phrase'];
    expect((await stage.call(...args, 'release halt 1')).code).toBe(1);
    expect(await stage.isSuspended()).toBe(true);
    const released = await stage.call(...args, `release sever ${latchId}`);
    expect({ code: released.code, err: released.err }).toEqual({ code: 0, err: '' });
    expect(await stage.isSuspended()).toBe(false);
    await next.close();
  },
);

test(
  'a loop that is blocked: the guard suspends within eleven seconds, and the daemon finds itself halted when it goes on',
  LONG,
  async () => {
    await using stage = await trio(true);
    await stage.startGuard();
    await using daemon = stage.startDaemon();
    const client = await connected(daemon);
    await reconciled(daemon, client);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const began = performance.now();
    daemon.signal('SIGSTOP');
    await expect.poll(() => stage.isSuspended(), { timeout: 20_000, interval: 50 }).toBe(true);
    const tookMs = performance.now() - began;
    daemon.signal('SIGCONT');
    const state = await until(
      daemon,
      async () => {
        const seen = await client.trpc.killSwitch.state.query();
        return seen.level === 'halt' && seen.sources.broker === 'halt' && seen.sources.guard === 'halt' ? seen : undefined;
      },
      'the halt by every source',
    );
    expect(state.sources).toMatchObject({ journal: 'halt', sentinel: 'halt', guard: 'halt', broker: 'halt' });
    expect(tookMs).toBeLessThan(11_000);
    await client.close();
  },
);

test(
  'a broker that does not answer: the latch holds, and the cancel is asked for until it is confirmed, over a restart',
  LONG,
  async () => {
    await using stage = await trio(false);
    await using daemon = stage.startDaemon();
    const client = await connected(daemon);
    await reconciled(daemon, client);
    await stage.ask('/v2/orders', 'POST', resting('rests'));
    stage.silence(true);
    const latch = await client.trpc.killSwitch.engage.mutate({ level: 'cancelAll', reason: 'no network' });
    expect(latch).toMatchObject({ level: 'cancelAll', durable: true });
    await client.close();
    await daemon.kill();
    await using again = stage.startDaemon();
    stage.silence(false);
    const next = await connected(again);
    expect(await next.trpc.killSwitch.state.query()).toMatchObject({ level: 'cancelAll', latchId: latch.latchId });
    await gone(again, stage);
    await next.close();
  },
);

test('suspend_trade set at the broker’s own page halts the daemon by its next statement', LONG, async () => {
  await using stage = await trio(false);
  await using daemon = stage.startDaemon();
  const client = await connected(daemon);
  await stage.ask('/v2/account/configurations', 'PATCH', { suspend_trade: true });
  const state = await until(
    daemon,
    async () => {
      const seen = await client.trpc.killSwitch.state.query();
      return seen.level === 'halt' ? seen : undefined;
    },
    'the halt',
  );
  expect(state).toMatchObject({ by: 'broker', sources: { broker: 'halt' } });
  await client.close();
});
