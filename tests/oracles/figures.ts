/** What others made of curves: where it lies, how it is read, and what differs from ours. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Metrics } from '#server/backtest/metrics/summary.ts';

export const SHARED = join(import.meta.dirname, '../../../shared');
export const isThere = existsSync(join(SHARED, 'oracles'));
if (!isThere) console.warn('../shared/oracles is not beside this checkout: metrics are NOT compared with the libraries that define them');

export type Name = keyof Metrics;
/** Their figure, ours, and what theirs is of ours. */
export type Pair = readonly [theirs: string, ours: Name, scale?: number];
export type Figures = Readonly<Record<string, number | null>>;

export const fileAt = (path: string) => {
  const content = readFileSync(path);
  return { name: path, text: (path.endsWith('.gz') ? gunzipSync(content) : content).toString() };
};

/** Python writes NaN into its JSON. */
export const jsonAt = (path: string) => JSON.parse(readFileSync(path, 'utf8').replace(/\bNaN\b/g, 'null')) as Record<string, unknown>;

export const namesIn = (folder: string): string[] => (isThere ? readdirSync(folder) : []);

/** What differs by more than a billionth; both undefined is agreement. */
export function differing(theirs: Figures, ours: object, pairs: readonly Pair[], tolerance = 1e-9): string[] {
  return pairs.flatMap(([name, mine, scale = 1]) => {
    const [their, own] = [theirs[name], (ours as Figures)[mine]];
    if (their === undefined) return [`${name}: not there`];
    if (their === null || own === null) return their === own ? [] : [`${name}: ${their}, ${mine}: ${own}`];
    const scaled = (own ?? Number.NaN) * scale;
    return Math.abs(their - scaled) <= tolerance * Math.abs(their) ? [] : [`${name}: ${their}, ${mine}: ${scaled}`];
  });
}
