/** What the last `npm test` of this checkout said of each test file: kept beside it, so that a control can show how its proof came out. */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { z } from 'zod';

/** Not tracked: it is of one machine. */
export const LAST_RESULTS = '.test-results.json';

const result = z.object({ passed: z.int(), failed: z.int(), at: z.iso.datetime(), commit: z.string() });
export type LastResult = z.output<typeof result>;
const results = z.record(z.string(), result);

const report = z.object({
  testResults: z.array(z.object({ name: z.string(), status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

/** By the file's path in the checkout; none when nothing was run there, or what is kept can not be read. */
export function lastResults(root: string): ReadonlyMap<string, LastResult> {
  try {
    return new Map(Object.entries(results.parse(JSON.parse(readFileSync(`${root}${LAST_RESULTS}`, 'utf8')))));
  } catch {
    return new Map();
  }
}

/** Files that were not run keep what was said of them before. `text`: vitest's own report. */
export function keepResults(root: string, text: string, of: Pick<LastResult, 'at' | 'commit'>): void {
  const kept = new Map(lastResults(root));
  for (const { name, status, assertionResults } of report.parse(JSON.parse(text)).testResults) {
    const having = (wanted: string): number => assertionResults.filter((test) => test.status === wanted).length;
    const failed = having('failed');
    const counts = { passed: having('passed'), failed: status === 'failed' ? Math.max(1, failed) : failed };
    kept.set(relative(root, name), { ...counts, ...of });
  }
  writeFileSync(
    `${root}${LAST_RESULTS}`,
    `${JSON.stringify(Object.fromEntries([...kept].sort(([a], [b]) => (a < b ? -1 : 1))), null, 1)}\n`,
  );
}
