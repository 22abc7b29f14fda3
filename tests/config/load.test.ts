/** Layers, origins, and complaints: all at once, each with where, what and remedy, none with a secret. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { Config } from '#config/config.ts';
import { describeConfig } from '#config/describe.ts';
import type { ConfigFault } from '#config/fault.ts';
import { type ConfigSources, homeOf, type LoadedConfig, loadConfig } from '#config/load.ts';
import { planOf } from '#config/plan.ts';
import { formatFixed } from '#server/domain/money.ts';
import { temporaryFolder } from './folder.ts';

type Changes = Partial<ConfigSources>;

const read = (changes: Changes = {}) => loadConfig({ env: {}, flags: {}, cwd: '/nowhere', ...changes });

function loaded(changes: Changes = {}): LoadedConfig {
  const reading = read(changes);
  if ('faults' in reading) throw new Error(JSON.stringify(reading.faults));
  return reading;
}

function faults(changes: Changes): readonly ConfigFault[] {
  const reading = read(changes);
  return 'faults' in reading ? reading.faults : [];
}

const config = (changes: Changes = {}): Config => loaded(changes).config;

function fileOf(content: unknown, mode = 0o600): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const path = join(folder.path, 'tradar.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  chmodSync(path, mode);
  return path;
}

const faultsOfFile = (content: unknown, mode?: number) => faults({ flags: { config: fileOf(content, mode) } });

test('nothing said: the demo, in ./data, on the default port', () => {
  const { mode, home, api, keys, databaseUrl, demo } = config({ cwd: '/srv' });
  expect({ mode, home, keys, databaseUrl }).toEqual({ mode: 'demo', home: '/srv/data', keys: undefined, databaseUrl: undefined });
  expect(api).toEqual({ host: '127.0.0.1', port: 7717, portIsDefault: true, allowedHosts: [], allowedOrigins: [] });
  expect(demo.barsFolder.endsWith('config/demo-bars')).toBe(true);
});

test('the later layer wins: default, profile, file, environment, flag', () => {
  const path = fileOf({ demo: { speed: 10, seed: 7 }, api: { port: 1111 }, logLevel: 'debug' });
  const one = loaded({ env: { TRADAR_CONFIG: path, TRADAR_DEMO_SPEED: '20', TRADAR_API_PORT: '2222' }, flags: { speed: '30.5' } });
  expect(one.config.demo).toMatchObject({ speed: 30.5, seed: 7, cash: '100000' });
  expect(one.config.api).toMatchObject({ port: 2222, portIsDefault: false });
  expect(describeConfig(one)).toMatchObject({
    mode: { value: 'demo', origin: 'profile demo' },
    demo: {
      speed: { value: 30.5, origin: '--speed' },
      seed: { value: 7, origin: `file ${path}` },
      cash: { value: '100000', origin: 'default' },
    },
    api: { port: { value: 2222, origin: 'env TRADAR_API_PORT' } },
    limits: { maxOrderNotional: { value: '15000', origin: 'profile demo' } },
  });
});

test('the mode picks the profile, wherever it is said', () => {
  const keys = { APCA_API_KEY_ID: 'id', APCA_API_SECRET_KEY: 'secret' };
  const bySource = [
    config({ env: { ...keys, TRADAR_MODE: 'paper' } }),
    config({ env: { ...keys, TRADAR_MODE: 'demo' }, flags: { mode: 'paper' } }),
    config({ env: { ...keys, TRADAR_CONFIG: fileOf({ mode: 'paper' }) } }),
  ];
  for (const { mode, reconcileEveryMs, limits } of bySource) {
    expect([mode, reconcileEveryMs, formatFixed(limits.maxOrderNotional)]).toEqual(['paper', 30_000, '6000']);
  }
});

test('tradar.json in the home is found, and an empty variable is none', () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'data'));
  writeFileSync(join(folder.path, 'data', 'tradar.json'), '{ "logLevel": "warn" }');
  expect(config({ cwd: folder.path, env: { TRADAR_MODE: '', TRADAR_CONFIG: '' } }).logLevel).toBe('warn');
  expect(config({ env: { TRADAR_HOME: join(folder.path, 'data') } }).logLevel).toBe('warn');
});

test('a list in a file replaces the list of the profile', () => {
  const portfolios = [{ id: 'one', symbols: ['AAPL'], deployments: [{ id: 'rsi', agent: 'rsi-reversion' }] }];
  const { plan, planText } = planOf(config({ flags: { config: fileOf({ portfolios }) } }));
  expect(plan.portfolios).toHaveLength(1);
  expect(plan.portfolios[0]?.deployments[0]?.hire().save()).toBeDefined();
  expect(JSON.parse(planText)).toMatchObject({ portfolios: [{ deployments: [{ config: { period: 14, exitAt: 50 } }] }] });
});

test('the same plan is the same text, whatever the order of its keys', () => {
  const one = fileOf({ limits: { maxDailyLoss: '10.50', maxOpenOrders: 3 }, fees: { cryptoTakerBasisPoints: 1 } });
  const other = fileOf({ fees: { cryptoTakerBasisPoints: 1 }, limits: { maxOpenOrders: 3, maxDailyLoss: '10.5' } });
  const [a, b] = [one, other].map((path) => planOf(config({ flags: { config: path } })).planText);
  expect(a).toBe(b);
  expect(a).toContain('"maxDailyLoss":"10.5"');
});

/** What was written, and a part of the complaint: "where: problem; remedy". */
const BAD_FILES: readonly (readonly [string, unknown, string])[] = [
  ['an unknown key', { limts: {} }, 'unknown key; did you mean "limits"?'],
  ['an unknown key inside', { api: { prot: 1 } }, 'unknown key; did you mean "port"?'],
  ['an unknown key like no other', { zzzzzzzz: 1 }, 'unknown key; remove it; known here are mode, home'],
  ['a prototype', '{ "__proto__": { "mode": "paper" } }', '__proto__ (file '],
  ['no mode', { mode: 'papper' }, '"papper" is not a mode; did you mean "paper"?'],
  ['text for a number', { api: { port: '80' } }, '"80" is not a number; give a number'],
  ['a fraction for a whole number', { api: { port: 80.5 } }, '80.5 is not a whole number'],
  ['too big', { api: { port: 70_000 } }, '70000 is too big; use a number from 0 to 65535'],
  ['too small', { demo: { speed: 0 } }, '0 is too small; use a number from 0.01 to 100000'],
  ['not above', { portfolios: [{ capitalFraction: 0 }] }, '0 is too small; use a number above 0, to 1'],
  ['a number for money', { limits: { maxDailyLoss: 5 } }, '5 is not a text in quotes'],
  ['money with an exponent', { limits: { maxDailyLoss: '1e9' } }, 'must be dollars as a decimal string'],
  ['negative money', { limits: { maxDailyLoss: '-1' } }, 'must be dollars as a decimal string'],
  ['an empty list', { portfolios: [] }, 'list at least 1'],
  ['a choice that is none', { shutdown: { openOrders: 'keep' } }, '"keep" is not known; use one of leave, cancel'],
  ['an unknown agent', portfolioWith({ agent: 'ma-corss' }), 'there is no agent "ma-corss"; did you mean "ma-cross"?'],
  ['an agent setting out of bounds', portfolioWith({ agent: 'rsi-reversion', config: { period: 1 } }), 'deployments[0].config.period'],
  ['an unknown agent setting', portfolioWith({ agent: 'rsi-reversion', config: { priod: 9 } }), 'did you mean "period"?'],
  ['agent settings that contradict', portfolioWith({ agent: 'ma-cross', config: { fast: 9, slow: 3 } }), 'fast must be smaller than slow'],
  ['a symbol in small letters', { portfolios: [{ symbols: ['aapl'] }] }, '"aapl" is refused'],
  ['a missing key', { portfolios: [{ id: 'one' }] }, 'portfolios[0].symbols (file '],
  ['half a key pair', { keys: { id: 'x' } }, 'is missing; set APCA_API_SECRET_KEY too, or neither'],
  ['a list at the top', [1], 'not a JSON object'],
  [
    'no JSON',
    '{\n  "mode": "demo",\n  "api": { "port": 80, }\n}',
    'line 3, column 24: not JSON: expected a key in double quotes, found "}"',
  ],
  ['an unquoted value', '{ "mode": demo }', 'line 1, column 11: not JSON: expected a value, found "d"'],
  ['an unclosed file', '{ "api": {', 'line 1, column 11: not JSON: expected a key in double quotes, found the end of the file'],
];

