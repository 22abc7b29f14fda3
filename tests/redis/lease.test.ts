/** The leader's lease and the doctor's probe against a real Redis: one holder, a rising fence, and every way to lose it. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { checkRedis } from '#server/adapters/redis/check.ts';
import { LeaseHeldError, takeRedisLease } from '#server/adapters/redis/lease.ts';
import { pausingProxy } from '#tests/support/proxy.ts';

const url = inject('redis');
const admin = new Redis(url);
afterAll(() => admin.disconnect());

const PATIENT_MS = 60_000;
const SHORT_MS = 3_000;

/** A lease to be tried, and its loss to be waited for. */
function attempt(account: string, changes: { url?: string; ttlMs?: number; holder?: string } = {}) {
  const lost = Promise.withResolvers<string>();
  const taken = takeRedisLease({ url, account, holder: 'pid 1', ttlMs: PATIENT_MS, onLost: lost.resolve, ...changes });
  return { taken, lost: lost.promise };
}

const holderKey = (account: string): string => `{tradar:lease:${account}}:holder`;

/** The time that is left goes up, which only a renewal does. */
async function isRenewed(account: string): Promise<void> {
  let before = Number.POSITIVE_INFINITY;
  const goesUp = async (): Promise<boolean> => {
    const left = await admin.pttl(holderKey(account));
    const isUp = left > before;
    before = left;
    return isUp;
  };
  await expect.poll(goesUp, { interval: 20, timeout: 5_000 }).toBe(true);
}

describe('a lease', () => {
  it('has one holder, who is named to the next, and a fence that rises with every new one', async () => {
    const account = randomUUID();
    const first = await attempt(account, { holder: 'pid 17 on alpha' }).taken;
    await expect(attempt(account).taken).rejects.toThrow(/another daemon trades .*: pid 17 on alpha .*stop it, or wait 60 s/);
    await first.release();
    const second = await attempt(account).taken;
    expect([first.fence, second.fence]).toEqual([1, 2]);
    await second.release();
  });

  it('tells a holder, who may go away, from a server that does not answer, who is not waited for', async () => {
    const account = randomUUID();
    const first = await attempt(account).taken;
    await expect(attempt(account).taken).rejects.toThrow(LeaseHeldError);
    await expect(attempt(account, { url: 'redis://127.0.0.1:1' }).taken).rejects.not.toThrow(LeaseHeldError);
    await first.release();
  });

  it('goes to exactly one of many who ask at once', async () => {
    const account = randomUUID();
    const asked = await Promise.allSettled(Array.from({ length: 12 }, () => attempt(account).taken));
    const taken = asked.filter((one) => one.status === 'fulfilled');
    expect(taken).toHaveLength(1);
    await taken[0]?.value.release();
  });

  it('is one per account', async () => {
    const [one, other] = await Promise.all([attempt(randomUUID()).taken, attempt(randomUUID()).taken]);
    expect([one.fence, other.fence]).toEqual([1, 1]);
    await Promise.all([one.release(), other.release()]);
  });

  it('is renewed: its time goes up again while it is held', async () => {
    const account = randomUUID();
    const lease = await attempt(account, { ttlMs: 900 }).taken;
    await isRenewed(account);
    await lease.release();
    expect(await admin.exists(holderKey(account))).toBe(0);
  });

  it('is lost when another has it, and who lost it does not take it from him', async () => {
    const account = randomUUID();
    const { taken, lost } = attempt(account, { ttlMs: SHORT_MS });
    const lease = await taken;
    await admin.set(holderKey(account), 'token pid 99 on beta');
    expect(await lost).toMatch(/another daemon holds the lease: pid 99 on beta/);
    await lease.release();
    expect(await admin.get(holderKey(account))).toBe('token pid 99 on beta');
  });

  it('is lost when Redis forgot it', async () => {
    const account = randomUUID();
    const { taken, lost } = attempt(account, { ttlMs: SHORT_MS });
    const lease = await taken;
    await admin.del(holderKey(account));
    expect(await lost).toMatch(/gone from Redis/);
    await lease.release();
  });

  it('is given up before another can have it, when Redis does not answer any more', async () => {
    const account = randomUUID();
    await using proxy = await pausingProxy(new URL(url));
    const { taken, lost } = attempt(account, { url: proxy.url, ttlMs: 1_500 });
    const lease = await taken;
    proxy.pause();
    expect(await lost).toMatch(/could not be renewed in Redis within 1500 ms/);
    expect(await admin.exists(holderKey(account)), 'still ours at the server').toBe(1);
    await lease.release();
  });

  it('outlives a cut connection: it is renewed over the next one', async () => {
    const account = randomUUID();
    await using proxy = await pausingProxy(new URL(url));
    const { taken, lost } = attempt(account, { url: proxy.url, ttlMs: 2_000 });
    const lease = await taken;
    proxy.cut();
    expect(await Promise.race([isRenewed(account).then(() => 'renewed'), lost])).toBe('renewed');
    await lease.release();
  });

  it('can be released twice, and after Redis is gone', async () => {
    await using proxy = await pausingProxy(new URL(url));
    const lease = await attempt(randomUUID(), { url: proxy.url }).taken;
    proxy.cut();
    await lease.release();
    await lease.release();
  });
});

describe('the probe', () => {
  it('names server and version', async () => {
    expect(await checkRedis(url)).toEqual({
      ok: true,
      detail: expect.stringMatching(/^Redis \d+\.\d+\.\d+ at redis:\/\/127\.0\.0\.1:\d+$/),
    });
  });

  it.each([
    ['redis://127.0.0.1:1', /does not answer \(redis:\/\/127\.0\.0\.1:1\)/, /start it/],
    ['redis://somewhere.invalid', /name is not known/, /correct the host/],
    ['http://127.0.0.1', /can not be read/, /redis:\/\/user/],
    ['nonsense', /can not be read/, /redis:\/\/user/],
    [`${url}/99`, /no database of that number/, /correct the number/],
  ])('says of %s what is wrong and what to do', async (bad, detail, remedy) => {
    expect(await checkRedis(bad)).toEqual({ ok: false, detail: expect.stringMatching(detail), remedy: expect.stringMatching(remedy) });
  });

  it('never repeats a password', async () => {
    const user = `u${randomUUID().slice(0, 8)}`;
    await admin.acl('SETUSER', user, 'on', '>right', '~*', '+@all');
    const place = new URL(url).host;
    expect(await checkRedis(`redis://${user}:right@${place}`)).toMatchObject({ ok: true });
    const wrong = await checkRedis(`redis://${user}:s3cret@${place}`);
    expect(wrong).toMatchObject({ ok: false, detail: expect.stringMatching(/refuses the user or the password/) });
    const refused = await attempt('x', { url: `redis://${user}:s3cret@${place}` }).taken.catch(String);
    expect(JSON.stringify([wrong, refused])).not.toContain('s3cret');
    await admin.acl('DELUSER', user);
  });
});
