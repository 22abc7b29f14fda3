/** Writes the HTML report of a backtest, whole or not at all. */
import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { draftName, dropAbandonedDrafts } from '#server/backtest/shell/abandoned-drafts.ts';
import { type Done, textOfMoney } from './backtest-run.ts';
import type { CodeVersion } from './code-version.ts';
import { diskFailure } from './disk-failure.ts';
import { misuse } from './failure.ts';
import type { Call } from './verb.ts';

/** Where the report is to go, or nothing; a place that can not be written to is said before the work is done. */
export function htmlPath(call: Call): string | undefined {
  const given = call.text('html');
  if (given === undefined) return undefined;
  const path = resolve(given);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    throw misuse(`${given} is a folder`, 'give --html the name of a file');
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw misuse(`${given} can not be written: ${why}`, 'give --html a file in a folder that is there');
  }
  return path;
}

export async function writeReport(path: string, done: Done): Promise<void> {
  const { renderReport } = await import('#server/backtest/report/render.ts');
  const { assumptions } = await import('#server/backtest/report/assumptions.ts');
  const { id, assignment, agents, config, result, summary } = done;
  const page = renderReport({
    title: `${assignment.task.name} on ${result.curve.symbols.join(', ')}`,
    result,
    summary,
    assumed: assumptions(assignment.fill),
    agents,
    provenance: {
      run: id,
      begunAt: config.begunAt,
      code: codeText(config.code),
      seed: 'none: there is no chance in a backtest',
      data: config.data,
      config: textOfMoney(config),
    },
  });
  const draft = join(dirname(path), draftName(basename(path)));
  try {
    dropAbandonedDrafts(dirname(path));
    writeFileSync(draft, page);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    const remedy = `make room, or give another --html; the run itself is whole in ${done.folder}`;
    throw diskFailure(error, 'the report', path, remedy);
  }
}

function codeText({ version, commit, changed }: CodeVersion): string {
  if (commit === null) return version;
  return `${version}, commit ${commit}${changed === true ? ', with changes that are not committed' : ''}`;
}
