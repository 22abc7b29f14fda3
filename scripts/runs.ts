/** `tradar runs`: the backtests that were kept. */
import { HEADLINE } from '#server/backtest/metrics/headline.ts';
import type { StoredRun } from '#server/backtest/shell/run-store.ts';
import { misuse } from './cli/failure.ts';
import { type Call, EXIT, type Verb } from './cli/verb.ts';

export const runs: Verb = {
  name: 'runs',
  summary: 'Lists the backtests that were kept; shows, compares and deletes them.',
  operand: 'ID',
  flags: {
    compare: { type: 'text', value: 'A,B', help: 'these runs side by side: what differs in what was asked, and what came of it' },
    delete: { type: 'text', value: 'ID', repeats: true, help: 'delete the run and its folder' },
  },
  notes: ['tradar runs', 'tradar runs 20260318-140000-ma-cross-a1b', 'tradar runs --compare A,B'],
  async run(call) {
    const { readHome } = await import('./cli/configured.ts');
    const { listRuns } = await import('#server/backtest/shell/run-store.ts');
    const { join } = await import('node:path');
    const all = listRuns(join(readHome(call), 'runs'));
    const find = (id: string): StoredRun => {
      const found = all.filter((run) => run.id === id || run.id.endsWith(id));
      if (found.length === 1) return found[0] as StoredRun;
      const hint = '"tradar runs" lists them; the end of an id is enough when it names one';
      throw misuse(found.length === 0 ? `there is no run ${id}` : `${id} could be ${found.map((run) => run.id).join(' or ')}`, hint);
    };
    const compared = call.text('compare');
    if (call.all('delete').length > 0) await remove(call, call.all('delete').map(find));
    else if (compared !== undefined) compare(call, compared.split(',').map(find));
    else if (call.operand !== undefined) show(call, find(call.operand));
    else list(call, all);
    return EXIT.done;
  },
};

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

function list(call: Call, all: readonly StoredRun[]): void {
  if (call.json) {
    call.print(JSON.stringify(all));
    return;
  }
  if (all.length === 0) call.print('no run was kept yet: "tradar backtest" makes one');
  for (const { id, config, result } of all) {
    const span = `${text(config['from']).slice(0, 10)}…${text(config['to']).slice(0, 10)}`;
    call.print(`${id.padEnd(40)} ${span}  $${text(result['finalEquity'])}  ${text(result['trades'])} trades`);
  }
}

/** Every value of a nested object by its path. */
function flatten(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) flatten(inner, path === '' ? key : `${path}.${key}`, into);
  } else into.set(path, text(value));
  return into;
}

const METRICS = 'result.metrics.';
/** People get the few metrics that are looked at first; all of them are in the JSON, and in the report. */
const isForPeople = (path: string): boolean => !path.startsWith(METRICS) || HEADLINE.some(([, name]) => path === `${METRICS}${name}`);

function show(call: Call, run: StoredRun): void {
  if (call.json) {
    call.print(JSON.stringify(run));
    return;
  }
  call.print(run.folder);
  for (const [path, value] of flatten({ ...run.config, result: run.result }, '', new Map())) {
    if (isForPeople(path)) call.print(`  ${path.padEnd(32)} ${value}`);
  }
}

const SAYS_NOTHING = new Set(['begunAt']);

function compare(call: Call, chosen: readonly StoredRun[]): void {
  if (chosen.length < 2) throw misuse('one run alone can not be compared', 'give two or more: --compare A,B');
  const flat = chosen.map((run) => flatten({ ...run.config, result: run.result }, '', new Map()));
  const paths = [...new Set(flat.flatMap((one) => [...one.keys()]))];
  const rows = paths
    .map((path) => ({ path, values: flat.map((one) => one.get(path) ?? null) }))
    .filter(({ path, values }) => !SAYS_NOTHING.has(path) && new Set(values).size > 1);
  const ids = chosen.map(({ id }) => id);
  if (call.json) {
    call.print(JSON.stringify({ runs: ids, differences: rows }));
    return;
  }
  call.print(ids.join('  '));
  for (const { path, values } of rows.filter((row) => isForPeople(row.path))) {
    call.print(`  ${path.padEnd(32)} ${values.map((value) => value ?? '').join('  |  ')}`);
  }
  if (rows.length === 0) call.print('  they do not differ');
}

async function remove(call: Call, chosen: readonly StoredRun[]): Promise<void> {
  const { deleteRun } = await import('#server/backtest/shell/run-store.ts');
  for (const run of chosen) deleteRun(run);
  call.print(call.json ? JSON.stringify({ deleted: chosen.map(({ id }) => id) }) : `deleted ${chosen.map(({ id }) => id).join(', ')}`);
}
