/**
 * The broker's eighteen words for what becomes of an order, and what each of them means to us. The adapter passes the word on as it is;
 * everything that hangs on it is read here. A word that is not in the table is taken for an order that lives.
 */
import type { OrderStatus } from './order.ts';

/** Not at the exchange yet; at work, so that it can fill; asleep, and may wake; over; over, and another order stands in its place. */
export type StatusClass = 'pre' | 'live' | 'dormant' | 'terminal' | 'link';
/** What of it counts as exposure: what is unfilled, the larger of itself and its replacement, nothing. */
export type Counted = 'leaves' | 'larger' | 'nothing';

export interface StatusRow {
  readonly class: StatusClass;
  readonly counts: Counted;
  readonly mayCancel: boolean;
  readonly mayReplace: boolean;
  /** Our word for it, once our fills bear it out. */
  readonly reads: OrderStatus;
  /** What decides between two words that the broker said in the same millisecond: the later stage of a life. */
  readonly rank: number;
  /** What may be heard after it; streams skip words, so these are all that can follow and not only the next. */
  readonly next: readonly BrokerStatus[];
}

const ENDS = ['filled', 'canceled', 'expired'] as const;
const AT_WORK = ['partially_filled', 'stopped', 'suspended', 'done_for_day', 'calculated', 'pending_cancel', 'pending_replace'] as const;
const PRE = { class: 'pre', counts: 'leaves', mayCancel: true, mayReplace: false, reads: 'working' } as const;
const LIVE = { class: 'live', counts: 'leaves', mayCancel: true, mayReplace: true, reads: 'working' } as const;
const ASKED = { class: 'live', mayCancel: false, mayReplace: false } as const;
const DORMANT = { class: 'dormant', counts: 'leaves', mayCancel: true, mayReplace: false, reads: 'working' } as const;
const OVER = { class: 'terminal', counts: 'nothing', mayCancel: false, mayReplace: false, next: [] } as const;

export const BROKER_STATUSES = {
  accepted: {
    ...PRE,
    rank: 0,
    next: ['pending_review', 'pending_new', 'accepted_for_bidding', 'held', 'new', ...AT_WORK, ...ENDS, 'rejected', 'replaced'],
  },
  pending_review: {
    ...PRE,
    rank: 0,
    next: ['accepted', 'pending_new', 'new', 'partially_filled', ...ENDS, 'rejected', 'pending_cancel'],
  },
  accepted_for_bidding: { ...PRE, rank: 1, next: ['accepted', 'new', ...AT_WORK, ...ENDS, 'rejected', 'replaced'] },
  pending_new: { ...PRE, rank: 1, next: ['accepted', 'new', ...AT_WORK, ...ENDS, 'rejected', 'replaced'] },
  /**
   * A leg that waits for its turn claims its part of the position all the same. Its price may be moved: the broker's list of what it does not
   * replace lacks this word, and its people tell users to move stop-losses so. Where it refuses, the order is cancelled and given anew.
   */
  held: {
    ...PRE,
    mayReplace: true,
    rank: 1,
    next: ['accepted', 'pending_new', 'new', 'partially_filled', 'pending_cancel', 'pending_replace', ...ENDS, 'rejected', 'replaced'],
  },
  new: { ...LIVE, rank: 2, next: [...AT_WORK, ...ENDS, 'rejected', 'replaced', 'held'] },
  partially_filled: { ...LIVE, rank: 3, next: [...AT_WORK, ...ENDS, 'replaced'] },
  /** The trade is certain and has not happened yet. */
  stopped: { ...LIVE, mayCancel: false, mayReplace: false, rank: 4, next: ['partially_filled', ...ENDS, 'done_for_day', 'calculated'] },
  suspended: { ...DORMANT, rank: 4, next: ['new', 'partially_filled', 'pending_cancel', ...ENDS, 'rejected'] },
  /** An order that is good till cancelled comes back at the next session. */
  done_for_day: {
    ...DORMANT,
    rank: 4,
    next: ['accepted', 'pending_new', 'new', 'partially_filled', 'calculated', 'pending_cancel', 'pending_replace', ...ENDS],
  },
  calculated: { ...DORMANT, mayCancel: false, rank: 5, next: ['done_for_day', 'new', ...ENDS] },
  /** It can still fill, for as long as it takes: a day has been seen. */
  pending_cancel: {
    ...ASKED,
    counts: 'leaves',
    reads: 'cancelling',
    rank: 6,
    next: ['new', 'partially_filled', 'done_for_day', ...ENDS, 'rejected', 'replaced'],
  },
  /** It can still fill, and a cancel of it is refused. */
  pending_replace: { ...ASKED, counts: 'larger', reads: 'working', rank: 6, next: ['new', 'partially_filled', ...ENDS, 'replaced'] },
  rejected: { ...OVER, reads: 'rejected', rank: 7 },
  expired: { ...OVER, reads: 'expired', rank: 8 },
  canceled: { ...OVER, reads: 'cancelled', rank: 9 },
  replaced: { ...OVER, class: 'link', reads: 'cancelled', rank: 10 },
  filled: { ...OVER, reads: 'filled', rank: 11 },
} as const satisfies Record<string, Omit<StatusRow, 'next'> & { readonly next: readonly string[] }>;

export type BrokerStatus = keyof typeof BROKER_STATUSES;

/** A word that nobody has told us of: whatever it means, the order may trade, and the switch may cancel it. */
const UNHEARD_OF: StatusRow = { ...LIVE, mayReplace: false, rank: 2, next: [] };

export const isKnownStatus = (word: string): word is BrokerStatus => Object.hasOwn(BROKER_STATUSES, word);

export const rowOf = (word: string): StatusRow => (isKnownStatus(word) ? BROKER_STATUSES[word] : UNHEARD_OF);

/** Nothing more is expected of the order, in the broker's words. */
export const isOver = (word: string): boolean => rowOf(word).counts === 'nothing';

/** Whether the second may be heard after the first; of a word that we do not know nothing is known. */
export const canFollow = (first: string, second: string): boolean =>
  first === second || !isKnownStatus(first) || !isKnownStatus(second) || rowOf(first).next.includes(second);
