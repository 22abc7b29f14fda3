/** The broker's words, against Alpaca's list of them and the table of what may follow what: a change of the table is a change here. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BROKER_STATUSES, type BrokerStatus, canFollow, isKnownStatus, isOver, rowOf } from '#server/domain/broker-status.ts';
import { isFinal } from '#server/domain/order.ts';

const words = Object.keys(BROKER_STATUSES) as BrokerStatus[];

/** The enumeration of Alpaca's own client (alpaca-py 0.42, `OrderStatus`). */
const ALPACAS =
  'new partially_filled filled done_for_day canceled expired replaced pending_cancel pending_replace pending_review accepted pending_new accepted_for_bidding stopped rejected suspended calculated held';

test('every status of Alpaca is in the table, and no other', () => {
  expect(new Set(words)).toEqual(new Set(ALPACAS.split(' ')));
});

const CLASSES: Readonly<Record<string, string>> = {
  pre: 'accepted pending_review accepted_for_bidding pending_new held',
  live: 'new partially_filled stopped pending_cancel pending_replace',
  dormant: 'suspended done_for_day calculated',
  terminal: 'rejected expired canceled filled',
  link: 'replaced',
};

test.each(Object.entries(CLASSES))('those that are %s', (of, listed) => {
  expect(words.filter((word) => rowOf(word).class === of)).toEqual(listed.split(' '));
});

test('only an ending counts as nothing; while a replacement is asked for, the larger of the two counts', () => {
  expect(words.filter((word) => rowOf(word).counts === 'nothing')).toEqual(words.filter(isOver));
  expect(words.filter(isOver)).toEqual(['rejected', 'expired', 'canceled', 'replaced', 'filled']);
  expect(words.filter((word) => isFinal(rowOf(word).reads))).toEqual(words.filter(isOver));
  expect(words.filter((word) => rowOf(word).counts === 'larger')).toEqual(['pending_replace']);
});

test('what may be asked of an order', () => {
  expect(words.filter((word) => rowOf(word).mayReplace)).toEqual(['held', 'new', 'partially_filled']);
  expect(words.filter((word) => !rowOf(word).mayCancel && !isOver(word))).toEqual([
    'stopped',
    'calculated',
    'pending_cancel',
    'pending_replace',
  ]);
});

const FOLLOW: Readonly<Record<BrokerStatus, string>> = {
  accepted:
    'pending_review pending_new accepted_for_bidding held new partially_filled filled stopped suspended done_for_day calculated pending_cancel pending_replace canceled expired rejected replaced',
  pending_review: 'accepted pending_new new partially_filled filled canceled rejected expired pending_cancel',
  pending_new:
    'accepted new partially_filled filled stopped suspended done_for_day calculated pending_cancel pending_replace canceled expired rejected replaced',
  accepted_for_bidding:
    'accepted new partially_filled filled stopped suspended done_for_day calculated pending_cancel pending_replace canceled expired rejected replaced',
  held: 'accepted pending_new new partially_filled filled pending_cancel pending_replace canceled expired rejected replaced',
  new: 'partially_filled filled stopped suspended done_for_day calculated pending_cancel pending_replace canceled expired rejected replaced held',
  partially_filled: 'filled stopped suspended done_for_day calculated pending_cancel pending_replace canceled expired replaced',
  stopped: 'partially_filled filled canceled expired done_for_day calculated',
  suspended: 'new partially_filled filled pending_cancel canceled expired rejected',
  done_for_day: 'accepted pending_new new partially_filled filled calculated pending_cancel pending_replace canceled expired',
  calculated: 'filled done_for_day new canceled expired',
  pending_cancel: 'canceled partially_filled filled expired done_for_day replaced rejected new',
  pending_replace: 'replaced partially_filled filled canceled expired new',
  rejected: '',
  expired: '',
  canceled: '',
  replaced: '',
  filled: '',
};

test.each(words)('what may follow %s', (word) => {
  const follow = FOLLOW[word].split(' ');
  expect(words.filter((next) => next !== word && canFollow(word, next))).toEqual(words.filter((next) => follow.includes(next)));
  expect(canFollow(word, word)).toBe(true);
});

test('a word that nobody knows never ends an order, may be cancelled, and contradicts nothing', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constantFrom('constructor', '__proto__', 'toString')),
      fc.constantFrom(...words),
      (word, known) => {
        fc.pre(!isKnownStatus(word));
        expect([isOver(word), rowOf(word).class, rowOf(word).mayCancel, rowOf(word).mayReplace]).toEqual([false, 'live', true, false]);
        expect([canFollow(word, known), canFollow(known, word)]).toEqual([true, true]);
      },
    ),
  );
});
