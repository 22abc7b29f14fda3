/** `tradar backtest` and `tradar runs` as a person calls them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { walk } from '#scripts/bench/walk.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { inProcess } from './in-process.ts';
import { tradar } from './tradar.ts';

const HEADER = 'timestamp,open,high,low,close,volume';
const stamp = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
const day = (nth: number): string => stamp(Date.UTC(2024, 0, 2 + nth));
const flat = (nth: number, price: number): string => `${day(nth)},${price},${price},${price},${price},1000`;
const DAYS = [HEADER, ...[10, 11, 12, 13, 14].map((price, nth) => flat(nth, price)), ''].join('\n');
const ORDERS = 'timestamp,symbol,side,type,qty,notional,limit,stop,tif';

const MINUTES = [
  HEADER,
  ...walk('AAPL', 2_000, 5).map((bar) => `${stamp(bar.startsAt)},${bar.open},${bar.high},${bar.low},${bar.close},${bar.volume}`),
  '',
].join('\n');

function place(files: Readonly<Record<string, string | Buffer>>) {
  const folder = temporaryFolder();
  mkdirSync(folder.path, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(`${folder.path}/${name}`, content);
  return folder;
}

const runIn = (path: string, ...args: string[]) => tradar({ args, env: { TRADAR_HOME: `${path}/home` } });

test('scripted orders: the equity at every close, fills, trades, and the same in the folder', async () => {
  const orders = [ORDERS, `${day(0)},SPY,buy,market,100,,,,`, `${day(2)},SPY,sell,market,100,,,,day`, ''].join('\n');
  using folder = place({ 'SPY.csv': DAYS, 'orders.csv': orders });
  const { code, out, err } = await runIn(
    folder.path,
    'backtest',
    '--json',
    ...['--bars', `${folder.path}/SPY.csv`, '--orders', `${folder.path}/orders.csv`],
    ...['--cash', '5000', '--commission', 'percent:0.001'],
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const told = JSON.parse(out) as Record<string, unknown> & { folder: string; fills: unknown[]; trades: unknown[] };
  // Bought at 11, sold at 13: 200, less 1.1 and 1.3.
  expect(told).toMatchObject({
    bars: 5,
    finalEquity: '5197.6',
    finalCash: '5197.6',
    metrics: { endEquity: 5197.6, trades: 1, exposure: 0.4 },
  });
  expect(told.fills).toMatchObject([
    { timestamp: day(1), side: 'buy', quantity: '100', price: '11', commission: '1.1' },
    { timestamp: day(3), side: 'sell', quantity: '100', price: '13', commission: '1.3' },
  ]);
  expect(told.trades).toMatchObject([{ entryBar: 1, exitBar: 3, profit: '197.6', maxAdverse: '0', maxFavourable: '200' }]);
  const kept = (name: string): string[] => readFileSync(`${told.folder}/${name}`, 'utf8').trimEnd().split('\n');
  expect(kept('equity.csv')).toEqual([
    'timestamp,equity,cash,position',
    `${day(0)},5000,5000,0`,
    `${day(1)},4998.9,3898.9,100`,
    `${day(2)},5098.9,3898.9,100`,
    `${day(3)},5197.6,5197.6,0`,
    `${day(4)},5197.6,5197.6,0`,
  ]);
  expect([kept('fills.csv').length, kept('trades.csv').length, kept('orders.csv').length]).toEqual([3, 2, 3]);
  const config = JSON.parse(readFileSync(`${told.folder}/config.json`, 'utf8')) as Record<string, unknown>;
  expect(config).toMatchObject({ seed: null, cash: '5000', timeframe: '1Day', data: [{ symbol: 'SPY', bars: 5 }] });
  expect(JSON.stringify(config['data'])).toMatch(/"sha256":"[0-9a-f]{64}"/);
});

// A hundred shares bought at 11 and sold at 13 bring 200; a tenth of a percent is 1.1 and 1.3.
test.each([
  ['percent:0.001:1.2', ['1.2', '1.3'], '5197.5'],
  ['fixed:5', ['5', '5'], '5190'],
  ['fixed:5:0.001', ['6.1', '6.3'], '5187.6'],
])('scripted orders pay --commission %s', async (commission, paid, finalEquity) => {
  const orders = [ORDERS, `${day(0)},SPY,buy,market,100,,,,`, `${day(2)},SPY,sell,market,100,,,,day`, ''].join('\n');
  using folder = place({ 'SPY.csv': DAYS, 'orders.csv': orders });
  const given = ['--bars', `${folder.path}/SPY.csv`, '--orders', `${folder.path}/orders.csv`, '--cash', '5000', '--commission', commission];
  const { out } = await runIn(folder.path, 'backtest', '--json', ...given);
  const told = JSON.parse(out) as { finalEquity: string; fills: { commission: string }[] };
  expect(told.fills.map((fill) => fill.commission)).toEqual(paid);
  expect(told.finalEquity).toBe(finalEquity);
});

test('an agent over a gzipped file; the runs are listed, shown, compared and deleted', async () => {
  using folder = place({ 'AAPL_2024.csv.gz': gzipSync(MINUTES) });
  const asked = ['backtest', '--agent', 'ma-cross', '--bars', `${folder.path}/AAPL_2024.csv.gz`, '--set', 'slow=30', '--set'];
  const page = `${folder.path}/report.html`;
  const [quick, slow] = await Promise.all([
    runIn(folder.path, ...asked, 'fast=5', '--html', page),
    runIn(folder.path, ...asked, 'fast=10'),
  ]);
  expect([quick.code, slow.code]).toEqual([0, 0]);
  expect(quick.out).toMatch(/2000 bars of AAPL, 2020-01-02T14:30:00Z to .*\nfinal equity \$\d+\.\d\d\n\d+ orders/);
  expect(readFileSync(page, 'utf8')).toContain('<title>Backtest: ma-cross on AAPL</title>');
  const listed = JSON.parse((await runIn(folder.path, 'runs', '--json')).out) as { id: string; folder: string }[];
  expect(listed).toHaveLength(2);
  const [a = '', b = ''] = listed.map(({ id }) => id);
  const compared = JSON.parse((await runIn(folder.path, 'runs', '--compare', `${a},${b}`, '--json')).out) as {
    differences: { path: string }[];
  };
  expect(compared.differences.map(({ path }) => path)).toContain('work.config.fast');
  expect((await runIn(folder.path, 'runs', a)).out).toContain('work.agent                       ma-cross');
  expect((await runIn(folder.path, 'runs', '--delete', a)).code).toBe(0);
  expect(listed.map((run) => existsSync(run.folder))).toEqual([false, true]);
});

test('an order for a symbol without bars is named by the line of its script', async () => {
  const orders = [ORDERS, `${day(0)},QQQ,buy,market,1,,,,`, ''].join('\n');
  using folder = place({ 'SPY.csv': DAYS, 'orders.csv.gz': gzipSync(orders) });
  const files = ['--bars', `SPY=${folder.path}/SPY.csv`, '--orders', `${folder.path}/orders.csv.gz`];
  const { code, out } = await runIn(folder.path, 'backtest', '--json', ...files);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'barFile', line: 2, hint: 'there are bars of SPY' } });
  expect(out).toContain('orders.csv.gz, line 2: order 1 is for QQQ, and there are no bars of it');
});

test('a symbol in small letters before a file of bars is not looked for as a file without a word', async () => {
  using folder = place({ 'SPY.csv': DAYS });
  const { code, err } = await runIn(folder.path, 'backtest', '--agent', 'ma-cross', '--bars', `spy=${folder.path}/SPY.csv`);
  expect(code).toBe(2);
  expect(err).toContain(`symbols are written in capitals: --bars SPY=${folder.path}/SPY.csv`);
});

test('a scripted order that the cash does not carry is told, and not only written into orders.csv', async () => {
  const orders = [ORDERS, `${day(0)},SPY,buy,market,100,,,,`, `${day(1)},SPY,buy,limit,1,,5,,day`, ''].join('\n');
  using folder = place({ 'SPY.csv': DAYS, 'orders.csv': orders });
  const files = ['--bars', `${folder.path}/SPY.csv`, '--orders', `${folder.path}/orders.csv`];
  const { out } = await runIn(folder.path, 'backtest', '--json', '--cash', '1000', ...files);
  expect(JSON.parse(out)).toMatchObject({
    remarks: [
      'an order was rejected: rscript-1-0, it costs $1100, and there is $1000 in cash',
      'an order expired: rscript-2-0, its time was up',
    ],
  });
});

test('a position whose bars end before the others do is not valued at its last close without a word', async () => {
  const short = [...DAYS.split('\n').slice(0, 3), ''].join('\n');
  const orders = [ORDERS, `${day(0)},QQQ,buy,market,5,,,,`, ''].join('\n');
  using folder = place({ 'SPY.csv': DAYS, 'QQQ.csv': short, 'orders.csv': orders });
  const files = ['--bars', `${folder.path}/SPY.csv`, '--bars', `${folder.path}/QQQ.csv`, '--orders', `${folder.path}/orders.csv`];
  const { out } = await runIn(folder.path, 'backtest', '--json', ...files);
  expect(JSON.parse(out)).toMatchObject({
    remarks: ['the bars of QQQ end on 2024-01-04: the position of 5 counts at 11 from there on and can not be closed'],
  });
});

test('no folder is left where a run failed', async () => {
  const orders = [ORDERS, `${stamp(Date.UTC(2024, 0, 1))},SPY,buy,market,1,,,,`, ''].join('\n');
  using folder = place({ 'SPY.csv': DAYS, 'orders.csv': orders });
  const { code, out, err } = await runIn(
    folder.path,
    ...['backtest', '--bars', `${folder.path}/SPY.csv`, '--orders', `${folder.path}/orders.csv`],
  );
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain(
    'orders.csv, line 2: order 1 is given at the close of the SPY bar of 2024-01-01T00:00:00.000Z, and there is no such bar',
  );
  expect(readdirSync(`${folder.path}/home/runs`)).toEqual([]);
});

const BAD_FILES: Readonly<Record<string, readonly [string | Buffer, number, string]>> = {
  'empty.csv': ['', 1, 'the file is empty'],
  'header.csv': [`${HEADER}\n`, 2, 'there is a header but no bar'],
  'blank.csv': [[HEADER, flat(0, 10), '', flat(1, 10), ''].join('\n'), 3, 'the line is empty'],
  'unsorted.csv': [[HEADER, flat(1, 10), flat(0, 10), ''].join('\n'), 3, 'comes after a later bar'],
  'twice.csv': [[HEADER, flat(1, 10), flat(1, 10), ''].join('\n'), 3, 'is there twice'],
  'nan.csv': [`${HEADER}\n${flat(0, 10).replace(/1000$/, 'NaN')}\n`, 2, 'volume is "NaN", not a number'],
  'negative.csv': [`${HEADER}\n${flat(0, -10)}\n`, 2, 'open is -10, a price is above zero'],
  'future.csv': [`${HEADER}\n${flat(0, 10)}\n2190-01-01T00:00:00Z,1,1,1,1,1\n`, 3, '2190-01-01T00:00:00Z has not come yet'],
  'zones.csv': [
    `${HEADER}\n${flat(0, 10)}\n2024-01-03T00:00:00-05:00,1,1,1,1,1\n`,
    3,
    '2024-01-03T00:00:00-05:00 is in another time zone than the lines before',
  ],
  'cut.csv': [DAYS.slice(0, -5), 6, 'does not end in a newline'],
  'half.csv.gz': [gzipSync(MINUTES).subarray(0, 9_000), 1, 'is not a whole gzip file'],
};

describe('bad files of bars', () => {
  test.each(Object.entries(BAD_FILES))('%s is refused by file and line', async (name, [content, line, fault]) => {
    using folder = place({ [name]: content });
    const { code, out } = await inProcess('backtest', '--agent', 'ma-cross', '--bars', `${folder.path}/${name}`, '--json');
    expect(code).toBe(1);
    const { error } = JSON.parse(out) as { error: { code: string; message: string; file: string; line: number; hint: string } };
    expect(error).toMatchObject({ code: 'barFile', file: `${folder.path}/${name}` });
    expect(error.message).toContain(fault);
    expect(error.line).toBeGreaterThanOrEqual(line);
    expect(error.hint).not.toBe('');
  });
});

const MISTAKES: readonly (readonly [readonly string[], string, string])[] = [
  [[], 'what is to be tested?', '--agent NAME, --agent-file FILE, --plan FILE, --orders FILE'],
  [['--agent', 'ma-cross', '--orders', 'x'], '--agent and --orders exclude each other', 'give one of'],
  [['--agent', 'ma-cros'], 'there is no agent "ma-cros"', 'did you mean ma-cross?'],
  [['--agent', 'ma-cross', '--set', 'fast=0'], 'ma-cross can not have fast=0', 'whole, 1 to 500'],
  [['--agent', 'ma-cross'], '--bars is missing', '--bars FILE'],
  [['--agent', 'ma-cross', '--bars', '/nowhere.csv'], '/nowhere.csv can not be read: ENOENT', 'CSV'],
  [['--agent', 'ma-cross', '--fill', 'best'], '--fill best is not possible here', 'nextOpen, close, quote'],
  [['--agent', 'ma-cross', '--commission', 'percent'], '--commission percent is not possible here', 'percent:RATE'],
  [['--agent', 'ma-cross', '--commission', 'fixed:5:2'], '--commission fixed:5:2 is not possible here', 'fixed:DOLLARS[:RATE]'],
  [['--agent', 'ma-cross', '--slippage', 'basisPoints:x'], '--slippage basisPoints:x is not possible here', 'basisPoints:N'],
  [['--agent', 'ma-cross', '--cash', '-5'], '--cash -5 is not possible here', 'dollars'],
  [['--agent', 'ma-cross', '--from', 'soon', '--bars', 'x'], '--from soon is not possible here', '2024-01-31'],
  [['--orders', '/nowhere.csv'], '/nowhere.csv can not be read: ENOENT', '--orders'],
  [['--orders', 'x', '--short'], '--short goes with --agent alone', 'leave it out'],
];

test.each(MISTAKES)('%j is wrong usage', async (args, message, hint) => {
  const { code, out, err } = await inProcess('backtest', ...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
  expect(err).toContain(hint);
});
