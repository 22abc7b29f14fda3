/** `tradar sweep`: many parameters of one agent over the same bars, and an honest word about the best of them. */
import { BACKTEST_FLAGS } from './cli/backtest-flags.ts';
import { type Call, EXIT, type Flag, type Verb } from './cli/verb.ts';

const OF_BACKTEST = [
  ...[
    'agent',
    'agent-file',
    'set',
    'bars',
    'symbols',
    'adjustment',
    'from',
    'to',
    'timeframe',
    'cash',
    'fraction',
    'short',
    'fill',
    'commission',
    'slippage',
  ],
  ...['slip-beyond', 'participation', 'delay', 'legs', 'trail', 'leverage', 'hours'],
];

const taken = (names: readonly string[]): Record<string, Flag> =>
  Object.fromEntries(Object.entries(BACKTEST_FLAGS).filter(([name]) => names.includes(name)));

export const sweep: Verb = {
  name: 'sweep',
  summary: 'Tries many parameters of an agent, goes on where it was stopped, and says how much of the best is luck.',
  flags: {
    vary: { type: 'text', value: 'NAME=VALUES', repeats: true, help: 'a parameter that varies: 5..50 or 5..50:5 or 5,10,20 or sma,ema' },
    search: { type: 'text', value: 'grid|random|tpe', help: 'default grid, or tpe where a range has no step' },
    trials: { type: 'text', value: 'N', help: 'random and tpe: how many; default 100' },
    seed: { type: 'text', value: 'N', help: 'random and tpe: what chance is made of; default 1' },
    objective: { type: 'text', value: 'METRIC', help: 'what is best: a metric, with a minus before it the smallest; default sharpe' },
    workers: { type: 'text', value: 'N|remote', help: 'threads; default one for each core. remote: whoever joins over REDIS_URL' },
    join: { type: 'switch', help: 'become a worker of remote sweeps until stopped; --bars SYMBOL=FILE says where bars lie here' },
    top: { type: 'text', value: 'N', help: 'how many of the best to print; default 10' },
    out: { type: 'text', value: 'FOLDER', help: 'where trials are kept; otherwise under sweeps/ in the home, by what is searched' },
    ...taken(OF_BACKTEST),
  },
  notes: [
    'tradar sweep --agent ma-cross --vary fast=5..30:5 --vary slow=20..100:10 --bars GOOG.csv.gz',
    'The same call again goes on with what is missing. Ctrl-C ends it after the trials that are under way.',
  ],
  async run(call) {
    if (call.has('join')) return await (await import('./cli/sweep-join.ts')).joinSweeps(call);
    return await runSweep(call);
  },
};

async function runSweep(call: Call): Promise<number> {
  const { chosenAgent } = await import('./cli/agent-choice.ts');
  const { misuse } = await import('./cli/failure.ts');
  const { countOf, sweepOptions } = await import('./cli/sweep-options.ts');
  const { loadWanted } = await import('./cli/backtest-input.ts');
  const { checkBars } = await import('./cli/agent-bars.ts');
  const { carryOut } = await import('./cli/sweep-carry-out.ts');
  const { reportSweep } = await import('./cli/sweep-report.ts');
  const options = sweepOptions(call, await chosenAgent(call));
  if (call.text('workers') === 'remote' && call.has('symbols')) {
    throw misuse(
      'remote workers can not see the bars that are stored here',
      'write them to files with "tradar data export", and give these by --bars',
    );
  }
  if (call.text('workers') === 'remote' && options.file !== undefined) {
    throw misuse('remote workers have the built-in agents alone', 'leave --workers remote out; threads here take --agent-file');
  }
  const top = countOf(call, 'top', 1, 1000, 10);
  const loaded = await loadWanted(call);
  checkBars(options.kind, loaded.bars);
  const done = await carryOut(call, options, loaded);
  reportSweep(call, { ...done, options, top });
  return done.isWhole ? EXIT.done : EXIT.failed;
}