function portfolioWith(deployment: object): object {
  return { portfolios: [{ id: 'one', symbols: ['AAPL'], deployments: [{ id: 'it', ...deployment }] }] };
}

test.for(BAD_FILES)('a file with %s is refused', ([, content, complaint]) => {
  const lines = faultsOfFile(content).map(({ where, problem, remedy }) => `${where}: ${problem}; ${remedy}`);
  expect(lines.join('\n')).toContain(complaint);
});

test('names and symbols are unique', () => {
  const one = { id: 'one', symbols: ['AAPL', 'MSFT'], deployments: [{ id: 'rsi', agent: 'rsi-reversion' }] };
  const found = faultsOfFile({ portfolios: [one, { ...one, symbols: ['MSFT'] }] }).map(({ problem }) => problem);
  expect(found).toEqual([
    'portfolio id "one" stands at portfolios[0].id already',
    'deployment id "rsi" stands at portfolios[0].deployments[0].id already',
    'symbol "MSFT" stands at portfolios[0].symbols[1] already',
  ]);
});

test('all complaints come at once, from every layer', () => {
  const path = fileOf({ logLevel: 'loud', nonsense: 1, portfolios: [{ id: 'A', symbols: ['AAPL', 'AAPL'] }] });
  const found = faults({
    env: { TRADAR_CONFIG: path, TRADAR_API_PORT: 'x', TRADAR_MOED: 'paper', TRADAR_MODE: 'livve' },
    flags: { speed: '-1' },
  });
  expect(found.map(({ where }) => where.replace(path, 'FILE'))).toEqual([
    'env TRADAR_MOED',
    'api.port (env TRADAR_API_PORT)',
    'mode (env TRADAR_MODE)',
    'logLevel (file FILE)',
    'demo.speed (--speed)',
    'portfolios[0].id (file FILE)',
    'portfolios[0].deployments (file FILE)',
    'nonsense (file FILE)',
    'portfolios[0].symbols[1] (file FILE)',
  ]);
});

