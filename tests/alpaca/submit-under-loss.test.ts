/** Orders under the loss of anything from none to all of the answers: each intent is one order or none, and the books know which. */
import { expect, test } from 'vitest';
import { seededRandom } from '#scripts/bench/walk.ts';
import { submitUnderLoss } from './submit-under-loss.ts';

test('of 2,200 intents none is doubled, none is lost, and books and exchange agree', async () => {
  const report = await submitUnderLoss(2_200, seededRandom(7));
  expect(report).toMatchObject({ intents: 2_200, posts: 2_200, duplicates: 0, disagreements: 0 });
  // It was no fair weather.
  expect(report.adopted).toBeGreaterThan(300);
  expect(report.neverArrived).toBeGreaterThan(50);
  expect(report.orders + report.neverArrived).toBe(2_200);
  expect(report.held[0]).toBe(report.held[1]);
}, 60_000);
