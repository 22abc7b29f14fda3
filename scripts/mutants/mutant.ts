/**
 * A mutant: a realistic defect as a patch, and the invariant that has to find it. The file begins with lines `what:`, `invariant:` and
 * `seeds:` (how many simulated days it may take at most), then comes the unified diff.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** The defect in words. */
  readonly what: string;
  /** As the simulation names it: "INV-16". */
  readonly invariant: string;
  readonly seeds: number;
}

export class MutantFileError extends Error {}

const MOST_SEEDS = 2_000;

export function readMutant(name: string, file: string, text: string): Mutant {
  const head = text.slice(0, Math.max(0, text.indexOf('\n--- ')) + 1);
  const field = (key: string): string => {
    const value = new RegExp(`^${key}: (.+)$`, 'm').exec(head)?.[1]?.trim();
    if (value === undefined) throw new MutantFileError(`${file}: no line "${key}: …" before the diff`);
    return value;
  };
  const seeds = Number(field('seeds'));
  if (!Number.isInteger(seeds) || seeds < 1 || seeds > MOST_SEEDS)
    throw new MutantFileError(`${file}: seeds is a whole number from 1 to ${MOST_SEEDS}`);
  const invariant = field('invariant');
  if (!/^INV-\d\d$/.test(invariant)) throw new MutantFileError(`${file}: invariant is written INV-nn, it says "${invariant}"`);
  return { name, file, what: field('what'), invariant, seeds };
}

/** All of a folder, by name. */
export function readMutants(folder: string): Mutant[] {
  return readdirSync(folder)
    .filter((entry) => entry.endsWith('.patch'))
    .sort()
    .map((entry) => {
      const file = join(folder, entry);
      return readMutant(entry.slice(0, -'.patch'.length), file, readFileSync(file, 'utf8'));
    });
}
