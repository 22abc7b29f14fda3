/**
 * The eleven kernels in nanoseconds a bar: bar by bar beside the same written by hand, technicalindicators, trading-signals and
 * indicatorts; over whole columns, which is all that indicatorts is made for; and at windows of 10 to 10,000 bars. What is compared ran
 * in turn in one process (indicator-cell.ts), in several rounds of processes: time and ratio are medians over the rounds.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CONTENDERS, WINDOWS, windows } from './indicator-contenders.ts';
import { type Kernel, references } from './indicator-references.ts';
import { type BenchReport, type BenchResult, machine, median } from './machine.ts';

const ROUNDS = 3;
const CELL = fileURLToPath(new URL('indicator-cell.ts', import.meta.url));
/** indicatorts has none. */
const WITHOUT_COLUMNS: Kernel = 'adx';
const OWN = 'insydetradar';

/** The largest share of the other's time that is owed. */
const OWED = { handWritten: 1.5, peers: 1, window: 1.2 } as const;

/** Nanoseconds a bar, by contender. */
type Times = Readonly<Record<string, number>>;

interface Cell {
  readonly way: 'stream' | 'columns' | 'window';
  readonly kernel: string;
  readonly rounds: Times[];
}

function cells(): Cell[] {
  const kernels = Object.keys(references);
  const of = (way: Cell['way'], names: readonly string[]): Cell[] => names.map((kernel) => ({ way, kernel, rounds: [] }));
  const columns = kernels.filter((kernel) => kernel !== WITHOUT_COLUMNS);
  return [...of('stream', kernels), ...of('columns', columns), ...of('window', Object.keys(windows))];
}

async function measure({ way, kernel, rounds }: Cell): Promise<void> {
  const { stdout } = await promisify(execFile)(process.execPath, [CELL, way, kernel], { maxBuffer: 1e6 });
  rounds.push(JSON.parse(stdout) as Times);
}

async function measureAll(all: readonly Cell[]): Promise<void> {
  let done = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const cell of all) {
      await measure(cell);
      if (process.stderr.isTTY) process.stderr.write(`\r${++done} of ${ROUNDS * all.length} processes `);
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
}

const timeOf = ({ rounds }: Cell, contender: string): number => median(rounds.map((times) => times[contender] as number));

const rounded = (ns: number): number => Number(ns.toFixed(1));

/** The median of the ratios, each of one process. */
const ratioOf = ({ rounds }: Cell, own: string, other: string): number =>
  median(rounds.map((times) => (times[own] as number) / (times[other] as number)));

/** Of columns nothing is owed: nobody trades by them, and how well V8 takes a kernel apart that lives for one loop is chance. */
function owedTo(other: string, { way }: Cell): { owed?: number } {
  if (way === 'columns') return {};
  return { owed: other === 'handWritten' ? OWED.handWritten : OWED.peers };
}

function besideOthers(cell: Cell): BenchResult[] {
  const others = CONTENDERS.filter((contender) => contender !== OWN && contender in (cell.rounds[0] ?? {}));
  return others.map((other) => ({
    what: `${cell.kernel} ${cell.way === 'columns' ? 'a bar of columns' : 'a bar'}`,
    value: rounded(timeOf(cell, OWN)),
    unit: 'ns',
    versus: `${other} ${timeOf(cell, other).toFixed(1)} ns`,
    ratio: ratioOf(cell, OWN, other),
    ...owedTo(other, cell),
  }));
}

function besideShortest(cell: Cell): BenchResult[] {
  const [shortest, ...longer] = WINDOWS.map(String) as [string, ...string[]];
  return longer.map((length) => ({
    what: `${cell.kernel} a bar, window of ${length}`,
    value: rounded(timeOf(cell, length)),
    unit: 'ns',
    versus: `window of ${shortest} ${timeOf(cell, shortest).toFixed(1)} ns`,
    ratio: ratioOf(cell, length, shortest),
    owed: OWED.window,
  }));
}

export async function benchIndicators(): Promise<BenchReport> {
  const all = cells();
  await measureAll(all);
  const harness = median(all.filter(({ way }) => way === 'stream').map((cell) => timeOf(cell, 'nothing')));
  const nothing: BenchResult = { what: 'nothing, a bar', value: rounded(harness), unit: 'ns' };
  const results = all.flatMap((cell) => (cell.way === 'window' ? besideShortest(cell) : besideOthers(cell)));
  return { bench: 'indicators', machine: machine(), results: [nothing, ...results] };
}
