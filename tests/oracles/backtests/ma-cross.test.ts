/**
 * The agent ma-cross through the engine over GOOG, held against backtesting.py and backtrader. They trade twenty shares, which
 * no sizing of a portfolio does: so what the engine ordered, and when, is scripted with their number of shares.
 */
import { describe, expect, test } from 'vitest';
import { maCross } from '#server/agents/ma-cross.ts';
import { agentPlan } from '#server/backtest/agent-plan.ts';
import { backtest } from '#server/backtest/backtest.ts';
import { DEFAULT_FILL, type ScriptedOrder } from '#server/backtest/request.ts';
import { tradingHours } from '#server/backtest/trading-hours.ts';
import { equity } from '#server/domain/instrument.ts';
import { parseMoney } from '#server/domain/money.ts';
import { quantityOf } from '#tests/backtest/rule-trader.ts';
import { barsOf, commissionOf, configOf, curveFaults, fillFaults, folders, isThere, table } from './oracle.ts';

const runs = folders().filter((folder) => folder.startsWith('goog_smacross_long_10_20_'));

describe.skipIf(!isThere)('ma-cross through the engine', () => {
  test('has three runs to be held against', () => expect(runs).toHaveLength(3));

  test.each(runs)('%s: equity at every bar', (folder) => {
    const config = configOf(folder);
    const { fast = 0, slow = 0, qty = 0 } = config.params;
    const bars = [barsOf(config.data.file, 'GOOG')];
    const symbols = bars.map(({ symbol }) => symbol);
    const terms = { bars, instruments: symbols.map(equity), cash: parseMoney(String(config.cash)) };
    const fill = { ...DEFAULT_FILL, commission: commissionOf(config.commission) };
    const plan = agentPlan({ kind: maCross, config: maCross.schema.parse({ fast, slow }), symbols, fraction: 0.5, mayShort: false });
    const { sessions } = tradingHours(bars, 'auto');
    const engine = backtest({ ...terms, fill, work: { kind: 'plan', plan, sessions } });
    const orders = engine.orders.map(({ at, symbol, side }): ScriptedOrder => {
      const none = { notional: undefined, limitPrice: undefined, stopPrice: undefined, trail: undefined, group: undefined };
      return { ...none, at, symbol, side, type: 'market', quantity: quantityOf(qty), timeInForce: 'gtc' };
    });
    const scripted = backtest({ ...terms, fill, work: { kind: 'script', orders } });
    expect(fillFaults(scripted, table(folder, 'backtrader_fills.csv')!)).toEqual([]);
    expect(curveFaults(scripted, table(folder, 'backtrader_equity.csv.gz')!)).toEqual([]);
    expect(curveFaults(scripted, table(folder, 'btpy_equity.csv.gz')!)).toEqual([]);
  });
});
