/** `npm run submit -- [--intents N] [--seed S]`: many intents through a network that loses from none to all of the answers; exit 1 when one is doubled or lost. */
import { parseArgs } from 'node:util';
import { seededRandom } from '#scripts/bench/walk.ts';
import { readCall } from '#tests/support/call.ts';
import { submitUnderLoss } from './submit-under-loss.ts';

const options = { intents: { type: 'string', default: '100000' }, seed: { type: 'string', default: '7' } } as const;
const USAGE = `npm run submit -- [--intents N] [--seed S]   N intents (100,000 unless said otherwise) through a network that loses answers

Exit: 0 each is one order or none, 1 one was doubled or lost, 2 wrong usage.
`;

const { intents: wanted, seed } = readCall(USAGE, () => {
  const { values } = parseArgs({ options });
  const [intents, seed] = [Number(values.intents), Number(values.seed)];
  const isWell = Number.isSafeInteger(intents) && intents > 0 && Number.isSafeInteger(seed) && seed >= 0;
  if (!isWell) throw new Error('--intents is a whole number from 1 on, --seed one from 0 on');
  return { intents, seed };
});
const began = performance.now();
const report = await submitUnderLoss(wanted, seededRandom(seed));
const { intents, posts, duplicates, disagreements, held } = report;
const isWell = posts === intents && duplicates === 0 && disagreements === 0 && held[0] === held[1];
console.log(JSON.stringify({ ...report, seed, seconds: Math.round((performance.now() - began) / 1_000) }));
if (!isWell) console.error('submit: not each intent is one order or none, or the books do not know which');
process.exitCode = isWell ? 0 : 1;
