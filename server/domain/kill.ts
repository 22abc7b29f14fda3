/**
 * The levels of the kill switch, in order. The effective level is the maximum of all that was engaged since the last
 * release: engaging is idempotent, commutative and never lowers it.
 */
import type { Instant } from './time.ts';

export const KILL_LEVELS = ['armed', 'reduceOnly', 'halt', 'cancelOpening', 'cancelAll', 'flatten', 'sever'] as const;
/** `armed` means that nothing is engaged: orders may open positions. */
export type KillLevel = (typeof KILL_LEVELS)[number];
export type EngagedLevel = Exclude<KillLevel, 'armed'>;

export interface KillLatch {
  readonly level: KillLevel;
  /** The sequence number of the event that brought it to this level; a release must name it. 0 when armed. */
  readonly latchId: number;
  readonly by: string;
  readonly reason: string;
  readonly at: Instant;
}

/** Who engages when the sentinel file stands; it has no reason of its own. */
export const BY_SENTINEL = 'sentinel';
/** Who engages when the broker says that somebody has suspended trading there. */
export const BY_BROKER = 'broker';

/** Who engages or releases by the control plane with the operator's token, with the viewer's, and by a signal. */
export const BY_OPERATOR = 'api';
export const BY_VIEWER = 'viewer';
export const BY_SIGNAL = 'signal';

const PEOPLE: readonly string[] = [BY_OPERATOR, BY_VIEWER, BY_SIGNAL];

/** Rules and files say the same again and again; a person says it because of something. */
export const isPerson = (by: string): boolean => PEOPLE.includes(by);

const rank = (level: KillLevel): number => KILL_LEVELS.indexOf(level);

export const atLeast = (level: KillLevel, bound: KillLevel): boolean => rank(level) >= rank(bound);

export const higher = (a: KillLevel, b: KillLevel): KillLevel => (rank(a) >= rank(b) ? a : b);

/** Opening orders may leave. */
export const mayOpen = (level: KillLevel): boolean => level === 'armed';

/** Reducing orders that an agent's decision asks for may leave; the flatten job's own orders may up to `flatten`. */
export const mayReduce = (level: KillLevel): boolean => !atLeast(level, 'halt');

/** On the way out an order of this kind may pass: one without a portfolio that reduces is the kill switch's own closing order. */
export const mayPlace = (
  level: KillLevel,
  order: { readonly purpose: 'open' | 'reduce'; readonly portfolio: string | undefined },
): boolean => {
  if (order.purpose === 'open') return mayOpen(level);
  return order.portfolio === undefined ? mayChange(level) : mayReduce(level);
};

/** Anything that changes the account may leave, cancels too: at `sever` nothing does. */
export const mayChange = (level: KillLevel): boolean => level !== 'sever';
