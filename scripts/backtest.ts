/** `tradar backtest`: an agent, a plan or a script of orders over bars of the past, through the engine that trades. */
import { setFlagsFromString } from 'node:v8';
import { BACKTEST_FLAGS } from './cli/backtest-flags.ts';
import { type Call, EXIT, type Verb } from './cli/verb.ts';

export const backtest: Verb = {
  name: 'backtest',
  summary: 'Runs an agent, a plan or scripted orders over bars of the past, and keeps everything in a folder.',
  flags: BACKTEST_FLAGS,
  notes: [
    'tradar backtest --agent ma-cross --set fast=10 --set slow=20 --bars GOOG.csv.gz --cash 10000 --commission percent:0.001',
    'tradar backtest --orders orders.csv --bars GOOG.csv.gz --json',
    'What is assumed about fills, and when: docs/backtesting.md',
  ],
  async run(call) {
    if (call.has('list')) {
      const { listAgents } = await import('./cli/agent-list.ts');
      const { agents } = await import('#server/agents/registry.ts');
      listAgents(call, Object.values(agents));
      return EXIT.done;
    }
    // A run lets go of almost all that it makes, so a nursery that grows, and a heap that grows fourfold before anybody looks
    // at it, are memory for nothing.
    setFlagsFromString('--semi-space-growth-factor=1');
    setFlagsFromString('--heap-growing-percent=150');
    return await runBacktest(call);
  },
};

async function runBacktest(call: Call): Promise<number> {
  const { cashOf, fillSettingsOf } = await import('./cli/backtest-flags.ts');
  const { openWanted } = await import('./cli/backtest-input.ts');
  const { readTask } = await import('./cli/backtest-work.ts');
  const { carryOut } = await import('./cli/backtest-run.ts');
  const { report } = await import('./cli/backtest-report.ts');
  const { htmlPath, writeReport } = await import('./cli/backtest-html.ts');
  const { metricTerms } = await import('./cli/metric-terms.ts');
  const fill = fillSettingsOf(call);
  const cash = cashOf(call);
  const html = htmlPath(call);
  const terms = await metricTerms(call);
  const task = await readTask(call);
  const opened = await openWanted(call, task.scriptedSymbols);
  const done = await carryOut(call, { task, opened, fill, cash, terms });
  if (html !== undefined) await writeReport(html, done);
  report(call, done, html);
  return EXIT.done;
}
