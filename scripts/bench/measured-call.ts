/** Runs one call of the command line in this process, and says last on stderr how long it took from the start of the process and at most in how much memory. */
import { runCommand } from '../cli/run.ts';

const code = await runCommand(process.argv.slice(2), { out: process.stdout, err: process.stderr });
const { maxRSS } = process.resourceUsage();
process.stderr.write(`\n${JSON.stringify({ ms: performance.now(), peakMiB: maxRSS / 1024 })}\n`, () => process.exit(code));
