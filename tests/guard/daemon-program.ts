/** What of a daemon the guard sees: a line with a beat each second. `node daemon-program.ts HOME KEY`; "down" and "lift" by the standard input. */
import { createInterface } from 'node:readline';
import { joinGuard } from '#server/adapters/guard-line.ts';

const [home = '', key = ''] = process.argv.slice(2);
const line = joinGuard({
  home,
  key: Buffer.from(key, 'base64'),
  vitals: () => ({ level: 'armed', turnAgeMs: 0, reconcileAgeMs: 0 }),
  heard: () => undefined,
  missing: (silentMs) => process.stdout.write(`missing ${silentMs}\n`),
});
createInterface({ input: process.stdin }).on('line', (word) => {
  if (word === 'lift') line.lift();
  if (word === 'down') void line.standDown().then(() => process.exit(0));
});
process.stdout.write('beats\n');
