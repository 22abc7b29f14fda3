/** `npm run submit -- [--intents N] [--seed S]`: many intents through a network that loses from none to all of the answers; exit 1 when one is doubled or lost. */
import { parseArgs } from 'node:util';
import { seededRandom } from '#scripts/bench/walk.ts';
import { submitUnderLoss } from './submit-under-loss.ts';

const options = { intents: { type: 'string', default: '100000' }, seed: { type: 'string', default: '7' } } as const;
const { values } = parseArgs({ options });
const began = performance.now();
const report = await submitUnderLoss(Number(values.intents), seededRandom(Number(values.seed)));
const { intents, posts, duplicates, disagreements, held } = report;
const isWell = posts === intents && duplicates === 0 && disagreements === 0 && held[0] === held[1];
console.log(JSON.stringify({ ...report, seed: Number(values.seed), seconds: Math.round((performance.now() - began) / 1_000) }));
if (!isWell) console.error('submit: not each intent is one order or none, or the books do not know which');
process.exitCode = isWell ? 0 : 1;
