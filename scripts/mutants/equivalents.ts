/** Small defects that are none: nothing that the code can be given tells them apart from it. A short list, with the reason beside each. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { SourceMutant } from './source-mutants.ts';

const schema = z.array(
  z.strictObject({
    file: z.string(),
    /** The line as it is, and as the defect makes it. */
    line: z.string(),
    becomes: z.string(),
    why: z.string().min(20),
  }),
);

export type Equivalent = z.infer<typeof schema>[number];

export function readEquivalents(folder: string): readonly Equivalent[] {
  const path = join(folder, 'tests/mutants/risk-equivalents.json');
  return existsSync(path) ? schema.parse(JSON.parse(readFileSync(path, 'utf8'))) : [];
}

export const isOf = (equivalent: Equivalent, mutant: SourceMutant): boolean =>
  equivalent.file === mutant.file && equivalent.line === mutant.before && equivalent.becomes === mutant.after;
