/** `npm run check`: what is looked at before every commit, in a few seconds. */
import { CHECKS, runChecks, TIDY } from './test/checks.ts';

const results = await runChecks([...CHECKS, TIDY]);
for (const { check, ok, output, seconds } of results) {
  if (!ok) process.stdout.write(`${output.trimEnd()}\n`);
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${check.name.padEnd(16)} ${seconds.toFixed(1)} s`);
}
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
