/** What a backtest is to do: an agent alone, a plan, or a script. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { limits } from '#config/limits.ts';
import { planOf } from '#config/plan.ts';
import { fees, portfolio } from '#config/portfolios.ts';
import { agentOver } from '#server/agents/agent.ts';
import { agents } from '#server/agents/registry.ts';
import { agentPlan } from '#server/backtest/agent-plan.ts';
import type { Work } from '#server/backtest/request.ts';
import { parseScript } from '#server/backtest/script-file.ts';
import { tradingHours } from '#server/backtest/trading-hours.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Plan } from '#server/domain/plan.ts';
import { isLonger } from '#server/domain/timeframe.ts';
import { checkBars } from './agent-bars.ts';
import { chosenAgent, INVESTED } from './agent-choice.ts';
import { barFailure, loadOpened } from './backtest-bars.ts';
import { fractionOf, hoursOf } from './backtest-flags.ts';
import { openWanted } from './backtest-input.ts';
import { misuse } from './failure.ts';
import { readParameters } from './parameters.ts';
import { readText } from './read-text.ts';
import type { Call } from './verb.ts';

export interface Task {
  /** What the run is called after. */
  readonly name: string;
  /** Symbols of the script, when that is what it is: a file of bars may not say its own. */
  readonly scriptedSymbols: readonly AssetSymbol[];
  /** As the run's folder keeps it. */
  readonly told: object;
  /** What is to be said of the work on such bars. */
  remarksOn?(heads: readonly BarColumns[]): string[];
  /** `heads` are the first bars of each symbol; they go on until an instant at most. */
  workOn(heads: readonly BarColumns[], until: number): Work;
}

export async function readTask(call: Call): Promise<Task> {
  const given = (['agent', 'agent-file', 'plan', 'orders'] as const).filter((flag) => call.text(flag) !== undefined);
  if (given.length !== 1) {
    const what = given.length === 0 ? 'what is to be tested?' : `--${given.join(' and --')} exclude each other`;
    throw misuse(what, 'give one of --agent NAME, --agent-file FILE, --plan FILE, --orders FILE');
  }
  if (given[0] === 'agent' || given[0] === 'agent-file') return await agentTask(call);
  for (const flag of ['set', 'fraction', 'short']) {
    if (call.has(flag)) throw misuse(`--${flag} goes with --agent alone`, `leave it out, or say it in the ${given[0]}`);
  }
  return given[0] === 'plan' ? await planTask(call, call.text('plan') ?? '') : await scriptTask(call.text('orders') ?? '');
}

async function agentTask(call: Call): Promise<Task> {
  const { kind, file } = await chosenAgent(call);
  const config = readParameters(kind.name, kind.schema, call.all('set'));
  const fraction = fractionOf(call);
  const mayShort = call.has('short');
  const hours = hoursOf(call);
  // Features are made of all bars at once, so these are read before they are streamed.
  const history = kind.over === undefined ? [] : (await loadOpened(await openWanted(call, []))).bars;
  return {
    name: kind.name,
    scriptedSymbols: [],
    told: { agent: kind.name, ...(file === undefined ? {} : { file }), config, fraction: fraction ?? null, mayShort, hours },
    remarksOn: (heads) => {
      checkBars(kind, heads);
      return [];
    },
    workOn(heads, until) {
      const symbols = heads.map(({ symbol }) => symbol);
      const plan = agentPlan({
        kind: agentOver(kind, history),
        config,
        symbols,
        fraction: fraction ?? INVESTED / symbols.length,
        mayShort,
      });
      return { kind: 'plan', plan, sessions: tradingHours(heads, hours, until).sessions };
    },
  };
}

const planFile = z
  .strictObject({
    portfolios: z.array(portfolio).min(1).max(100),
    limits: limits.prefault({}),
    fees: fees.prefault({}),
  })
  .superRefine(({ portfolios }, context) => {
    const [ids, deployments, symbols] = [new Set<string>(), new Set<string>(), new Set<string>()];
    const once = (seen: Set<string>, value: string, what: string, path: (string | number)[]): void => {
      if (seen.has(value))
        context.addIssue({ code: 'custom', path: ['portfolios', ...path], message: `${what} "${value}" is there already` });
      seen.add(value);
    };
    // As the daemon has it: a symbol has one owner, and the later one would get nothing.
    for (const [nth, one] of portfolios.entries()) {
      once(ids, one.id, 'the portfolio', [nth, 'id']);
      for (const [which, { id }] of one.deployments.entries()) once(deployments, id, 'the deployment', [nth, 'deployments', which, 'id']);
      for (const [which, symbol] of one.symbols.entries()) once(symbols, symbol, 'the symbol', [nth, 'symbols', which]);
    }
  });

async function planTask(call: Call, path: string): Promise<Task> {
  const hours = hoursOf(call);
  const parsed = planFile.safeParse(await readJson(path));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.') || 'the file'}: ${issue.message}`);
    throw misuse(`${path} is no plan:\n${faults.join('\n')}`, 'docs/configuration.md has every key of portfolios, limits and fees');
  }
  const { plan, planText } = planOf(parsed.data);
  return {
    name: plan.portfolios
      .map(({ id }) => id)
      .join('-')
      .slice(0, 40),
    scriptedSymbols: [],
    told: { plan: JSON.parse(planText) as object, hours },
    remarksOn: (heads) => shorterThanBars(plan, heads),
    workOn(heads, until) {
      return { kind: 'plan', plan, sessions: tradingHours(heads, hours, until).sessions };
    },
  };
}

/** Bars can not be made shorter. A minute, which is what a plan means that says nothing, is taken for the bars as they are. */
function shorterThanBars({ portfolios }: Plan, [head]: readonly BarColumns[]): string[] {
  if (head === undefined) return [];
  const { timeframe } = head;
  const shorter = portfolios.flatMap(({ deployments }) => deployments.filter((one) => one.timeframe.ms < timeframe.ms));
  const refused = shorter.find((one) => isLonger(one.timeframe));
  if (refused !== undefined) {
    const message = `${refused.id} looks at bars of ${refused.timeframe.name}, which bars of ${timeframe.name} can not be made into`;
    throw misuse(message, 'give shorter bars, or leave its timeframe out: it then sees the bars as they are');
  }
  // Those of a minute see the bars as they are.
  for (const kind of shorter.map(({ agent }) => agents[agent])) if (kind !== undefined) checkBars(kind, [head]);
  if (shorter.length === 0) return [];
  const who = shorter.map(({ id }) => id).join(', ');
  return [`the bars are of ${timeframe.name}, and so is what 1Min means in this plan: ${who} counted its windows in them`];
}

async function scriptTask(path: string): Promise<Task> {
  const text = await readText('orders', path, 'barFile');
  try {
    const orders = parseScript({ name: path, text });
    return {
      name: 'orders',
      scriptedSymbols: [...new Set(orders.map(({ symbol }) => symbol))],
      told: { orders: path, count: orders.length },
      workOn: () => ({ kind: 'script', orders }),
    };
  } catch (error) {
    throw barFailure(error);
  }
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw misuse(`${path} can not be read: ${error.code ?? error.message}`, 'give --plan a file that is there');
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw misuse(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`, 'repair the file');
  }
}
