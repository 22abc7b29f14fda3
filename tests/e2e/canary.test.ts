/** Secrets are planted as keys, master key and passwords, everything is run and everything goes wrong: none of them may be found anywhere. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type ServedExchange, servedExchange } from '#tests/cli/served-exchange.ts';
import { tradar } from '#tests/cli/tradar.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { CanaryTrap } from './canary-trap.ts';
import { connected, Daemon, reconciled, until } from './daemon.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BARS = 'config/demo-bars/AAPL_2019-02-11_2019-02-15_alphavantage.csv.gz';

const word = (name: string): string => `canary-${name}-${randomBytes(12).toString('hex')}`;

interface Planted {
  readonly trap: CanaryTrap;
  readonly id: string;
  readonly secret: string;
  readonly guardSecret: string;
  readonly nextSecret: string;
  readonly password: string;
  readonly master: Buffer;
}

function planted(): Planted {
  const trap = new CanaryTrap();
  const secrets = {
    id: `PK${word('id')}`,
    secret: word('secret'),
    guardSecret: word('guard'),
    nextSecret: word('next'),
    password: word('password'),
  };
  const master = randomBytes(32);
  for (const [name, text] of Object.entries(secrets)) trap.plant(name, text);
  trap.plant('the master key', master);
  trap.plant('the master key as text', master.toString('base64'));
  return { trap, ...secrets, master };
}

/** The guard as a person starts it, its words kept. */
function guardOf(env: Record<string, string>, trap: CanaryTrap) {
  const child = spawn(process.execPath, ['scripts/tradar.ts', 'guard', '--mode', 'paper'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => trap.see('the guard', chunk));
  const watching = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid ?? 0,
    watching,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

type CallMade = (args: readonly string[], how?: { more?: Record<string, string>; input?: string }) => Promise<number | null>;

interface Scene extends Planted {
  readonly exchange: ServedExchange;
  readonly home: string;
  readonly masters: string;
  readonly env: Record<string, string>;
  readonly call: CallMade;
}

/** An exchange that takes the planted keys, a home with them sealed, and a way to call whose words are kept. */
async function scene(home: string, masters: string): Promise<Scene> {
  const secrets = planted();
  const { trap, id, secret, guardSecret, master } = secrets;
  const [file, masterFile] = [join(masters, 'exchange.keys'), join(masters, 'master.key')];
  writeFileSync(file, `${id}:${secret}`, { mode: 0o600 });
  writeFileSync(masterFile, `${master.toString('base64')}\n`, { mode: 0o600 });
  writeFileSync(join(masters, 'other.key'), `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  const exchange = await servedExchange(['--speed', '600', '--keys', file]);
  await exchange.control('/keys', { id: `${id}-guard`, secret: guardSecret });
  const settings = { rehearsal: { exchangeUrl: exchange.url }, guard: { enabled: true }, reconcileEveryMs: 1_000, logLevel: 'debug' };
  writeFileSync(join(home, 'tradar.json'), JSON.stringify(settings));
  const env = { TRADAR_HOME: home, TRADAR_MODE: 'paper', TRADAR_MASTER_KEY_FILE: masterFile };
  const call: CallMade = async (args, { more = {}, input } = {}) => {
    const { code, out, err } = await tradar({ args, env: { ...env, ...more }, ...(input === undefined ? {} : { input }) });
    trap.see(`tradar ${args.join(' ')} ${Object.keys(more).join(' ')}`, `${out}${err}`);
    return code;
  };
  expect(await call(['keys', 'add', 'paper'], { input: `${id}\n${secret}\n` })).toBe(0);
  expect(await call(['keys', 'add', 'paper-guard', '--json'], { input: `${id}-guard\n${guardSecret}\n` })).toBe(0);
  return { ...secrets, exchange, home, masters, env, call };
}

/** Daemon and guard at work, every command beside them, and then a broker that takes none of the keys any more. */
async function runAndRefuse({ trap, exchange, home, env, call, id, nextSecret }: Scene): Promise<void> {
  await using guard = guardOf(env, trap);
  await guard.watching;
  await using daemon = new Daemon(home, env, []);
  const client = await connected(daemon);
  await reconciled(daemon, client);
  trap.see('the configuration by the API', JSON.stringify(await client.trpc.system.config.query()));
  await client.close();
  for (const pid of [guard.pid, daemon.pid]) trap.seeProcess(pid);
  const well = [
    'status',
    'doctor',
    'config',
    'keys list',
    'ready',
    'watch --for 1',
    'replay',
    'replay --verify',
    'journal verify',
    'migrate',
  ];
  for (const args of well) for (const json of [[], ['--json']]) await call([...args.split(' '), ...json]);
  expect(await call(['keys', 'rotate', 'paper', '--json'], { input: `${id}\n${nextSecret}\n` })).toBe(1);
  for (const one of [id, `${id}-guard`]) await exchange.control(`/keys/${one}`, undefined, 'DELETE');
  await exchange.control('/streams/drop', {});
  await until(daemon, async () => (/does not answer: forbidden/.test(daemon.output) ? true : undefined), 'a refusal');
  for (const args of ['doctor', 'kill --direct', 'kill --level cancelAll --reason canaries']) await call(args.split(' '));
  await daemon.kill();
  trap.see('the daemon', daemon.output);
}

/** Calls that can not go well, each with secrets in its environment. */
function wrongCalls({ id, secret, nextSecret, password, master, masters, exchange }: Scene) {
  const other = join(masters, 'other.key');
  const keys = { APCA_API_KEY_ID: id, APCA_API_SECRET_KEY: secret };
  const database = { DATABASE_URL: `mysql://user:${password}@127.0.0.1:1/journal` };
  const exchangeKeys = { TRADAR_EXCHANGE_KEYS: `${id}:${secret}` };
  return [
    ['start --plain', { TRADAR_MASTER_KEY_FILE: other }],
    ['doctor --json', { TRADAR_MASTER_KEY_FILE: other }],
    ['guard', { TRADAR_MASTER_KEY_FILE: other }],
    ['doctor', { TRADAR_MASTER_KEY_FILE: '', TRADAR_MASTER_KEY: `${master.toString('base64')}x` }],
    ['start --json', { ...keys, APCA_API_SECRET_KEY: `${secret} ${nextSecret}` }],
    ['start --mode live', { ...keys, I_UNDERSTAND_LIVE_RISK: password }],
    ['arm --mode live', keys],
    ['start --plain', keys],
    ['start --plain', database],
    ['doctor', { ...database, REDIS_URL: `redis://:${password}@127.0.0.1:1` }],
    ['migrate --json', database],
    [`data fetch --symbols AAPL --from 2024-01-02 --url ${exchange.url}`, exchangeKeys],
    ['exchange --port 70000', exchangeKeys],
  ] as const;
}

/** Configuration files that can not be read, with everything in them; they are the operator's own, and not looked at. */
async function breakConfiguration({ masters, id, secret, password, call }: Scene): Promise<void> {
  mkdirSync(join(masters, 'broken'));
  const file = join(masters, 'broken', 'tradar.json');
  writeFileSync(file, `{ "keys": { "id": "${id}", "secret": "${secret}", }, "databaseUrl": "mysql://u:${password}@h/d" `, { mode: 0o600 });
  for (const args of ['start', 'doctor', 'status', 'config', 'kill --direct']) await call([...args.split(' '), '--config', file]);
  const wrong = { keys: { id, secret: `${secret} ` }, databaseUrl: `postgres://u:${password}@h/d`, [secret.slice(0, 5)]: 1 };
  writeFileSync(file, JSON.stringify(wrong));
  chmodSync(file, 0o644);
  for (const args of ['start', 'config --json', 'doctor']) await call([...args.split(' '), '--config', file]);
}

test('no key, master key or password is found in anything that daemon, guard and commands write, say or start', {
  timeout: 300_000,
}, async () => {
  using home = temporaryFolder();
  using masters = temporaryFolder();
  const here = await scene(home.path, masters.path);
  await using _ = here.exchange;
  const { trap, call, id, secret, nextSecret, password } = here;
  await runAndRefuse(here);
  for (const [args, more] of wrongCalls(here)) expect(await call(args.split(' '), { more }), args).not.toBe(0);
  expect(await call(['keys', 'add', 'live'], { input: `${id} ${secret}\n${nextSecret}\n${password}\n` })).not.toBe(0);
  const backtest = ['backtest', '--agent', 'rsi-reversion', '--bars', BARS, '--html', join(home.path, 'report.html')];
  expect(await call(backtest, { more: { APCA_API_SECRET_KEY: secret } })).toBe(0);
  await breakConfiguration(here);
  trap.seeFolder(home.path);
  expect(trap.holds(`…${id.slice(-4)}`), 'what may be told of a key').toBe(true);
  expect(trap.places.filter((place) => place.endsWith('tradar.sqlite'))).toHaveLength(1);
  expect(trap.places.length).toBeGreaterThan(50);
  expect(trap.found()).toEqual([]);
});

test('the program that tells the version is given no secret', async () => {
  using folder = temporaryFolder();
  const trap = new CanaryTrap();
  const secret = word('secret');
  trap.plant('the secret', secret);
  const git = join(folder.path, 'git');
  writeFileSync(git, `#!/bin/sh\nenv >> ${join(folder.path, 'seen')}\n`, { mode: 0o700 });
  const path = `${folder.path}:${process.env['PATH'] ?? ''}`;
  await tradar({ args: ['ready'], env: { PATH: path, TRADAR_HOME: folder.path, APCA_API_KEY_ID: 'id', APCA_API_SECRET_KEY: secret } });
  trap.seeFolder(folder.path);
  expect(trap.holds(`PATH=${folder.path}`)).toBe(true);
  expect(trap.found()).toEqual([]);
});
