/**
 * What became of a request of ours, whatever it asks for: to place, to cancel, to replace. Before it there is a draft (an intent) and its
 * approval (only `judge()` gives it); the request begins when it is journalled, before it is sent.
 */
import type { Instant } from './time.ts';

/**
 * On its way; the broker has it; a definite no; no definite answer; given up. What was given up is remembered for good: should it
 * turn up after all, it is taken in and cancelled.
 */
export type RequestState = 'submitting' | 'acked' | 'refused' | 'unknown' | 'abandoned';

const MOVES: Readonly<Record<RequestState, readonly RequestState[]>> = {
  submitting: ['acked', 'refused', 'unknown'],
  unknown: ['acked', 'refused', 'abandoned'],
  acked: ['abandoned'],
  // Evidence that it is there goes above every answer that said it is not.
  refused: ['acked', 'abandoned'],
  abandoned: ['acked'],
};

/** The state after it, which is the same where that is no move. */
export const moved = (from: RequestState, to: RequestState): RequestState => (MOVES[from].includes(to) ? to : from);

/** A cancel may be asked for more than once; each attempt begins anew. */
export interface CancelRequest {
  readonly state: RequestState;
  /** Since the broker last said something new of the order. */
  readonly attempts: number;
  readonly sentAt: Instant;
}

/** So often a cancel that is refused is asked for again before a person is told; then only seldom, unless the broker says something new. */
export const CANCEL_ATTEMPTS = 5;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** What a broker refused five times it may take later: who wants to leave a position does not stop wanting to. */
const SELDOM_MS = 300_000;

/** Whether an order that lives on in spite of it may be cancelled again: twice as long after each attempt. */
export const mayCancelAgain = ({ state, attempts, sentAt }: CancelRequest, at: Instant): boolean =>
  at - sentAt >= (state === 'abandoned' ? SELDOM_MS : Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS));
