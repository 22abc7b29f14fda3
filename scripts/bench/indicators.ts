/**
 * The eleven kernels in nanoseconds a bar, each cell a process of its own, interleaved, the fastest of all rounds: bar by bar beside the
 * same written by hand, technicalindicators and trading-signals; over whole columns, which is all it can, beside indicatorts; and
 * with a window of 200 bars beside one of 20.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CONTENDERS, windows } from './indicator-contenders.ts';
import { type Kernel, references } from './indicator-references.ts';
import { type BenchReport, type BenchResult, machine } from './machine.ts';

const ROUNDS = 3;
const CELL = fileURLToPath(new URL('indicator-cell.ts', import.meta.url));
/** It has no ADX. */
const WITHOUT_COLUMNS: Kernel = 'adx';

/** The largest share of the other's time that is owed. */
const OWED = { handWritten: 1.5, peers: 1, window: 1.2 } as const;

interface Row {
  readonly way: 'stream' | 'columns' | 'window';
  readonly kernel: Kernel;
  readonly own: string;
  readonly other: string;
  readonly owed: number;
}

function rows(): Row[] {
  const kernels = Object.keys(references) as Kernel[];
  const peers = CONTENDERS.filter((contender) => contender !== 'insydetradar');
  const own = 'insydetradar';
  return [
    ...kernels.flatMap((kernel) =>
      peers.map((other): Row => ({ way: 'stream', kernel, own, other, owed: other === 'handWritten' ? OWED.handWritten : OWED.peers })),
    ),
    ...kernels
      .filter((kernel) => kernel !== WITHOUT_COLUMNS)
      .map((kernel): Row => ({ way: 'columns', kernel, own, other: 'indicatorts', owed: OWED.peers })),
    ...(Object.keys(windows) as Kernel[]).map((kernel): Row => ({ way: 'window', kernel, own: '200', other: '20', owed: OWED.window })),
  ];
}

const cellsOf = ({ way, kernel, own, other }: Row): string[][] => [own, other].map((contender) => [way, kernel, contender]);

async function measure(cell: readonly string[]): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [CELL, ...cell], { maxBuffer: 1e6 });
  return JSON.parse(stdout) as number;
}

/** The fastest of all rounds, by cell. */
async function measureAll(cells: readonly (readonly string[])[]): Promise<Map<string, number>> {
  const fastest = new Map<string, number>();
  let done = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const cell of cells) {
      const key = cell.join(' ');
      fastest.set(key, Math.min(fastest.get(key) ?? Number.POSITIVE_INFINITY, await measure(cell)));
      if (process.stderr.isTTY) process.stderr.write(`\r${++done} of ${ROUNDS * cells.length} cells `);
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
  return fastest;
}

const WHAT = { stream: 'a bar', columns: 'a bar of columns', window: 'a bar, window of 200' } as const;

export async function benchIndicators(): Promise<BenchReport> {
  const all = rows();
  const harness = ['stream', 'sma', 'nothing'];
  const cells = [harness, ...all.flatMap(cellsOf)];
  const unique = cells.filter((cell, nth) => cells.findIndex((other) => other.join(' ') === cell.join(' ')) === nth);
  const fastest = await measureAll(unique);
  const of = (cell: readonly string[] | undefined): number => fastest.get((cell ?? []).join(' ')) ?? Number.NaN;
  const results = all.map((row): BenchResult => {
    const [own, other] = cellsOf(row).map(of) as [number, number];
    const versus = `${row.way === 'window' ? `window of ${row.other}` : row.other} ${other.toFixed(1)} ns`;
    return {
      what: `${row.kernel} ${WHAT[row.way]}`,
      value: Number(own.toFixed(1)),
      unit: 'ns',
      versus,
      ratio: own / other,
      owed: row.owed,
    };
  });
  const nothing: BenchResult = { what: 'nothing, a bar', value: Number(of(harness).toFixed(1)), unit: 'ns' };
  return { bench: 'indicators', machine: machine(), results: [nothing, ...results] };
}
