/** The checker of the torture: each promise, broken on purpose in a journal or in books, is called a violation by its name. */
import { expect, test } from 'vitest';
import { differences, isSame } from '#scripts/torture/compare.ts';
import type { Books } from '#scripts/torture/daemon.ts';
import { Dice } from '#scripts/torture/dice.ts';
import type { BrokerOrder, Truth } from '#scripts/torture/exchange.ts';
import { JournalWatch } from '#scripts/torture/journal-watch.ts';
import type { OrderId } from '#server/domain/ids.ts';
import { parseMoney, parseQuantity } from '#server/domain/money.ts';
import type { Command, Entry } from '#server/engine/command.ts';
import type { Event } from '#server/engine/event.ts';
import { AAPL, fill, NOON } from '#tests/support/builders.ts';

const TICK: Event = { kind: 'tick' };

const place = (order: string, purpose = 'open', type = 'market') =>
  ({ kind: 'place', order, intent: { purpose, type, symbol: AAPL } }) as unknown as Command;
const alert = (code: string, text: string) => ({ kind: 'alert', code, text }) as Command;

function watching(...entries: readonly { event?: Event; commands?: readonly Command[]; decided?: boolean; seq?: number }[]): JournalWatch {
  const watch = new JournalWatch();
  for (const [nth, { event = TICK, commands = [], decided = true, seq = nth + 1 }] of entries.entries()) {
    const decisions = decided ? commands.map((command) => ({ order: 'order' in command ? command.order : undefined })) : [];
    watch.read({ seq, at: NOON, event, signals: [], decisions, commands } as unknown as Entry);
  }
  return watch;
}

test('a journal that keeps the promises has no violation', () => {
  const watch = watching({ commands: [place('r1-1-0')] }, { commands: [place('r1-2-0', 'reduce', 'oco')] });
  expect([watch.intents, watch.hasIntent('r1-2-0s'), watch.hasIntent('r1-3-0')]).toEqual([3, true, false]);
});

test.each<[string, () => unknown, RegExp]>([
  ['a client order id given twice', () => watching({ commands: [place('r1-1-0')] }, { commands: [place('r1-1-0')] }), /again in entry 2/],
  ['an order without a decision', () => watching({ commands: [place('r1-1-0')], decided: false }), /without a decision/],
  ['a gap', () => watching({}, { seq: 3 }), /from entry 1 to 3/],
  ['books that were corrected', () => watching({ commands: [alert('booksDiffer', 'cash')] }), /had to be corrected/],
  ['a fault', () => watching({ event: { kind: 'fault', where: 'loop', reason: 'defect' } }), /fault loop/],
  [
    'an opening order behind the latch',
    () => watching({ commands: [alert('killEngaged', 'reduceOnly by me: why')] }, { commands: [place('r1-2-0')] }),
    /behind latch 1 at reduceOnly/,
  ],
  [
    'an opening order behind a latch that another release named',
    () =>
      watching(
        { commands: [alert('killEngaged', 'halt by me: why')] },
        { event: { kind: 'killReleased', by: 'me', note: '', latchId: 7 } },
        { commands: [place('r1-3-0')] },
      ),
    /behind latch 1 at halt/,
  ],
])('%s is a violation', (_, act, words) => {
  expect(act).toThrow(words);
});

test('a reducing order behind the latch, and an opening one after its release, are none', () => {
  const engaged = { commands: [alert('killEngaged', 'reduceOnly by me: why')] };
  const released = { event: { kind: 'killReleased', by: 'me', note: '', latchId: 1 } as Event };
  expect(() => watching(engaged, { commands: [place('r1-2-0', 'reduce')] }, released, { commands: [place('r1-4-0')] })).not.toThrow();
});

test('an execution counts once, whoever tells of it', () => {
  const one = fill('r1-1-0' as OrderId, 'buy', '3', '100');
  const other = fill('r1-1-0' as OrderId, 'buy', '4', '100');
  const watch = watching(...[one, other, one].map((told) => ({ event: { kind: 'fill', fill: told } as Event })));
  expect(watch.filledOf('r1-1-0')).toBe(parseQuantity('7'));
});

test('a start finds orders of which nothing had been heard', () => {
  const started: Event = { kind: 'started', version: '0', plan: '' };
  const answered: Event = { kind: 'orderRejected', order: 'r1-1-0' as OrderId, code: '1', reason: 'no' };
  expect(watching({ commands: [place('r1-1-0')] }, { event: started }).startsInDoubt).toBe(1);
  const heard = watching({ commands: [place('r1-1-0')] }, { event: answered }, { event: started });
  expect([heard.startsInDoubt, [...heard.refused]]).toEqual([0, ['r1-1-0']]);
});

const order = (name: string, status = 'new', changes: Partial<BrokerOrder> = {}): BrokerOrder => ({
  ...{ id: `b-${name}`, client_order_id: name, symbol: 'AAPL', status, filled_qty: parseQuantity('0') },
  ...changes,
});
const truth = (changes: Partial<Truth> = {}): Truth => ({
  ...{ cash: parseMoney('100'), positions: new Map([['BTCUSD', parseQuantity('0.5')]]), openOrders: [] },
  ...changes,
});
const books = (changes: Partial<Books> = {}): Books => ({
  ...{ run: 'r1', reconciled: true, cash: parseMoney('100'), positions: new Map([['BTCUSD', parseQuantity('0.5')]]), openOrders: [] },
  ...changes,
});
const open = (id: string, status = 'working') => ({ openOrders: [{ id, status }] });

test.each<[string, Books, Truth, RegExp]>([
  ['a nano-dollar', books({ cash: parseMoney('100.000000001') }), truth(), /cash is \$100\.000000001/],
  ['a coin too many', books({ positions: new Map([['BTCUSD', parseQuantity('0.500000001')]]) }), truth(), /BTCUSD is 0\.500000001/],
  ['a position that is missing', books({ positions: new Map() }), truth(), /BTCUSD is 0 in the books/],
  ['an order that the exchange does not have', books(open('r1-1-0')), truth(), /not open at the exchange/],
  ['an order that the books do not have', books(), truth({ openOrders: [order('r1-1-0')] }), /not in the books/],
  [
    'a stop-loss that the books do not have',
    books(open('r1-1-0')),
    truth({ openOrders: [order('r1-1-0', 'new', { legs: [order('x')] })] }),
    /r1-1-0s/,
  ],
  ['an order in doubt when none may be', books(open('r1-1-0', 'unknown')), truth(), /is unknown/],
])('%s is a difference', (_, ours, theirs, words) => {
  expect(differences(ours, theirs, false).join()).toMatch(words);
});

test('an order in doubt may be so after a kill, and orders from outside are nobody of ours', () => {
  expect(differences(books(open('r1-1-0', 'unknown')), truth({ openOrders: [order('outside-1')] }), true)).toEqual([]);
  expect(isSame(truth({ openOrders: [order('r1-1-0')] }), truth({ openOrders: [order('r1-1-0', 'filled')] }))).toBe(false);
});

test('what is drawn is a function of the seed and the cycle, whatever is drawn beside it', () => {
  const drawn = (fork: boolean) => {
    const dice = new Dice(7, 3);
    const beside = dice.fork();
    if (fork) beside.whole(0, 9);
    return [dice.whole(0, 999), dice.chance(0.5), dice.pick(['a', 'b', 'c'])];
  };
  expect(drawn(true)).toEqual(drawn(false));
  expect(new Dice(7, 4).whole(0, 999_999)).not.toBe(new Dice(7, 3).whole(0, 999_999));
});
