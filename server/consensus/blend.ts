/**
 * Votes → target. Each awake deployment's newest claim counts as direction × confidence × decay, weighed by the
 * deployment's static weight. A deployment without a live claim is asleep and not counted; an explicit `flat` is a vote of
 * nothing and is.
 */
import type { Market, StandingSignal } from '#server/domain/books.ts';
import type { PortfolioPlan } from '#server/domain/plan.ts';
import type { Direction, Target, Vote } from '#server/domain/signal.ts';
import type { Instant } from '#server/domain/time.ts';

const SIGN: Record<Direction, number> = { up: 1, flat: 0, down: -1 };

/** With a horizon a claim loses half its strength every half horizon and falls asleep at its end; without one it stands. */
function strength(signal: StandingSignal, at: Instant): number {
  if (signal.horizonMs === undefined) return 1;
  const age = at - signal.at;
  return age >= signal.horizonMs ? 0 : 2 ** (-age / (signal.horizonMs / 2));
}

export function votesOf(market: Market, at: Instant): Vote[] {
  const votes: Vote[] = [];
  for (const { deployment, standing } of market.seats) {
    if (standing === undefined) continue;
    const decay = strength(standing, at);
    if (decay === 0) continue;
    const { direction, confidence, reason } = standing;
    votes.push({
      deployment: deployment.id,
      direction,
      confidence,
      value: SIGN[direction] * confidence * decay,
      weight: deployment.weight,
      reason,
    });
  }
  return votes;
}

/** Of the target, what the votes alone say; the quorum is the smaller of: awake deployments of all, awake weight of all weight. */
type Blend = Pick<Target, 'score' | 'agreement' | 'quorum'>;

function blendOf(votes: readonly Vote[], market: Market): Blend {
  let weight = 0;
  let signed = 0;
  let unsigned = 0;
  for (const vote of votes) {
    weight += vote.weight;
    signed += vote.weight * vote.value;
    unsigned += vote.weight * Math.abs(vote.value);
  }
  let allWeight = 0;
  for (const { deployment } of market.seats) allWeight += deployment.weight;
  return {
    score: weight === 0 ? 0 : signed / weight,
    agreement: unsigned === 0 ? 0 : Math.abs(signed) / unsigned,
    quorum: allWeight === 0 ? 0 : Math.min(votes.length / market.seats.length, weight / allWeight),
  };
}

/** What the portfolio would like now, given what it holds (−1 short, 0 nothing, 1 long). */
export function targetOf(portfolio: PortfolioPlan, market: Market, votes: readonly Vote[]): Target {
  const blend = blendOf(votes, market);
  const held = Math.sign(market.held);
  const { stance, action, reason } = held === 0 ? entry(portfolio, blend) : stay(portfolio, blend, held);
  const { score, agreement, quorum } = blend;
  return { portfolio: portfolio.id, symbol: market.symbol, score, agreement, quorum, stance, action, reason };
}

type Stance = Pick<Target, 'stance' | 'action' | 'reason'>;

const hold = (reason: string): Stance => ({ stance: 0, action: 'hold', reason });

function entry({ blend, mayShort }: PortfolioPlan, { score, agreement, quorum }: Blend): Stance {
  // A score of nothing has no side, however low the threshold.
  if (score === 0 || Math.abs(score) < blend.enterAt) return hold(`score ${score.toFixed(2)} is within ±${blend.enterAt}`);
  if (agreement < blend.minAgreement) return hold(`agreement ${agreement.toFixed(2)} is below ${blend.minAgreement}`);
  if (quorum < blend.minQuorum) return hold(`quorum ${quorum.toFixed(2)} is below ${blend.minQuorum}`);
  if (score < 0 && !mayShort) return hold(`score ${score.toFixed(2)} says short, and the portfolio may not`);
  return { stance: Math.sign(score), action: 'enter', reason: `score ${score.toFixed(2)} is beyond ±${blend.enterAt}` };
}

function stay({ blend }: PortfolioPlan, { score }: Blend, held: number): Stance {
  if (score * held < blend.exitBelow) {
    return { stance: 0, action: 'exit', reason: `score ${score.toFixed(2)} no longer carries the position (${blend.exitBelow})` };
  }
  return { stance: held, action: 'hold', reason: `score ${score.toFixed(2)} carries the position` };
}
