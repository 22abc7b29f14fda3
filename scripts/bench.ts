/**
 * `npm run bench -- NAME [--seconds N] [--json]`: prints machine, medians and the ratio to something measured in the same run; ends with
 * 1 when one misses what is owed.
 */
import { parseArgs } from 'node:util';
import type { BenchReport, BenchResult } from './bench/machine.ts';

interface BenchOptions {
  /** How long to measure, where that can be chosen. */
  readonly seconds?: number;
}

const benches: Readonly<
  Record<string, { help: string; load: () => Promise<(options: BenchOptions) => BenchReport | Promise<BenchReport>> }>
> = {
  backtest: {
    help: 'backtests through the whole engine, beside a hand-written loop and grademark; peak memory and cold start of the command line',
    load: async () => (await import('./bench/backtest.ts')).benchBacktest,
  },
  data: {
    help: 'a year of minute bars from the columnar files, beside the bars table and CSV',
    load: async () => (await import('./bench/data.ts')).benchData,
  },
  engine: {
    help: 'bars per second through the pure engine, beside a hand-written loop',
    load: async () => (await import('./bench/engine.ts')).benchEngine,
  },
  exchange: {
    help: 'order round trips and stream messages of the local exchange, by a client in another process; --seconds N',
    load: async () => (await import('./bench/exchange.ts')).benchExchange,
  },
  indicators: {
    help: 'nanoseconds a bar of the eleven kernels, beside hand-written ones and other packages',
    load: async () => (await import('./bench/indicators.ts')).benchIndicators,
  },
  judge: {
    help: 'the whole judge: microseconds of an intent, and of a bar on which nobody wants anything',
    load: async () => (await import('./bench/judge.ts')).benchJudge,
  },
  kill: {
    help: 'the kill switch: from a trip to held, durable and cancelled; trips of the real daemon and of a simulated one; a frozen one (15 minutes)',
    load: async () => (await import('./bench/kill.ts')).benchKill,
  },
  latency: {
    help: 'from a bar to its order on the wire with the journal durable in between: a whole daemon, the exchange in another process',
    load: async () => (await import('./bench/latency.ts')).benchLatency,
  },
  'order-book': {
    help: "a million orders in one run through the adapter's indexes and the engine: time of an event, memory kept",
    load: async () => (await import('./bench/order-book.ts')).benchOrderBook,
  },
  stream: {
    help: 'stream messages a second through the SDK into the engine and its journal, beside the SDK alone',
    load: async () => (await import('./bench/stream.ts')).benchStream,
  },
  sweep: {
    help: 'trials per second of a sweep by two worker threads, beside one',
    load: async () => (await import('./bench/sweep.ts')).benchSweep,
  },
  store: {
    help: 'durable journal entries on SQLite, beside the same rows by hand',
    load: async () => (await import('./bench/store.ts')).benchStore,
  },
};

const USAGE = `npm run bench -- NAME [--seconds N] [--json]\n\n${Object.entries(benches)
  .map(([name, { help }]) => `  ${name.padEnd(12)} ${help}`)
  .join('\n')}\n`;

const isMissed = ({ ratio, owed }: BenchResult): boolean => ratio !== undefined && owed !== undefined && !(ratio <= owed);

function print(report: BenchReport): void {
  const { cpu, cores, memoryGiB, node } = report.machine;
  console.log(`${report.bench} on ${cores} × ${cpu}, ${memoryGiB} GiB, Node ${node}`);
  for (const result of report.results) {
    const { what, value, unit, versus, ratio, owed } = result;
    const beside = versus === undefined ? '' : `   beside ${versus}`;
    const missed = isMissed(result) ? `, MISSED: ${owed} is owed` : '';
    const by = ratio === undefined ? '' : ` (ratio ${ratio.toFixed(3)}${missed})`;
    console.log(`  ${what.padEnd(28)} ${value.toLocaleString('en-US').padStart(14)} ${unit}${beside}${by}`);
  }
}

async function main(): Promise<number> {
  const options = { json: { type: 'boolean' }, seconds: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const bench = benches[positionals[0] ?? ''];
  if (bench === undefined) {
    console.error(USAGE);
    return 2;
  }
  const seconds = Number(values.seconds ?? Number.NaN);
  if (values.seconds !== undefined && !(seconds > 0)) throw new Error(`--seconds ${values.seconds} is not a number of seconds`);
  const report = await (await bench.load())(values.seconds === undefined ? {} : { seconds });
  print(report);
  if (values.json) console.log(JSON.stringify(report));
  return report.results.some(isMissed) ? 1 : 0;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  return 2;
});
