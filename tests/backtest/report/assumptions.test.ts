/** The report's sentences on how fills were modelled say what was set. */
import { expect, test } from 'vitest';
import { assumptions } from '#server/backtest/report/assumptions.ts';
import { DEFAULT_FILL } from '#server/backtest/request.ts';
import { parseMoney, parsePrice } from '#server/domain/money.ts';

const MODELS = [
  [{}, 'Market orders fill at the open of the bar after the decision.'],
  [{}, 'No commission.'],
  [{}, 'No slippage.'],
  [{}, 'No purchase beyond the cash.'],
  [{ model: { kind: 'close' } }, 'Market orders fill at the close that decided, which nobody can do: for comparison only.'],
  [{ model: { kind: 'quote', halfSpreadBasisPoints: 5 } }, 'Market orders cross a spread of 5 basis points on each side of the next open.'],
  [{ commission: { kind: 'percent', rate: 0.001 } }, 'Commission: 0.1 % of each fill’s value.'],
  [
    { commission: { kind: 'perShare', rate: parseMoney('0.005'), least: parseMoney('1') } },
    'Commission: $0.005 a share, at least $1 a fill.',
  ],
  [
    { commission: { kind: 'percent', rate: 0.001, least: parseMoney('1.5') } },
    'Commission: 0.1 % of each fill’s value, at least $1.5 a fill.',
  ],
  [{ commission: { kind: 'fixed', amount: parseMoney('5'), rate: 0 } }, 'Commission: $5 a fill.'],
  [{ commission: { kind: 'fixed', amount: parseMoney('5'), rate: 0.002 } }, 'Commission: $5 a fill and 0.2 % of its value.'],
  [{ commission: { kind: 'alpaca' } }, 'Commission: what Alpaca charges.'],
  [
    { slippage: { kind: 'basisPoints', basisPoints: 10 }, slipsBeyondBar: true },
    'Slippage: 10 basis points against us on market and stop fills, even beyond the bar’s high and low.',
  ],
  [{ slippage: { kind: 'fixed', amount: parsePrice('0.01') } }, 'Slippage: $0.01 against us on market and stop fills.'],
  [{ slippage: { kind: 'volumeShare', impact: 0.1 } }, 'Slippage: 10 % times the part of the bar’s volume that is ours.'],
  [{ slippage: { kind: 'entrySpread', basisPoints: 20 } }, 'A spread of 20 basis points is paid once, by what opens a position.'],
  [{ maxParticipation: 0.1 }, 'At most 10 % of each bar’s volume fills.'],
  [{ delayBars: 2 }, 'Each order waits 2 more bars than it must.'],
  [{ legsFrom: 'nextBar' }, 'Stops and targets of an entry count from the next bar on.'],
  [{ trailBy: 'extreme' }, 'Trailing stops follow each bar’s extreme.'],
  [{ leverage: 4 }, 'Openings up to 4 times the equity.'],
] as const;

test.each(MODELS)('%o', (changes, sentence) => {
  expect(assumptions({ ...DEFAULT_FILL, ...changes })).toContain(sentence);
});
