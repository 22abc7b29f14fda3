/** What a backtest says of trades that the exits of a portfolio closed. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporaryFolder } from '#tests/config/folder.ts';
import { tradar } from './tradar.ts';

const stamp = (minute: number): string => new Date(Date.UTC(2024, 0, 3, 15, minute)).toISOString().replace('.000Z', 'Z');

const PLAN = {
  limits: { maxOrderNotional: '50000', maxPositionNotional: '50000' },
  portfolios: [
    {
      id: 'one',
      symbols: ['AAPL'],
      deployments: [{ id: 'cross', agent: 'ma-cross', config: { fast: 1, slow: 2 } }],
      blend: { enterAt: 0.1, exitBelow: 0.05 },
      exits: { stopLoss: { percent: 2 }, takeProfit: { percent: 4 } },
    },
  ],
};

// Down, and up through the averages: bought at 101. The target is 105.04, the stop 98.98.
test.each([
  ['takeProfit', /^take-profit at 105\.04: 4 % from the entry 101\.0000$/, [100, 99, 101, 101, 106, 106]],
  ['stopLoss', /^stop-loss at 98\.98: 2 % from the entry 101\.0000$/, [100, 99, 101, 101, 98, 98]],
])('regression: a trade that one leg of a pair closed was said to be closed by both: %s', async (rule, words, closes) => {
  using folder = temporaryFolder();
  mkdirSync(folder.path, { recursive: true });
  const lines = closes.map((close, nth) => {
    const open = closes[nth - 1] ?? close;
    return `${stamp(nth)},${open},${Math.max(open, close)},${Math.min(open, close)},${close},100000`;
  });
  writeFileSync(`${folder.path}/AAPL.csv`, ['timestamp,open,high,low,close,volume', ...lines, ''].join('\n'));
  writeFileSync(`${folder.path}/plan.json`, JSON.stringify(PLAN));
  const args = ['backtest', '--plan', `${folder.path}/plan.json`, '--bars', `${folder.path}/AAPL.csv`, '--hours', 'always', '--json'];
  const { out } = await tradar({ args, env: { TRADAR_HOME: `${folder.path}/home` } });
  const told = JSON.parse(out) as { folder: string; trades: { exitRule: string; exitReason: string }[] };
  expect(told.trades.map(({ exitRule }) => exitRule)).toEqual([rule]);
  expect(told.trades[0]?.exitReason).toMatch(words);
  const [header = '', line = ''] = readFileSync(`${told.folder}/trades.csv`, 'utf8').split('\n');
  expect(header).toMatch(/,exit_reason,exit_rule$/);
  expect(line.endsWith(`,${rule}`)).toBe(true);
});
