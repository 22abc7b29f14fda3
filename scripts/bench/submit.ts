/**
 * A hundred thousand intents through the adapter and the SDK to the exchange in this process, over a network that loses from none
 * to all of the answers: how many orders came of them, and how long one takes with all the asking.
 */

import { PAIR } from '#tests/alpaca/lossy-exchange.ts';
import { submitUnderLoss } from '#tests/alpaca/submit-under-loss.ts';
import { plan, portfolio } from '#tests/support/builders.ts';
import { type BenchReport, machine } from './machine.ts';
import { seededRandom } from './walk.ts';

const INTENTS = 100_000;
const SEED = 7;

export async function benchSubmit(): Promise<BenchReport> {
  const thePlan = plan({ portfolios: [portfolio({ symbols: [PAIR.symbol] })] });
  const began = performance.now();
  const report = await submitUnderLoss(INTENTS, thePlan, seededRandom(SEED));
  const perSecond = Math.round(INTENTS / ((performance.now() - began) / 1_000));
  const { duplicates, disagreements, held } = report;
  if (duplicates + disagreements > 0 || held[0] !== held[1]) throw new Error(`not what it should be: ${JSON.stringify(report)}`);
  return {
    bench: 'submit',
    machine: machine(),
    results: [
      { what: 'intents', value: report.intents, unit: 'intents' },
      { what: 'requestsSent', value: report.posts, unit: 'POSTs, one of each' },
      { what: 'ordersTaken', value: report.orders, unit: 'orders' },
      { what: 'neverArrived', value: report.neverArrived, unit: 'intents, known as such' },
      { what: 'answerLostAndFound', value: report.adopted, unit: 'orders' },
      { what: 'duplicates', value: duplicates, unit: 'orders' },
      { what: 'booksDiffer', value: disagreements, unit: 'orders' },
      { what: 'settledPerSecond', value: perSecond, unit: 'intents/s' },
    ],
  };
}
