/**
 * The eleven kernels bar by bar, in nanoseconds with the harness (a copy into a reused bar), each cell a process of its own,
 * interleaved: beside the same written by hand, technicalindicators and trading-signals; and beside indicatorts, which
 * computes whole columns only, without the harness that the others pay for.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CONTENDERS, type Contender } from './indicator-contenders.ts';
import { type Kernel, references } from './indicator-references.ts';
import { type BenchReport, type BenchResult, machine, median } from './machine.ts';

const ROUNDS = 2;
const CELL = fileURLToPath(new URL('indicator-cell.ts', import.meta.url));
const ALL = [...CONTENDERS, 'indicatorts'] as const;

type Named = Contender | 'indicatorts';

async function measure(kernel: Kernel, contender: Named): Promise<number | undefined> {
  const { stdout } = await promisify(execFile)(process.execPath, [CELL, kernel, contender], { maxBuffer: 1e6 });
  return (JSON.parse(stdout) as number | null) ?? undefined;
}

async function row(kernel: Kernel): Promise<BenchResult[]> {
  const figures = new Map<Named, number[]>(ALL.map((contender) => [contender, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of ALL) {
      const value = await measure(kernel, contender);
      if (value !== undefined) figures.get(contender)?.push(value);
    }
  }
  const of = (contender: Named): number | undefined => {
    const values = figures.get(contender) ?? [];
    return values.length === 0 ? undefined : median(values);
  };
  const own = of('insydetradar') ?? Number.NaN;
  return ALL.flatMap((contender) => {
    const other = of(contender);
    if (contender === 'insydetradar' || other === undefined) return [];
    const versus = `${contender} ${other.toFixed(1)} ns`;
    return [{ what: `${kernel} ns/bar`, value: Number(own.toFixed(1)), unit: 'ns', versus, ratio: own / other }];
  });
}

export async function benchIndicators(): Promise<BenchReport> {
  const results: BenchResult[] = [];
  for (const kernel of Object.keys(references) as Kernel[]) results.push(...(await row(kernel)));
  return { bench: 'indicators', machine: machine(), results };
}
