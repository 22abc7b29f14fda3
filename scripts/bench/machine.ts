/** What a benchmark ran on, and medians: a figure without these is worth nothing. */
import { cpus, totalmem } from 'node:os';

export interface BenchResult {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What it was measured beside, in the same run. */
  readonly versus?: string;
  /** value / the other's value. */
  readonly ratio?: number;
  /** The largest ratio that is owed. */
  readonly owed?: number;
}

export interface BenchReport {
  readonly bench: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number; readonly node: string };
  readonly results: readonly BenchResult[];
}

export const machine = (): BenchReport['machine'] => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
});

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
