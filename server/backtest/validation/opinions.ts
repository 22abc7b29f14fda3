/** Every opinion of every agent of a plan over bars that are shown one instant at a time. */
import type { AgentAtWork } from '#server/domain/agent.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { AssetSymbol, DeploymentId } from '#server/domain/ids.ts';
import type { Plan, PortfolioPlan } from '#server/domain/plan.ts';
import type { Instant } from '#server/domain/time.ts';
import { runOf } from '../backtest.ts';
import type { BacktestRequest } from '../request.ts';
import { sliced } from './resample-bars.ts';

export interface Opinion {
  /** Start of the bar that the agent saw. */
  readonly at: Instant;
  readonly symbol: AssetSymbol;
  readonly deployment: DeploymentId;
  /** Direction, confidence and reason. */
  readonly said: string;
}

export interface Showing {
  readonly request: Omit<BacktestRequest, 'work'>;
  readonly sessions: Extract<BacktestRequest['work'], { kind: 'plan' }>['sessions'];
  readonly plan: Plan;
  /** Told before the bars that close at an instant are shown: slot and index of each. */
  readonly reveal: (slot: number, index: number) => void;
}

/** The engine is given exactly one bar of each symbol beyond what has happened, so nothing is shown before its time. */
export function opinionsOf({ request, sessions, plan, reveal }: Showing): Opinion[] {
  const { bars } = request;
  const heard: Opinion[] = [];
  const run = runOf({ ...request, work: { kind: 'plan', plan: listening(plan, heard), sessions } });
  const next = bars.map(() => 0);
  const offer = (slot: number): void => {
    const columns = bars[slot] as BarColumns;
    const index = next[slot] as number;
    run.offer(slot, index < columns.length ? sliced(columns, index, index + 1) : undefined);
  };
  for (const slot of bars.keys()) offer(slot);
  for (;;) {
    const endsAt = bars.map((columns, slot) => columns.endsAt[next[slot] as number] ?? Number.POSITIVE_INFINITY);
    const now = Math.min(...endsAt);
    if (now === Number.POSITIVE_INFINITY) break;
    const closing = [...bars.keys()].filter((slot) => endsAt[slot] === now);
    for (const slot of closing) reveal(slot, next[slot] as number);
    run.advance();
    for (const slot of closing) {
      next[slot] = (next[slot] as number) + 1;
      offer(slot);
    }
  }
  run.finish();
  return heard;
}

const listening = (plan: Plan, heard: Opinion[]): Plan => ({
  ...plan,
  portfolios: plan.portfolios.map(
    (portfolio): PortfolioPlan => ({
      ...portfolio,
      deployments: portfolio.deployments.map((deployment) => ({
        ...deployment,
        hire: () => overheard(deployment.hire(), deployment.id, heard),
      })),
    }),
  ),
});

/** The agent itself, with an ear at its door. */
const overheard = (agent: AgentAtWork, deployment: DeploymentId, heard: Opinion[]): AgentAtWork => ({
  onBar(bar) {
    const opinion = agent.onBar(bar);
    if (opinion !== undefined) {
      const { direction, confidence, reason } = opinion;
      heard.push({ at: bar.startsAt, symbol: bar.symbol, deployment, said: `${direction} ${confidence}: ${reason}` });
    }
    return opinion;
  },
  save: () => agent.save(),
  load: (memory) => agent.load(memory),
});
