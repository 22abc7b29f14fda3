/** A journal stepped over again: equal over kills, orderly ends and changes of the plan; and every difference named. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '#server/domain/plan.ts';
import { encode } from '#server/runtime/codec.ts';
import { Replay } from '#server/runtime/replay.ts';
import { bar } from '#tests/support/builders.ts';
import { ManyLives, planCalled } from './many-lives.ts';

const STOP = { cancelOrders: false, drainMs: 1_000 };

const lives = new ManyLives();
let texts: string[] = [];

beforeAll(async () => {
  await lives.start('quick');
  await lives.bars(40);
  await lives.start('quick'); // after a kill
  await lives.bars(40);
  await lives.daemon.stop('test', STOP);
  await lives.start('slow');
  await lives.bars(60);
  await lives.start('quick');
  await lives.bars(30);
  texts = lives.world.entries.map(encode);
});

function replayed(readPlan: (text: string) => Plan = planCalled, journal: readonly string[] = texts) {
  const replay = new Replay(lives.world.archive.run, readPlan);
  for (const text of journal) {
    const divergence = replay.next(text);
    if (divergence !== undefined) return { replay, divergence };
  }
  return { replay, divergence: undefined };
}

test('over kills, an orderly end and two changes of the plan everything is the same', () => {
  const { replay, divergence } = replayed();
  expect(divergence).toBeUndefined();
  expect(replay.counts).toMatchObject({ entries: texts.length, starts: 4, plans: 3, byHand: 0 });
  expect(replay.counts.commands).toBeGreaterThan(20);
  expect(replay.versions).toEqual(['1']);
});

test('the snapshot that a live process left has the same books, and one that was changed is named', () => {
  const [snapshot] = lives.world.snapshots;
  const upTo = texts.slice(0, snapshot?.seq);
  const { replay } = replayed(planCalled, upTo);
  expect(replay.compare(snapshot!)).toBeUndefined();
  const { at } = (JSON.parse(snapshot!.text) as { books: { at: number } }).books;
  // A tick of which nothing came leaves no entry.
  expect(replay.compare({ ...snapshot!, text: snapshot!.text.replace(`"at":${at}`, `"at":${at + 500}`) })).toBeUndefined();
  const richer = { ...snapshot!, text: snapshot!.text.replace(/"cash":"#(\d)/, '"cash":"#9$1') };
  expect(replay.compare(richer)).toMatchObject({ seq: snapshot!.seq, event: 'snapshot', field: 'snapshot.books.cash' });
});

describe('what differs is named', () => {
  test('a rule of an agent that was changed since', () => {
    const changed = (text: string): Plan => {
      const { portfolios, ...others } = planCalled(text);
      const [one] = portfolios;
      const [deployment] = one!.deployments;
      const hire = () => {
        const agent = deployment!.hire();
        let opinions = 0;
        return {
          ...{ save: () => agent.save(), load: (memory: unknown) => agent.load(memory) },
          onBar: (next: Parameters<typeof agent.onBar>[0]) => {
            const opinion = agent.onBar(next);
            return opinion !== undefined && ++opinions === 3 ? { ...opinion, confidence: opinion.confidence / 2 } : opinion;
          },
        };
      };
      return { ...others, portfolios: [{ ...one!, deployments: [{ ...deployment!, hire }] }] };
    };
    const { divergence } = replayed(changed);
    const third = lives.world.entries.filter(({ signals }) => signals.length > 0)[2];
    expect(divergence).toMatchObject({ seq: third?.seq, at: third?.at, event: 'bar', field: 'signals[0].confidence', version: '1' });
    expect(Number(divergence?.now)).toBe(Number(divergence?.recorded) / 2);
  });

  test('a command that was recorded and does not come', () => {
    const nth = lives.world.entries.findIndex(({ commands }) => commands.some(({ kind }) => kind === 'place'));
    const text = texts[nth]!.replace('"commands":[', '"commands":[{"kind":"reconcile"},');
    const { divergence } = replayed(planCalled, texts.with(nth, text));
    expect(divergence).toMatchObject({ seq: nth + 1, field: 'commands[0].kind', recorded: '"reconcile"', now: '"place"' });
  });

  test('one that was not recorded and comes', () => {
    const nth = lives.world.entries.findIndex(({ commands }) => commands.some(({ kind }) => kind === 'place'));
    const text = encode({ ...lives.world.entries[nth]!, commands: [] });
    const { divergence } = replayed(planCalled, texts.with(nth, text));
    expect(divergence).toMatchObject({ seq: nth + 1, field: 'commands[0]', recorded: 'nothing' });
  });

  test('the time alone, and the order of the fields alone', () => {
    const { seq, at, ...others } = JSON.parse(texts[9]!) as { seq: number; at: number };
    const earlier = replayed(planCalled, texts.with(9, JSON.stringify({ seq, at: at - 1e7, ...others })));
    expect(earlier.divergence).toMatchObject({ seq: 10, field: 'at', recorded: `${at - 1e7}` });
    const turned = replayed(planCalled, texts.with(9, JSON.stringify({ at, seq, ...others })));
    expect(turned.divergence).toMatchObject({ seq: 10, field: 'the order of the fields' });
  });
});

test('a limit of today does not judge the past: losses that an earlier plan allowed close no latch in a recovery', async () => {
  const before = new ManyLives();
  await before.start('quick');
  await before.closes(100, 99, 101, 103, 97, 98);
  expect(before.daemon.desk.books.kill.level).toBe('armed');
  await before.start('tight');
  expect(before.daemon.desk.books.kill.level).toBe('armed');
  const journal = before.world.entries.map(encode);
  expect(replayed(planCalled, journal).divergence).toBeUndefined();
  // It would have closed one.
  expect(replayed(() => planCalled('tight'), journal).divergence).toMatchObject({ event: 'bar' });
});

test('a plan that nobody can read any more, and a journal without its beginning, are refused in words', () => {
  const forgetful = (text: string): Plan => {
    if (text === 'slow') throw new Error('no agent is called x');
    return planCalled(text);
  };
  const slow = lives.world.entries.find(({ event }) => event.kind === 'started' && event.plan === 'slow');
  expect(() => replayed(forgetful)).toThrow(`entry ${slow?.seq} began with another plan: no agent is called x`);
  expect(() => replayed(planCalled, texts.slice(1))).toThrow('entry 2 comes before the start of any process');
});

test('a fault of the engine is written by hand: it is not compared, and the lives after it are', async () => {
  const broken = new ManyLives();
  await broken.start('quick');
  await broken.bars(15);
  const bomb = {
    ...bar(15, 100),
    get close(): number {
      throw new Error('defect');
    },
  };
  broken.world.connected!.tell({ kind: 'bar', bar: bomb, history: false });
  await expect(broken.daemon.loop).rejects.toThrow('defect');
  await broken.daemon.fault('loop', 'defect');
  await broken.start('quick');
  await broken.bars(15);
  const { replay, divergence } = replayed(planCalled, broken.world.entries.map(encode));
  expect(divergence).toBeUndefined();
  expect(replay.counts).toMatchObject({ byHand: 1, starts: 2 });
});
