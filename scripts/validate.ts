/** `tradar validate`: whether a result can be believed: everything that makes backtests look better than they are, one check each. */
import { BACKTEST_FLAGS } from './cli/backtest-flags.ts';
import { type Call, EXIT, type Verb } from './cli/verb.ts';

const { list: _list, plan: _plan, orders: _orders, html: _html, ...OF_BACKTEST } = BACKTEST_FLAGS;

export const validate: Verb = {
  name: 'validate',
  summary: 'Says whether an agent’s backtest can be believed: walk-forward, overfitting, luck, look-ahead, random entries and more.',
  flags: {
    vary: {
      type: 'text',
      value: 'NAME=VALUES',
      repeats: true,
      help: 'what was or could have been tried; otherwise values around the given ones',
    },
    objective: { type: 'text', value: 'METRIC', help: 'by which the best was chosen; default sharpe' },
    only: { type: 'text', value: 'A,B', help: 'only these checks; "--only list" names them' },
    draws: { type: 'text', value: 'N', help: 'histories that are drawn; default 1000 of trades, a tenth of it of bars' },
    folds: { type: 'text', value: 'N', help: 'parts of the cross-validation; default 8' },
    seed: { type: 'text', value: 'N', help: 'what chance is made of; default 1' },
    workers: { type: 'text', value: 'N', help: 'threads; default one for each core' },
    ...OF_BACKTEST,
  },
  notes: [
    'tradar validate --agent ma-cross --set fast=10 --set slow=20 --bars GOOG.csv.gz',
    'tradar validate --agent-file docs/examples/leaking-agent.ts --bars GOOG.csv.gz --only lookAhead',
    'Ends with 1 when an agent looks ahead. What each check means: docs/validation.md',
  ],
  async run(call) {
    if (call.text('only') === 'list') {
      const { CHECKS } = await import('./cli/validate-options.ts');
      call.print(call.json ? JSON.stringify(CHECKS) : CHECKS.join('\n'));
      return EXIT.done;
    }
    return await runValidation(call);
  },
};

async function runValidation(call: Call): Promise<number> {
  const { chosenAgent } = await import('./cli/agent-choice.ts');
  const { readValidation } = await import('./cli/validate-options.ts');
  const { loadWanted } = await import('./cli/backtest-input.ts');
  const { checkBars } = await import('./cli/agent-bars.ts');
  const { examine } = await import('./cli/validate-run.ts');
  const { reportValidation } = await import('./cli/validate-report.ts');
  const options = readValidation(call, await chosenAgent(call));
  const loaded = await loadWanted(call);
  checkBars(options.kind, loaded.bars);
  const examined = await examine(call, options, loaded);
  reportValidation(call, options.kind.name, examined);
  return examined.findings.some(({ check, state }) => check === 'lookAhead' && state === 'fail') ? EXIT.failed : EXIT.done;
}
