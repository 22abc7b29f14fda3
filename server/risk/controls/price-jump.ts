/** P25 jump filter: after a move that its bars do not bear out a symbol waits for the next one. */
import type { Tape } from '#server/domain/tape.ts';
import type { Control } from '../control.ts';
import { under, worstMarket } from '../reading.ts';

/** A quiet or a young series explains no less than this of a bar. */
const LEAST_SIGMA = 0.001;

const sigmasOf = ({ lastMove, variance }: Tape): number => lastMove / Math.max(Math.sqrt(variance), LEAST_SIGMA);

export const priceJump: Control = {
  name: 'priceJump',
  id: 'P25',
  term: 'volatility guard (jump filter)',
  answers: '15c3-5(c)(1)(ii)',
  limit: 'maxMoveSigmas',
  asks: 'opening',
  rule: ({ market: { tape }, limits }) => {
    const sigmas = sigmasOf(tape);
    return sigmas > limits.maxMoveSigmas
      ? `the last bar moved by ${(100 * tape.lastMove).toFixed(2)} %, ${sigmas.toFixed(1)} standard deviations, at most ${limits.maxMoveSigmas}`
      : undefined;
  },
  measure: (standing) => worstMarket(standing, ({ tape, symbol }) => under(sigmasOf(tape), standing.limits.maxMoveSigmas, 'count', symbol)),
};
