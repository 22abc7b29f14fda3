/** The journal of a real demo: stepped over again beside the daemon and after it, over kill -9; and every change of it found. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { readEvidence } from '#server/adapters/evidence.ts';
import { sqliteFile } from '#server/adapters/store/open.ts';
import { type Outcome, tradar } from '#tests/cli/tradar.ts';
import { connected, Daemon, newHome, removeHome, until } from './daemon.ts';
import { newDatabase } from './database.ts';

let home: string;
beforeEach(() => {
  home = newHome();
});
afterEach(() => removeHome(home));

const ask = (env: Record<string, string>, ...args: string[]): Promise<Outcome> => tradar({ args, env: { TRADAR_HOME: home, ...env } });

async function trade(env: Record<string, string>, filled: number, end: (daemon: Daemon) => Promise<unknown>): Promise<void> {
  await using daemon = new Daemon(home, env, ['--speed', '1200']);
  const client = await connected(daemon);
  await until(daemon, async () => ((await client.trpc.account.get.query()).filledOrders >= filled ? true : undefined), 'filled orders');
  await client.close();
  await end(daemon);
}

const stop = async (daemon: Daemon): Promise<void> => {
  daemon.signal('SIGTERM');
  expect(await daemon.exited).toEqual({ code: 0, signal: null });
};

test.each(['sqlite', 'mysql'])('a demo on %s over kill -9 and an orderly end is the same, byte for byte', async (dialect) => {
  const env: Record<string, string> = dialect === 'mysql' ? { DATABASE_URL: await newDatabase(inject('mysql')) } : {};
  await trade(env, 3, (daemon) => daemon.kill());
  await trade(env, 6, async (daemon) => {
    const beside = await ask(env, 'replay', '--verify', '--json');
    expect(beside.code, beside.out + beside.err).toBe(0);
    expect(JSON.parse(beside.out)).toMatchObject({ equal: true, starts: 2, divergence: null });
    expect((await ask(env, 'journal', 'verify')).code).toBe(0);
    await stop(daemon);
  });
  await trade(env, 8, stop);
  const after = await ask(env, 'replay', '--verify', '--json');
  const report = JSON.parse(after.out);
  expect(report).toMatchObject({ equal: true, starts: 3, plans: 1, snapshots: 2, byHand: 0 });
  expect(report.commands).toBeGreaterThan(8);
  expect(report.versions).toEqual([report.thisVersion]);
  expect(readEvidence(home).at(-1)).toMatchObject({
    kind: 'replayVerified',
    run: report.run,
    seq: report.entries,
    version: report.thisVersion,
  });
  const said = await ask(env, 'journal', 'verify', '--json');
  expect(JSON.parse(said.out)).toMatchObject({ ok: true, seq: report.entries, newestAnchor: { seq: report.entries, why: 'stop' } });
  const told = await ask(env, 'replay', '--from', '1', '--limit', '3');
  expect(told.out).toMatch(/^1 {2}\S+ \S+ {2}started, 0\.1\.0/m);
  expect(told.out).toMatch(/--from \d+ goes on/);
});

test('what was changed in the database is found: by the replay, by the chain, and by the next start', async () => {
  await trade({}, 3, stop);
  const raw = new DatabaseSync(sqliteFile(home));
  const change = raw.prepare(
    `UPDATE journal SET text = replace(text, '"direction":"up"', '"direction":"down"')
     WHERE seq = (SELECT min(seq) FROM journal WHERE text LIKE '%"signals":[{%"direction":"up"%') RETURNING seq`,
  );
  const seq = Number(change.get()?.['seq']);
  const replayed = await ask({}, 'replay', '--verify');
  expect(replayed.code).toBe(1);
  expect(replayed.out).toMatch(
    new RegExp(`NOT the same: entry ${seq} \\(.*, bar\\) comes out otherwise, first in (signals|decisions)\\[0\\]`),
  );
  expect(replayed.out).toMatch(/recorded {2}"down"\n.*now {7}"up"/);
  const verified = await ask({}, 'journal', 'verify');
  expect(verified).toMatchObject({ code: 1 });
  expect(verified.out).toContain(`NOT sound: entry ${seq} was changed after it was written; it holds up to entry ${seq - 1}`);
  raw.exec('DELETE FROM snapshots; DELETE FROM journal WHERE seq > (SELECT max(seq) - 3 FROM journal)');
  raw.close();
  await using again = new Daemon(home, {}, []);
  expect((await again.exited).code).toBe(1);
  expect(again.output).toMatch(/does not hold: entr/);
});

test('what came from outside, the end and the beginning can not be changed in silence either', async () => {
  await trade({}, 3, stop);
  rmSync(join(home, 'anchors.jsonl'));
  const raw = new DatabaseSync(sqliteFile(home));
  const both = async (): Promise<unknown[]> => {
    const [replayed, verified] = [await ask({}, 'replay', '--verify', '--json'), await ask({}, 'journal', 'verify', '--json')];
    const [{ broken, divergence }, report] = [JSON.parse(replayed.out), JSON.parse(verified.out)];
    return [replayed.code, verified.code, divergence, broken?.kind, report.broken?.kind];
  };
  expect(await both()).toEqual([0, 0, null, undefined, undefined]);
  const last = "WHERE seq = (SELECT max(seq) FROM journal WHERE kind = 'bar')";
  // A row of the ledger alone: the journal holds, and what people read is not what happened.
  const row = 'WHERE rowid = (SELECT min(rowid) FROM signals)';
  const [signal] = raw.prepare(`SELECT text FROM signals ${row}`).all();
  raw.exec(`UPDATE signals SET text = replace(text, '"reason":"', '"reason":"x') ${row}`);
  expect(await both()).toEqual([1, 1, null, 'ledger', 'ledger']);
  raw.prepare(`UPDATE signals SET text = ? ${row}`).run(String(signal?.['text']));
  raw.exec('CREATE TABLE spare AS SELECT * FROM fills; DELETE FROM fills WHERE rowid = (SELECT min(rowid) FROM fills)');
  expect(await both()).toEqual([1, 1, null, 'ledger', 'ledger']);
  raw.exec('DELETE FROM fills; INSERT INTO fills SELECT * FROM spare; DROP TABLE spare');
  expect(await both()).toEqual([0, 0, null, undefined, undefined]);
  raw.exec(`CREATE TABLE kept AS SELECT * FROM journal; UPDATE journal SET text = replace(text, '"open":', '"open":1') ${last}`);
  expect(await both()).toEqual([1, 1, null, 'changed', 'changed']);
  raw.exec('DELETE FROM journal; INSERT INTO journal SELECT * FROM kept WHERE seq < (SELECT max(seq) FROM signals)');
  expect(await both()).toEqual([1, 1, null, 'cutOff', 'cutOff']);
  raw.exec('DELETE FROM journal; DELETE FROM signals; DELETE FROM decisions; DELETE FROM fills; DELETE FROM halts; DELETE FROM equity');
  expect(await both()).toEqual([1, 1, null, 'cutOff', 'cutOff']);
  raw.close();
});

test('what can not be read is told in words: entries, snapshots and anchors', async () => {
  await trade({}, 3, stop);
  const raw = new DatabaseSync(sqliteFile(home));
  const last = Number(raw.prepare('SELECT max(seq) AS seq FROM journal').get()?.['seq']);
  const words = async (...args: string[]): Promise<{ code: number | null; said: string }> => {
    const { code, out, err } = await ask({}, ...args);
    const said = out + err;
    expect(said, args.join(' ')).not.toMatch(/Unexpected|in JSON|SyntaxError|TypeError|Cannot read|EISDIR:|^\s+at /m);
    return { code, said };
  };
  raw.exec("CREATE TABLE kept AS SELECT * FROM snapshots; UPDATE snapshots SET text = '{ noise'");
  expect((await words('replay', '--verify')).said).toMatch(/snapshot\) comes out otherwise[\s\S]*\{ noise/);
  await using broken = new Daemon(home, {}, []);
  expect((await broken.exited).code).toBe(1);
  expect(broken.output).toMatch(/the snapshot at entry \d+ of run \w+ can not be read; restore/);
  raw.exec('DELETE FROM snapshots; INSERT INTO snapshots SELECT * FROM kept');
  for (const text of ['{ noise', 'null', '{"seq":1}']) {
    raw.prepare('UPDATE journal SET text = ? WHERE seq = ?').run(text, last);
    expect(await words('replay')).toMatchObject({ code: 1, said: expect.stringContaining(`entry ${last} of the journal can not be read`) });
    for (const args of [
      ['replay', '--verify'],
      ['journal', 'verify'],
    ])
      expect(await words(...args)).toMatchObject({
        code: 1,
        said: expect.stringContaining(`entry ${last} was changed after it was written`),
      });
  }
  raw.close();
  rmSync(join(home, 'anchors.jsonl'));
  mkdirSync(join(home, 'anchors.jsonl'));
  expect(await words('journal', 'verify')).toMatchObject({
    code: 1,
    said: expect.stringContaining('the anchors can not be read (EISDIR)'),
  });
});
