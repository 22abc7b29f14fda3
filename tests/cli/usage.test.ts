/** Help, wrong usage, exit codes, the shape of errors, and that no secret is ever printed. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '#tests/config/folder.ts';
import { tradar } from './tradar.ts';

const VERBS = [
  'start',
  'ready',
  'arm',
  'status',
  'watch',
  'controls',
  'kill',
  'token',
  'doctor',
  'config',
  'exchange',
  'indicators',
  'backtest',
  'runs',
  'replay',
  'migrate',
];
/** Verbs about one thing. */
const GROUPED = [
  'data fetch',
  'data import',
  'data list',
  'data verify',
  'data export',
  'data remove',
  'journal verify',
  'lock list',
  'lock add',
  'lock remove',
];
const STACK = /^\s+at .+:\d+:\d+\)?$/m;
const documentation = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');

test('tradar --help lists every verb', async () => {
  const { code, out, err } = await tradar({ args: ['--help'] });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const verb of [...VERBS, 'data']) expect(out).toMatch(new RegExp(`^ {2}${verb} `, 'm'));
});

test('without a verb: the help, on stderr, as wrong usage', async () => {
  const { code, out, err } = await tradar({ args: [] });
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('tradar VERB');
});

test.for([...VERBS, ...GROUPED])('tradar %s --help names its flags, and docs/cli.md has them', async (verb) => {
  const { code, out, err } = await tradar({ args: [...verb.split(' '), '--help'] });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const flags = [...out.matchAll(/^ {2}(--[a-z-]+)/gm)].map((match) => match[1] ?? '');
  expect(flags).toEqual(expect.arrayContaining(['--json', '--help']));
  const chapter = documentation.split(/^## /m).find((text) => text.startsWith(`\`tradar ${verb}\``)) ?? '';
  for (const flag of flags.filter((name) => name !== '--help' && name !== '--json')) expect(chapter).toContain(flag);
});

const MISTAKES: readonly (readonly [readonly string[], string, string])[] = [
  [['strat'], 'there is no verb "strat"', 'did you mean "tradar start"?'],
  [['frobnicate'], 'there is no verb "frobnicate"', 'verbs are start, status'],
  [['constructor'], 'there is no verb "constructor"', 'verbs are start'],
  [['start', '--sped', '3'], '"tradar start" has no --sped', 'did you mean --speed?'],
  [['start', '-x'], '"tradar start" has no -x', 'see "tradar start --help"'],
  [['status', 'now'], '"now" is not expected after "tradar status"', 'see "tradar status --help"'],
  [['start', '--port'], '--port needs a value', 'give it as --port N'],
  [['start', '--mode', '--plain'], '--mode needs a value', 'give it as --mode demo|paper|live'],
  [['start', '--plain=yes'], '--plain takes no value', 'see "tradar start --help"'],
  [
    ['kill', '--level', 'everything'],
    '--level everything is not possible here',
    'use reduceOnly, halt, cancelOpening, cancelAll, flatten, sever',
  ],
  [['kill', '--direct', '--level', 'halt'], '--level halt is not possible here', 'use cancelAll, flatten'],
  [['replay', '--from', '10', '--to', '5'], '--from 10 --to 5 has no entry in it', 'give a --to that is not before --from'],
  [['kill', '--release'], '--release needs --latch N', 'take the number from "tradar status"'],
  [['kill', '--release', '--latch', 'x', '--note', 'ok'], '--latch x is not a number', 'take the number from "tradar status"'],
  [['token'], 'token needs --role ROLE', 'use viewer or operator'],
  [['token', '--role', 'admin'], '--role admin is not possible here', 'use viewer or operator'],
  [['lock', 'add', '--reason', 'x'], '0 scopes are given, and it takes one', 'give --symbol, --portfolio or --deployment'],
  [['lock', 'add', '--symbol', 'A', '--portfolio', 'b', '--reason', 'x'], '2 scopes are given, and it takes one', 'give --symbol'],
  [['lock', 'add', '--symbol', 'A'], 'lock add needs --reason TEXT', 'say why'],
  [
    ['lock', 'add', '--symbol', 'A', '--reason', 'x', '--minutes', '0'],
    '--minutes 0 is not a number of minutes',
    'give a whole number above 0',
  ],
  [['lock', 'add', '--symbol', 'A', '--reason', 'x', '--until', 'noon'], '--until noon is not a time', 'give it in UTC'],
  [['lock', 'remove', 'x', '--note', 'y'], '"x" is not the number of a lock', 'take the number from "tradar lock list"'],
  [['lock', 'remove', '4'], 'lock remove needs --note TEXT', 'say why it may go'],
  [['kill', '--release', '--latch', '5'], '--release needs --note TEXT', 'say why it is safe again'],
  [
    ['exchange', '--speed', 'fast'],
    '--speed fast is not possible here',
    'give market seconds in a second of the wall, or real, step or paused',
  ],
  [['exchange', '--port', '70000'], '--port 70000 is not possible here', 'give a whole number from 0 to 65535'],
  [['exchange', '--cash', 'lots'], '--cash lots is not an amount', 'give dollars as a decimal: --cash 25000'],
  [['exchange', '--keys', '/nowhere'], '/nowhere can not be read', 'it holds the key pair as ID:SECRET'],
  [['exchange', '--set', 'stopTrigger'], '--set stopTrigger is not a parameter', 'give it as --set multiplier=2'],
  [['exchange', '--settings', 'package.json'], 'the exchange has no parameter name', 'it has multiplier'],
  [['exchange', '--set', 'stopTriger=last'], 'the exchange has no parameter stopTriger', 'did you mean stopTrigger?'],
  [
    ['exchange', '--set', 'washTradeCheck=no'],
    'the exchange can not have washTradeCheck=no: Invalid input: expected boolean, received string',
    'washTradeCheck: whether orders',
  ],
  [['exchange', '--settings', '/nowhere'], '/nowhere can not be read', 'it holds switches as JSON'],
  [['data'], '"tradar data" needs to be told what to do', 'after "tradar data" comes fetch'],
  [['data', 'fetsch'], 'there is no "tradar data fetsch"', 'did you mean "tradar data fetch"?'],
  [['data', 'constructor'], 'there is no "tradar data constructor"', 'after "tradar data" comes fetch'],
  [['data', 'fetch', '--from', '2024-01-01'], '--symbols is missing', 'give it as --symbols AAPL,BTC/USD'],
  [['data', 'fetch', '--symbols', 'AAPL'], '--from is missing', 'give it as --from 2024-01-31'],
  [['data', 'import'], 'which file?', 'give it as tradar data import FILE'],
  [['data', 'import', 'a', 'b', '--symbol', 'X'], '--symbol is of one file', 'import the files one by one'],
  [['data', 'import', 'a', '--source', 'a b'], '--source a b is not a name', 'give up to 40 letters'],
  [['data', 'export'], 'which symbol?', 'give one as --symbol AAPL'],
  [['data', 'list', '--symbols', '../x'], '--symbols ../x: "../x" is not a symbol', 'separate symbols by commas'],
  [['data', 'list', '--timeframe', '3Day'], '--timeframe 3Day is not possible here', '1Min to 59Min'],
  [['data', 'list', '--adjustment', 'spilt'], '--adjustment spilt is not possible here', 'use raw, split, all'],
  [['data', 'verify', '--max-gap', 'x'], '--max-gap x is not a number of minutes', 'give it as --max-gap 30'],
  [['data', 'verify', '--calendar', 'x'], '--calendar x is not possible here', 'use nyse, always, none'],
  [['data', 'remove', '--symbols', 'AAPL'], 'which series?', 'give --timeframe and --adjustment, or --all'],
  [['watch', '--for', 'ever'], '--for ever is not a number of seconds', 'give it as --for 60'],
];

test.for(MISTAKES)('%j is wrong usage', async ([args, message, hint]) => {
  using home = temporaryFolder();
  const env = { TRADAR_HOME: home.path };
  const [plain, json] = await Promise.all([tradar({ args, env }), tradar({ args: [...args, '--json'], env })]);
  expect(plain).toMatchObject({ code: 2, out: '' });
  expect(plain.err).toContain(`tradar: ${message}\n  ${hint}`);
  expect(plain.err).not.toMatch(STACK);
  expect({ code: json.code, err: json.err }).toEqual({ code: 2, err: '' });
  const { error } = JSON.parse(json.out) as { error: { code: string; message: string; hint: string } };
  expect(error).toMatchObject({ code: 'usage', message });
  expect(error.hint).toContain(hint);
  expect(readdirSync(home.path)).toEqual([]);
});

test('--json before the verb: the wrong word is named, not the flag', async () => {
  const wrong = await tradar({ args: ['--json', 'bogus'] });
  expect({ code: wrong.code, ...(JSON.parse(wrong.out) as object) }).toMatchObject({
    code: 2,
    error: { code: 'usage', message: 'there is no verb "bogus"' },
  });
  const none = await tradar({ args: ['--json'] });
  expect({ code: none.code, ...(JSON.parse(none.out) as object) }).toMatchObject({ code: 2, error: { message: 'there is no verb' } });
  expect((await tradar({ args: ['--json', 'kill', '--level', 'x'] })).out).toContain('--level x is not possible here');
});

test.each(['--version', '-V'])('tradar %s: name, version, Node', async (flag) => {
  const [plain, json] = await Promise.all([tradar({ args: [flag] }), tradar({ args: [flag, '--json'] })]);
  expect(plain).toMatchObject({ code: 0, err: '', out: `insydetradar 0.1.0, Node ${process.versions.node}\n` });
  expect(JSON.parse(json.out)).toEqual({ name: 'insydetradar', version: '0.1.0', node: process.versions.node });
});

test('control characters of what somebody typed do not reach the terminal', async () => {
  const { err } = await tradar({ args: ['status', '\x1b[2J\x9b31m\u202eevil\rover'] });
  expect(err).toContain('" [2J 31m evil over" is not expected');
});

test('a wrong configuration: all complaints, exit 2, no secret', async () => {
  const env = { TRADAR_MODE: 'real', TRADAR_API_PORT: 'x', DATABASE_URL: 'postgres://u:hunter2@h/db' };
  for (const verb of ['start', 'config', 'migrate']) {
    const plain = await tradar({ args: [verb], env });
    expect(plain).toMatchObject({ code: 2, out: '' });
    expect(plain.err).toContain('3 things are wrong with the configuration');
    const json = await tradar({ args: [verb, '--json'], env });
    const { error } = JSON.parse(json.out) as { error: { code: string; faults: object[] } };
    expect({ code: json.code, error: error.code, faults: error.faults.length }).toEqual({ code: 2, error: 'config', faults: 3 });
    expect(plain.err + json.out + json.err).not.toContain('hunter2');
    expect(plain.err).not.toMatch(STACK);
  }
});

const SECRETS = {
  DATABASE_URL: 'mysql://trader:hunter2@127.0.0.1:1/journal',
  REDIS_URL: 'redis://:hunter2@127.0.0.1:1',
  APCA_API_KEY_ID: 'PKhunter2',
  APCA_API_SECRET_KEY: 'hunter2hunter2',
};

test('tradar config shows every key with its origin, and no secret', async () => {
  const env = { ...SECRETS, TRADAR_MODE: 'paper' };
  const [plain, json] = await Promise.all([tradar({ args: ['config'], env }), tradar({ args: ['config', '--json'], env })]);
  expect([plain.code, json.code]).toEqual([0, 0]);
  expect(plain.out).toMatch(/^keys\.secret\s+\*\*\*\s+env APCA_API_SECRET_KEY$/m);
  expect(JSON.parse(json.out)).toMatchObject({ mode: { value: 'paper', origin: 'env TRADAR_MODE' }, databaseUrl: { value: '***' } });
  expect(JSON.stringify([plain, json])).not.toContain('hunter2');
});

test('servers that are not there: the doctor and migrate say so, and no secret', async () => {
  using home = temporaryFolder();
  const env = { ...SECRETS, TRADAR_HOME: home.path };
  const [doctor, migrate] = await Promise.all([tradar({ args: ['doctor', '--json'], env }), tradar({ args: ['migrate', '--json'], env })]);
  const { ok, checks } = JSON.parse(doctor.out) as { ok: boolean; checks: { check: string; state: string; remedy: string | null }[] };
  expect({ code: doctor.code, ok }).toEqual({ code: 1, ok: false });
  const failed = checks.filter(({ state }) => state === 'fail');
  expect(failed.map(({ check }) => check)).toEqual(['database', 'Redis']);
  expect(failed.every(({ remedy }) => remedy)).toBe(true);
  expect(migrate.code).toBe(1);
  expect(JSON.parse(migrate.out)).toMatchObject({ error: { message: expect.any(String), hint: expect.any(String) } });
  expect(JSON.stringify([doctor, migrate])).not.toContain('hunter2');
});

test('the doctor finds a healthy demo well, and leaves nothing behind', async () => {
  using folder = temporaryFolder();
  const home = join(folder.path, 'home');
  const { code, out } = await tradar({ args: ['doctor'], env: { TRADAR_HOME: home, TRADAR_API_PORT: '0' } });
  expect({ code, last: out.trimEnd().split('\n').at(-1) }).toEqual({ code: 0, last: 'all is well' });
  expect(existsSync(home)).toBe(false);
});

test('the doctor names a wrong configuration, a taken port, a set sentinel and bars that are not there', async () => {
  using home = temporaryFolder();
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  writeFileSync(join(home.path, 'KILL'), '');
  writeFileSync(join(home.path, 'tradar.json'), JSON.stringify({ demo: { barsFolder: '/nowhere' } }));
  const { port } = server.address() as AddressInfo;
  const sick = await tradar({ args: ['doctor', '--json'], env: { TRADAR_HOME: home.path, TRADAR_API_PORT: String(port) } });
  await new Promise((resolve) => server.close(resolve));
  const { checks } = JSON.parse(sick.out) as { checks: { check: string; state: string }[] };
  const states = Object.fromEntries(checks.map(({ check, state }) => [check, state]));
  expect(sick.code).toBe(1);
  expect(states).toMatchObject({ port: 'fail', 'kill switch': 'warn', broker: 'fail', configuration: 'ok' });
  const wrong = await tradar({ args: ['doctor'], env: { TRADAR_HOME: home.path, TRADAR_LOG_LEVEL: 'loud' } });
  expect(wrong.code).toBe(1);
  expect(wrong.out).toMatch(/^fail configuration\s+logLevel \(env TRADAR_LOG_LEVEL\): "loud" is not known$/m);
});

test('migrate makes the tables once', async () => {
  using home = temporaryFolder();
  const env = { TRADAR_HOME: home.path };
  const first = await tradar({ args: ['migrate', '--json'], env });
  const second = await tradar({ args: ['migrate', '--json'], env });
  expect(JSON.parse(first.out)).toMatchObject({ dialect: 'sqlite', applied: expect.arrayContaining([expect.any(String)]) });
  expect(JSON.parse(second.out)).toMatchObject({ applied: [] });
});