test('a named file must be there, the one in the home need not', () => {
  expect(faults({ flags: { config: 'gone.json' } })).toEqual([
    { where: '--config', problem: 'there is no file /nowhere/gone.json', remedy: 'name one that exists' },
  ]);
  expect(faults({ env: { TRADAR_CONFIG: '/nowhere' } })[0]?.where).toBe('env TRADAR_CONFIG');
});

test('a file that was found through the home can not move it', () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'data'));
  writeFileSync(join(folder.path, 'data', 'tradar.json'), '{ "home": "/elsewhere" }');
  expect(faults({ cwd: folder.path })[0]?.problem).toBe('the file was found through the home, and can not move it');
});

test('paper needs keys', () => {
  expect(faults({ flags: { mode: 'paper' } })).toMatchObject([
    { where: 'mode (--mode)', problem: 'paper mode needs API keys, and there are none' },
  ]);
});

test('a file with a secret that others may read is refused, together with what else is wrong in it', () => {
  const found = faultsOfFile({ databaseUrl: 'mysql://u:hunter2@h/db', logLevel: 'x' }, 0o644);
  expect(found.map(({ problem }) => problem)).toEqual(['holds databaseUrl, and others may read the file', '"x" is not known']);
});

const SECRETS = {
  DATABASE_URL: 'mysql://trader:hunter2@db.example/journal',
  REDIS_URL: 'rediss://:hunter2@redis.example:6379',
  APCA_API_KEY_ID: 'PKhunter2',
  APCA_API_SECRET_KEY: 'hunter2hunter2',
};

test('secrets can be used, and are not seen', () => {
  const one = loaded({ env: SECRETS });
  expect(one.config.databaseUrl?.reveal()).toBe(SECRETS.DATABASE_URL);
  expect(one.config.keys?.secret.reveal()).toBe(SECRETS.APCA_API_SECRET_KEY);
  const { databaseUrl, redisUrl, keys } = one.config;
  const seen = [JSON.stringify({ databaseUrl, redisUrl, keys }), inspect(one.config, { depth: 9, showHidden: true })];
  seen.push(`${databaseUrl} ${redisUrl} ${keys?.id}`, JSON.stringify(describeConfig(one)), planOf(one.config).planText);
  expect(seen.join('\n')).not.toContain('hunter2');
});

test('a complaint about a secret does not repeat it', () => {
  const env = {
    DATABASE_URL: 'postgres://u:hunter2@h/db',
    REDIS_URL: 'hunter2',
    APCA_API_KEY_ID: 'hunter2 2',
    APCA_API_SECRET_KEY: 'hunter2 3',
  };
  const found = faults({ env });
  expect(found).toHaveLength(4);
  expect(JSON.stringify(found)).not.toContain('hunter2');
});

test('the home is known whatever else is wrong', () => {
  const path = fileOf({ home: 'elsewhere', nonsense: true });
  expect(homeOf({ env: {}, flags: {}, cwd: '/srv' })).toBe('/srv/data');
  expect(homeOf({ env: { TRADAR_MODE: 'live' }, flags: { config: path }, cwd: '/srv' })).toBe('/srv/elsewhere');
  expect(homeOf({ env: { TRADAR_HOME: 'mine' }, flags: { config: path }, cwd: '/srv' })).toBe('/srv/mine');
});

test('the demo trades on another exchange of this machine, and nowhere else', () => {
  const of = (exchangeUrl: string) => ({ flags: { config: fileOf({ demo: { exchangeUrl } }) } });
  for (const url of ['http://127.0.0.1:8790', 'http://localhost:8790/', 'http://[::1]:8790']) {
    expect(config(of(url)).demo.exchangeUrl).toBe(new URL(url).origin);
  }
  for (const url of [
    'https://127.0.0.1:8790',
    'http://192.168.1.5:8790',
    'http://127.0.0.1.example.com',
    'https://paper-api.alpaca.markets',
    '8790',
  ]) {
    expect(faults(of(url))).toMatchObject([
      { where: expect.stringContaining('demo.exchangeUrl'), remedy: expect.stringContaining('this machine') },
    ]);
  }
});
