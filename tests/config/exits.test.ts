/** Exits as the configuration spells them: what break-even becomes, and what is refused by name. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '#config/load.ts';
import { planOf } from '#config/plan.ts';
import { temporaryFolder } from './folder.ts';

function read(exits: object) {
  using folder = temporaryFolder();
  const portfolios = [{ id: 'one', symbols: ['AAPL'], exits, deployments: [{ id: 'it', agent: 'ma-cross' }] }];
  writeFileSync(join(folder.path, 'tradar.json'), JSON.stringify({ portfolios }), { mode: 0o600 });
  return loadConfig({ env: {}, flags: { config: 'tradar.json' }, cwd: folder.path });
}

const STOP = { stopLoss: { percent: 2 } };

test.each([
  [{ percent: 1 }, { percent: 1 }, 0],
  [{ percent: 1, offsetPercent: 0.2 }, { percent: 1 }, 0.2],
  [{ atr: 2, offsetPercent: -1 }, { ranges: 2 }, -1],
  [{ risk: 1.5 }, { risks: 1.5 }, 0],
])('breakEven %j', (breakEven, after, offset) => {
  const reading = read({ ...STOP, breakEven });
  if ('faults' in reading) throw new Error(JSON.stringify(reading.faults));
  expect(planOf(reading.config).plan.portfolios[0]?.exits).toMatchObject({ breakEven: after, breakEvenOffsetPercent: offset });
});

test.each([
  [{ ...STOP, breakEven: {} }, 'must have one of percent, atr and risk'],
  [{ ...STOP, breakEven: { percent: 1, risk: 1 } }, 'must have one of percent, atr and risk'],
  [{ ...STOP, breakEven: { percent: 1, offsetPercent: 1 } }, 'its offset must be smaller than its percent'],
  [{ breakEven: { risk: 1 } }, 'needs exits.stopLoss or exits.trailingStop'],
])('%j is refused: %s', (exits, complaint) => {
  const reading = read(exits);
  expect(('faults' in reading ? reading.faults : []).map(({ remedy }) => remedy)).toEqual([complaint]);
});
