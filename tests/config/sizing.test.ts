/** The methods of sizing as the configuration spells them: what each becomes, and what is refused by name. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '#config/load.ts';
import { planOf } from '#config/plan.ts';
import { planFromText } from '#config/plan-text.ts';
import { temporaryFolder } from './folder.ts';

/** With a mistake, the complaints. */
function read(content: object) {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'tradar.json'), JSON.stringify(content), { mode: 0o600 });
  return loadConfig({ env: {}, flags: { config: 'tradar.json' }, cwd: folder.path });
}

const STOP = { stopLoss: { percent: 2 } };

const BAD: readonly (readonly [string, object, string])[] = [
  ['an unknown method', sizedBy({ kind: 'kely' }), 'there is no kind "kely"; did you mean "kelly"? use one of fixedFraction, fixedRisk,'],
  [
    'a least risk above the largest',
    sizedBy({ kind: 'kelly', minRiskPercent: 1, maxRiskPercent: 0.5 }, STOP),
    'must not be above maxRiskPercent',
  ],
  ['a setting of another method', sizedBy({ kind: 'atrRisk', fraction: 0.1 }), 'sizing.fraction (file '],
  ['a setting that no method has', sizedBy({ fracton: 0.1 }), 'did you mean "fraction"?'],
  ['more than half of Kelly', sizedBy({ kind: 'kelly', multiplier: 0.6 }), '0.6 is too big; use a number above 0, to 0.5'],
  ['Kelly by fewer than fifty trades', sizedBy({ kind: 'kelly', minTrades: 49 }), '49 is too small; use a number from 50 to 500'],
  ['risk by a stop that is not there', sizedBy({ kind: 'fixedRisk' }), 'set exits.stopLoss or exits.trailingStop'],
  ['Kelly without a stop', sizedBy({ kind: 'kelly' }, { takeProfit: { percent: 1 } }), 'set exits.stopLoss or exits.trailingStop'],
  ['a notional of nothing', sizedBy({ kind: 'fixedNotional', notional: '0' }), 'must be above zero'],
];

function sizedBy(sizing: object, exits: object = {}): object {
  return { portfolios: [{ ...portfolioOf(exits), sizing }] };
}

function portfolioOf(exits: object): object {
  return { id: 'one', symbols: ['AAPL', 'MSFT'], exits, deployments: [{ id: 'it', agent: 'ma-cross' }] };
}

test.each([
  [{}, { kind: 'fixedFraction', fraction: 0.1 }],
  [{ fraction: 0.2 }, { kind: 'fixedFraction', fraction: 0.2 }],
  [{ kind: 'equalWeight' }, { kind: 'equalWeight', positions: 2 }],
  [
    { kind: 'equalWeight', positions: 5 },
    { kind: 'equalWeight', positions: 5 },
  ],
  [
    { kind: 'fixedNotional', notional: '12.5' },
    { kind: 'fixedNotional', notional: 12_500_000_000n, maxFraction: 1 },
  ],
  [
    { kind: 'fixedRisk', gapAtr: 0.5 },
    { riskPercent: 0.5, gapRanges: 0.5, costPercent: 0.1, maxFraction: 1, measure: { period: 20 } },
  ],
  [
    { kind: 'kelly' },
    {
      ...{ multiplier: 0.25, minTrades: 50, minRiskPercent: 0.25, maxRiskPercent: 2, gapRanges: 1 },
      maxStepPercent: 25,
      maxTotalRiskPercent: 6,
    },
  ],
  [
    { kind: 'atrRisk', atr: 2, atrTimeframe: '5m' },
    { riskPercent: 1, ranges: 2, measure: { kind: 'averageTrueRange', timeframe: { name: '5Min' } } },
  ],
  [
    { kind: 'volatilityTarget' },
    { annualPercent: 10, floorPercent: 8, maxLeverage: 1, measure: { kind: 'volatility', period: 20, decay: 0.94 } },
  ],
])('%j is a method of sizing', (sizing, policy) => {
  const reading = read(sizedBy(sizing, STOP));
  if ('faults' in reading) throw new Error(JSON.stringify(reading.faults));
  const { plan, planText } = planOf(reading.config);
  expect(plan.portfolios[0]?.sizing).toMatchObject(policy);
  expect(planFromText(planText).portfolios[0]?.sizing).toEqual(plan.portfolios[0]?.sizing);
});

test.for(BAD)('%s is refused', ([, content, complaint]) => {
  const reading = read(content);
  const lines = ('faults' in reading ? reading.faults : []).map(({ where, problem, remedy }) => `${where}: ${problem}; ${remedy}`);
  expect(lines.join('\n')).toContain(complaint);
});
