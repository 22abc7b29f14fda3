/**
 * Backtests through the whole engine, beside a loop written by hand for just this and beside grademark, in turns; and
 * the command line on files: its peak memory on a million bars and on three, and how long ten thousand take from a cold start.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { stampSeconds } from '#server/exchange/stamp.ts';
import { FAST, SLOW } from './backtest-cases.ts';
import { contest } from './contest.ts';
import { type BenchReport, type BenchResult, machine, median } from './machine.ts';
import { walkColumns } from './walk.ts';

const BARS = 1_000_000;
const ROUNDS = 7;
const COLD_STARTS = 5;
const FEW_BARS = 10_000;
/** Quoted from a comparison on another day, on a machine like this: the same cross on a million bars. */
const QUOTED = 'backtesting.py 217000, backtrader 12300, backtest-kit 2900 bars/s (quoted)';

async function speeds(): Promise<BenchResult[]> {
  const module = new URL('./backtest-contender.ts', import.meta.url);
  const names = ['hand', 'engine', 'grademark', 'panel'] as const;
  const { hand, engine, grademark, panel } = await contest({ module, names, bars: BARS, rounds: ROUNDS });
  const rate = (what: string, value: number): BenchResult => ({ what, value: Math.round(value), unit: 'bars/s' });
  return [
    { ...rate('crossOnOneSymbol', engine), versus: `grademark ${Math.round(grademark)} bars/s`, ratio: engine / grademark },
    { ...rate('besideHandWritten', engine), versus: `hand-written loop ${Math.round(hand)} bars/s`, ratio: engine / hand },
    { ...rate('besideOthers', engine), versus: QUOTED },
    rate('threeAgentsOnTenSymbols', panel),
  ];
}

const FEW_LINES = 5_000;

function writeBars(path: string, { length, startsAt, open, high, low, close, volume }: BarColumns): void {
  const file = openSync(path, 'w');
  let lines = 'timestamp,open,high,low,close,volume\n';
  for (let nth = 0; nth < length; nth++) {
    lines += `${stampSeconds(startsAt[nth] as number)},${open[nth]},${high[nth]},${low[nth]},${close[nth]},${volume[nth]}\n`;
    if (nth % FEW_LINES !== 0 && nth + 1 < length) continue;
    writeSync(file, lines);
    lines = '';
  }
  closeSync(file);
}

interface Measured {
  readonly ms: number;
  readonly peakMiB: number;
}

function call(folder: string, file: string): Measured {
  const script = fileURLToPath(new URL('./measured-call.ts', import.meta.url));
  const args = ['backtest', '--agent', 'ma-cross', '--set', `fast=${FAST}`, '--set', `slow=${SLOW}`, '--bars', file, '--hours', 'always'];
  const out = join(folder, 'run');
  const { status, stderr } = spawnSync(process.execPath, [script, ...args, '--out', out], { encoding: 'utf8' });
  rmSync(out, { recursive: true, force: true });
  if (status !== 0) throw new Error(`the backtest ended with ${status}: ${stderr}`);
  return JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as Measured;
}

function onFiles(): BenchResult[] {
  const folder = mkdtempSync(join(tmpdir(), 'tradar-bench-'));
  try {
    const file = (bars: number): string => {
      const path = join(folder, `AAPL_${bars}.csv`);
      writeBars(path, walkColumns('AAPL', bars, 7));
      return path;
    };
    const few = file(FEW_BARS);
    const cold = Array.from({ length: COLD_STARTS }, () => call(folder, few).ms);
    const [one, three] = [call(folder, file(BARS)), call(folder, file(3 * BARS))];
    const mib = ({ peakMiB }: Measured): number => Math.round(peakMiB);
    return [
      { what: 'peakMemoryOfAMillionBars', value: mib(one), unit: 'MiB' },
      { what: 'peakMemoryOfThreeMillion', value: mib(three), unit: 'MiB', versus: 'a million', ratio: three.peakMiB / one.peakMiB },
      { what: 'tenThousandBarsFromCold', value: Math.round(median(cold)), unit: 'ms' },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const benchBacktest = async (): Promise<BenchReport> => ({
  bench: 'backtest',
  machine: machine(),
  results: [...(await speeds()), ...onFiles()],
});
