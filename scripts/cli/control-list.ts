/** What `tradar controls` prints. */
import { lastResults } from '../test/last-results.ts';
import { readConfig, readHome } from './configured.ts';
import { controlMarkdown, controlRows } from './control-table.ts';
import { withDaemon } from './daemon.ts';
import type { Call } from './verb.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

export function listControls(call: Call): void {
  const rows = controlRows(readConfig(call).config.limits, lastResults(ROOT));
  if (call.json) call.print(JSON.stringify({ controls: rows }));
  else if (call.has('markdown')) for (const line of controlMarkdown(rows)) call.print(line);
  else
    for (const { id, name, term, setting, value } of rows)
      call.print(`${id.padEnd(5)}${name.padEnd(19)}${(setting === null ? '' : `${setting} ${value}`).padEnd(36)}${term}`);
}

export async function showLive(call: Call): Promise<void> {
  const status = await withDaemon(readHome(call), ({ trpc }) => trpc.risk.status.query());
  if (call.json) {
    call.print(JSON.stringify(status));
    return;
  }
  for (const { name, state, value, limit, unit, of } of status.controls) {
    const known = value === null ? '' : `${value} of ${limit}${unit === 'none' ? '' : ` ${unit}`}`;
    call.print(`${state.padEnd(9)}${name.padEnd(19)}${known}${of === null ? '' : ` (${of})`}`);
  }
}
