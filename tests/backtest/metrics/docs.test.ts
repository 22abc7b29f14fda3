/** docs/metrics.md says of every figure what the code says of it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FAMILIES } from '#server/backtest/metrics/summary.ts';

test('every definition stands in docs/metrics.md, in order', () => {
  const docs = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
  const rows = [...docs.slice(docs.indexOf('## Definitions')).matchAll(/^\| `(\w+)` \| (\w+) \| (.*) \|$/gm)].map(([, ...row]) => row);
  const defined = FAMILIES.flatMap(({ definitions }) => Object.entries(definitions).map(([name, { unit, text }]) => [name, unit, text]));
  expect(rows).toEqual(defined);
});
