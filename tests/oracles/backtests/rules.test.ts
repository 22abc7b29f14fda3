/** Every run that backtesting.py and backtrader agree on: the rule in words, our broker, their numbers at every bar. */
import { describe, expect, test } from 'vitest';
import { runRule } from '#tests/backtest/rule-trader.ts';
import { barsOf, commissionOf, configOf, curveFaults, fillFaults, folders, isThere, table, tradeFaults } from './oracle.ts';
import { clockOf, RULES } from './rules.ts';

const isSession = (at: number): boolean => clockOf(at) >= '09:30' && clockOf(at) < '16:00';

const ruled = folders().filter((folder) => configOf(folder).rule in RULES);

describe.skipIf(!isThere)('the rules of the oracles', () => {
  test('are all known', () => expect(ruled).toHaveLength(15));

  test.each(ruled)('%s', (folder) => {
    const config = configOf(folder);
    const { file, start, rth } = config.data;
    const bars = barsOf(file, 'X', { ...(start === undefined ? {} : { from: Date.parse(start) }), ...(rth ? { keep: isSession } : {}) });
    expect(bars.length).toBe(config.bars);
    const run = (legsFrom: 'nextBar' | 'entryBar') =>
      runRule(
        { bars: [bars], cash: config.cash, fill: { commission: commissionOf(config.commission), legsFrom } },
        RULES[config.rule]!(config.params),
      );
    const [next, same] = [run('nextBar'), run('entryBar')];
    expect(curveFaults(next, table(folder, 'backtrader_equity.csv.gz')!)).toEqual([]);
    expect(fillFaults(next, table(folder, 'backtrader_fills.csv')!)).toEqual([]);
    expect(curveFaults(same, table(folder, 'btpy_equity.csv.gz')!)).toEqual([]);
    expect(tradeFaults(same, table(folder, 'btpy_trades.csv')!)).toEqual([]);
  });
});
