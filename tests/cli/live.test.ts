/** Real money: what is missing is refused with 3 before a socket opens; what is armed starts at halt, for its account, configuration and time. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeVersionText } from '#scripts/cli/code-version-text.ts';
import { armingFile } from '#server/adapters/arming-file.ts';
import { leaveEvidence, readEvidence } from '#server/adapters/evidence.ts';
import { openArchive } from '#server/adapters/store/open.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Entry } from '#server/engine/command.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { connected, Daemon, reconciled, until } from '#tests/e2e/daemon.ts';
import { EVENTS, entry } from '#tests/store/entries.ts';
import { servedExchange } from './served-exchange.ts';
import { type Outcome, tradar } from './tradar.ts';

const HOUR_MS = 3_600_000;
const MINUTES = 70;
const KEYS = { APCA_API_KEY_ID: 'PKLIVE', APCA_API_SECRET_KEY: 'live-secret' };
const WORD = { I_UNDERSTAND_LIVE_RISK: 'yes' };

interface Refused {
  readonly error: { code: string; message: string; hint: string; file: string; missing: { name: string; found: string }[] };
}

const refusedOf = ({ code, out }: Outcome): { code: number | null; names: string[]; error: Refused['error'] } => {
  const { error } = JSON.parse(out) as Refused;
  return { code, error, names: error.missing.map(({ name }) => name) };
};

/** A listener that nobody may come to. */
async function tripwire() {
  let visits = 0;
  const server = createServer((socket) => {
    visits++;
    socket.destroy();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    visits: () => visits,
    [Symbol.asyncDispose]: () => new Promise<void>((done) => server.close(() => done())),
  };
}

const CERTIFICATE = { cash: 0n, positions: [], openOrders: [], externalOrders: [], account: 'P' } as const;

/** Seventy minutes of a paper run with one certified session, and the evidence that is left beside it. */
async function paperRun(home: string): Promise<void> {
  const archive = await openArchive({ url: undefined, home, mode: 'paper-rehearsal', account: 'P', nowMs: Date.now() });
  const beginsMs = Date.now() - 2 * HOUR_MS;
  const certify = { kind: 'certify', certificate: { ...CERTIFICATE, session: '2026-11-25', statementAsOf: beginsMs as Instant } };
  const entries = Array.from({ length: MINUTES + 1 }, (_, nth): Entry => {
    const commands = nth === MINUTES ? [certify as unknown as Entry['commands'][number]] : [];
    return entry(nth + 1, EVENTS.statement, { at: (beginsMs + nth * 60_000) as Instant, commands });
  });
  await archive.journal.append(entries);
  await archive.journal.record(entries, []);
  await archive.anchor('stop');
  const { seq, hash } = await archive.anchor('stop');
  const [at, version] = [new Date().toISOString(), codeVersionText()];
  leaveEvidence(home, { kind: 'replayVerified', at, run: archive.run, mode: 'paper-rehearsal', seq, hash, version });
  leaveEvidence(home, { kind: 'drill', at, passed: true, version });
  await archive.close();
}

test('a full disk made a refusal a failure like any other: it is 3, and says that the file can not be written', async () => {
  using home = temporaryFolder();
  const refused = refusedOf(await tradar({ args: ['start', '--mode', 'live', '--json'], env: { TRADAR_HOME: home.path }, mostBlocks: 0 }));
  expect(refused).toMatchObject({ code: 3, error: { code: 'notReady', hint: expect.stringContaining('can not be written (EFBIG') } });
  expect(refused.names).toContain('armed');
});

test('with nothing there: exit 3, all that is missing in a file and in words, and no socket was opened', async () => {
  using home = temporaryFolder();
  await using wire = await tripwire();
  const file = join(home.path, 'tradar.json');
  writeFileSync(file, JSON.stringify({ rehearsal: { exchangeUrl: wire.url }, guard: { enabled: false } }));
  const env = { TRADAR_HOME: home.path };
  const { code, names, error } = refusedOf(await tradar({ args: ['start', '--mode', 'live', '--json'], env }));
  expect(code).toBe(3);
  const all = [
    'riskUnderstood',
    'keys',
    'guard',
    'terms',
    'paperHours',
    'cleanSessions',
    'journalSound',
    'replayVerified',
    'drill',
    'armed',
  ];
  expect(names).toEqual(all);
  const written = JSON.parse(readFileSync(error.file, 'utf8'));
  expect(written).toMatchObject({
    mode: 'live',
    missing: error.missing,
    words: expect.stringContaining('paperHours: needed is 120 hours'),
  });
  const plain = await tradar({ args: ['start', '--mode', 'live'], env: { ...env, ...WORD, ...KEYS } });
  expect(plain).toMatchObject({ code: 3, out: '', err: expect.stringContaining(error.file) });
  expect(plain.err).not.toMatch(/riskUnderstood|keys:|^\s+at /m);
  const listed = await tradar({ args: ['ready'], env });
  expect(listed).toMatchObject({ code: 3, out: expect.stringContaining('MISSING  drill') });
  expect((await tradar({ args: ['arm', '--mode', 'live'], env, input: 'arm live X\n' })).code).toBe(3);
  expect(existsSync(armingFile(home.path))).toBe(false);
  expect(wire.visits()).toBe(0);
});

/** The daemon as it starts with real money: at halt, until it is released, and with nothing opened while no guard is beside. */
async function startAndRelease(home: string, call: (args: string[]) => Promise<Outcome>): Promise<void> {
  await using daemon = new Daemon(home, { ...KEYS, ...WORD }, ['--mode', 'live']);
  const client = await connected(daemon);
  const kill = await client.trpc.killSwitch.state.query();
  expect(kill).toMatchObject({ level: 'halt', by: 'start', reason: expect.stringContaining('live starts halted') });
  await reconciled(daemon, client);
  expect((await client.trpc.account.get.query()).mode).toBe('live-rehearsal');
  const { latchId } = await client.trpc.killSwitch.state.query();
  const release = ['kill', '--release', '--latch', String(latchId), '--note', 'looked at all of it', '--json'];
  expect((await call(release)).code, 'without the phrase').not.toBe(0);
  const released = await call([...release, '--phrase', `release halt ${latchId}`]);
  expect(released.code, released.out + released.err).toBe(0);
  // Without a guard beside it nothing is opened after ten seconds.
  await until(
    daemon,
    async () => ((await client.trpc.killSwitch.state.query()).level === 'reduceOnly' ? true : undefined),
    'the missing guard',
  );
  await client.close();
  daemon.signal('SIGTERM');
  expect((await daemon.exited).code, daemon.output).toBe(0);
}

test('ready, armed, started at halt; not with another word, configuration, time or account', { timeout: 120_000 }, async () => {
  using home = temporaryFolder();
  await using exchange = await servedExchange(['--speed', '60']);
  const settings = { rehearsal: { exchangeUrl: exchange.url }, live: { minPaperHours: 1, minCleanSessions: 1 }, kill: { coolDownMs: 0 } };
  const write = (more: object = {}) => writeFileSync(join(home.path, 'tradar.json'), JSON.stringify({ ...settings, ...more }));
  write();
  await paperRun(home.path);
  const env = { TRADAR_HOME: home.path, ...KEYS };
  const call = (args: string[], input?: string) => tradar({ args, env, ...(input === undefined ? {} : { input }) });
  expect((await call(['ready', '--accept-terms'], 'yes, yes\n')).err).toContain('nothing was changed');
  const listed = await call(['ready', '--accept-terms', '--json'], 'I accept these terms\n');
  expect(JSON.parse(listed.out)).toMatchObject({ ready: true });
  expect(listed.code).toBe(0);

  expect((await call(['arm', '--mode', 'paper'])).code).toBe(2);
  expect((await call(['arm', '--mode', 'live'], 'arm live\n')).code).toBe(1);
  const unarmed = refusedOf(await tradar({ args: ['start', '--mode', 'live', '--json'], env: { ...env, ...WORD } }));
  expect(unarmed).toMatchObject({ code: 3, names: ['armed'] });
  const { account_number: account } = (await (
    await fetch(`${exchange.url}/v2/account`, { headers: { 'APCA-API-KEY-ID': 'a', 'APCA-API-SECRET-KEY': 'b' } })
  ).json()) as { account_number: string };
  const armed = await call(['arm', '--mode', 'live', '--json'], `arm live ${account}\n`);
  expect(armed.code, armed.err).toBe(0);
  expect(JSON.parse(armed.out)).toMatchObject({ armed: true, account, broker: exchange.url });

  const start = (...args: string[]) => tradar({ args: ['start', '--mode', 'live', '--json', ...args], env: { ...env, ...WORD } });
  expect(refusedOf(await tradar({ args: ['start', '--mode', 'live', '--json'], env })).names).toEqual(['riskUnderstood']);
  write({ limits: { maxDailyLoss: '51' } });
  expect(refusedOf(await start())).toMatchObject({
    code: 3,
    names: ['armed'],
    error: { message: expect.stringContaining('configuration') },
  });
  write();
  const record = readFileSync(armingFile(home.path), 'utf8');
  const changed = (change: object) => writeFileSync(armingFile(home.path), JSON.stringify({ ...JSON.parse(record), ...change }));
  changed({ expiresAt: new Date(Date.now() - 1).toISOString() });
  expect(refusedOf(await start()).error.message).toContain('the arming ended at');
  changed({ armedAt: new Date(Date.now() + HOUR_MS).toISOString() });
  expect(refusedOf(await start()).error.message).toContain('in the future');
  changed({ version: '0.0.1' });
  expect(refusedOf(await start()).error.message).toContain('armed for 0.0.1');
  changed({ account: 'ANOTHER' });
  expect(refusedOf(await start())).toMatchObject({ code: 3, names: ['armed'], error: { message: expect.stringContaining('ANOTHER') } });
  writeFileSync(armingFile(home.path), record);

  await startAndRelease(home.path, call);
  expect((await call(['arm', '--off'])).code).toBe(0);
  expect(refusedOf(await start()).names).toEqual(['armed']);
});

test('evidence that was written by hand does not hold: the journal has another entry there', async () => {
  using home = temporaryFolder();
  await paperRun(home.path);
  const settings = { rehearsal: { exchangeUrl: 'http://127.0.0.1:1' }, live: { minPaperHours: 1, minCleanSessions: 1 } };
  writeFileSync(join(home.path, 'tradar.json'), JSON.stringify(settings));
  const env = { TRADAR_HOME: home.path, ...KEYS };
  const missing = async (): Promise<string[]> => {
    const { out } = await tradar({ args: ['ready', '--json'], env });
    const { requirements } = JSON.parse(out) as { requirements: { name: string; met: boolean }[] };
    return requirements.filter(({ met }) => !met).map(({ name }) => name);
  };
  expect(await missing()).toEqual(['terms']);
  const [replayed] = readEvidence(home.path).filter((one) => one.kind === 'replayVerified');
  rmSync(join(home.path, 'evidence.jsonl'));
  if (replayed?.kind === 'replayVerified') leaveEvidence(home.path, { ...replayed, hash: 'f'.repeat(64) });
  expect(await missing()).toEqual(['terms', 'replayVerified', 'drill']);
  writeFileSync(join(home.path, 'evidence.jsonl'), '{"kind":"drill"}\n[]\nnoise\n');
  expect(await missing()).toEqual(['terms', 'replayVerified', 'drill']);
  // Paper itself is not served by a rehearsal of paper.
  writeFileSync(join(home.path, 'tradar.json'), JSON.stringify({ live: settings.live }));
  expect(await missing()).toContain('paperHours');
});
