/** `npm run torture`: real processes, killed at random; nothing may be lost, doubled or left unreconciled. */
import { codeVersion } from './cli/code-version.ts';
import { progressBar } from './cli/progress.ts';
import { type Options, readOptions, USAGE, UsageError } from './torture/options.ts';
import { reportLines } from './torture/report.ts';
import { torture } from './torture/run.ts';

const EXIT = { done: 0, failed: 1, usage: 2 } as const;

async function run({ kills, seconds, seed, database, keep, json }: Options): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  const { commit, changed } = codeVersion();
  process.stderr.write(`torture: seed ${seed}, commit ${commit ?? 'none'}${changed ? ' with changes' : ''}, ${kills} kills\n`);
  const progress = progressBar('torture', kills, !json);
  const outcome = await torture({ seed, kills, seconds, database, keep, onProgress: progress.at, signal: stop.signal });
  progress.end();
  const { report, story, folder } = outcome;
  for (const line of story) process.stderr.write(`${line}\n`);
  if (keep) process.stderr.write(`kept: ${folder}\n`);
  if (stop.signal.aborted) process.stderr.write('torture: stopped before its end; nothing was concluded\n');
  if (json) console.log(JSON.stringify(report));
  else for (const line of reportLines(report)) console.log(line);
  return report.violation === null && !stop.signal.aborted ? EXIT.done : EXIT.failed;
}

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args, Date.now());
    if (!options.help) return await run(options);
    console.log(USAGE);
    return EXIT.done;
  } catch (error) {
    process.stderr.write(`torture: ${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof UsageError) process.stderr.write(`\n${USAGE}`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

process.exitCode = await main(process.argv.slice(2));
