/** Whoever does the work that a request names. */
import type { Money } from '#server/domain/money.ts';
import type { Lane } from './lane.ts';
import { PlanTrader } from './plan-trader.ts';
import type { Work } from './request.ts';
import { ScriptTrader } from './script-trader.ts';
import type { Trader } from './trader.ts';

export const hireFor =
  (work: Work, cash: Money) =>
  (lanes: readonly Lane[]): Trader =>
    work.kind === 'plan' ? new PlanTrader(work, lanes, cash) : new ScriptTrader(work.orders, lanes);
