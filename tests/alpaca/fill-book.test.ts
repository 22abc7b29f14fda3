/** Each execution is told once, whoever brings it and by whatever name: proved by ids and by the broker's own count. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFillBook, type Heard } from '#server/adapters/alpaca/fill-book.ts';
import type { ExecutionId, OrderId } from '#server/domain/ids.ts';
import { parsePrice, parseQuantity, type Quantity } from '#server/domain/money.ts';
import type { Fill } from '#server/domain/order.ts';
import { ORDER, recorder, recordingLog } from './fixtures.ts';

const fillOf = (id: string, quantity: number, price = '10', order: string = ORDER): Fill => ({
  executionId: id as ExecutionId,
  order: order as OrderId,
  symbol: 'AAPL' as never,
  side: 'buy',
  quantity: parseQuantity(String(quantity)),
  price: parsePrice(price),
  at: 0 as never,
});
const heard = (by: Heard['by'], after?: number): Heard => ({
  by,
  filledAfter: after === undefined ? undefined : parseQuantity(String(after)),
});

function setUp() {
  const told = recorder();
  const log = recordingLog();
  const book = createFillBook(told.tell, log);
  const ids = () => told.events.map((event) => (event.kind === 'fill' ? event.fill.executionId : event.kind));
  return { book, ids, told, log };
}

test('an id is told once', () => {
  const { book, ids } = setUp();
  for (const by of ['stream', 'asking', 'stream'] as const) book.tell(fillOf('x', 1), heard(by, 1));
  book.skip('y' as ExecutionId);
  book.tell(fillOf('y', 1), heard('asking', 2));
  expect(ids()).toEqual(['x']);
});

test('a fill that is sent twice under two ids is told once, and said', () => {
  const { book, ids, log } = setUp();
  book.tell(fillOf('a', 2), heard('stream', 2));
  book.tell(fillOf('a again', 2), heard('stream', 2));
  book.tell(fillOf('b', 3), heard('stream', 5));
  book.tell(fillOf('b again', 3), heard('stream', 5));
  expect(ids()).toEqual(['a', 'b']);
  expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
});

test('were the ids of the activities others than those of the stream, what the stream missed would still come, once', () => {
  const { book, ids } = setUp();
  book.tell(fillOf('stream a', 2), heard('stream', 2));
  book.tell(fillOf('stream c', 2), heard('stream', 6));
  for (const [id, after] of [
    ['asked a', 2],
    ['asked b', 4],
    ['asked c', 6],
  ] as const)
    book.tell(fillOf(id, 2), heard('asking', after));
  expect(ids()).toEqual(['stream a', 'stream c', 'asked b']);
});

test('two executions of one moment whose frames carry the same last count are both told', () => {
  const { book, ids } = setUp();
  book.tell(fillOf('a', 2), heard('stream', 4));
  book.tell(fillOf('b', 2), heard('stream', 4));
  expect(ids()).toEqual(['a', 'b']);
});

test('a count that is missing, or smaller than the execution itself, keeps nothing back', () => {
  const { book, ids } = setUp();
  book.tell(fillOf('a', 2), heard('stream', 0));
  book.tell(fillOf('b', 2), heard('asking'));
  book.tell(fillOf('c', 2), heard('stream', 1));
  expect(ids()).toEqual(['a', 'b', 'c']);
});

test('what a stale count kept back is told as soon as the broker counts it', () => {
  const { book, ids } = setUp();
  book.tell(fillOf('a', 2), heard('stream', 2));
  book.tell(fillOf('b', 2), heard('stream', 2));
  book.tell(fillOf('b', 2), heard('asking', 4));
  expect(ids()).toEqual(['a', 'b']);
});

test('after an execution was taken back, the order is filled again', () => {
  const { book, ids } = setUp();
  book.tell(fillOf('a', 2), heard('stream', 2));
  book.recount(ORDER);
  book.tell(fillOf('b', 2), heard('stream', 2));
  expect(ids()).toEqual(['a', 'b']);
});

test('for every way in which executions are repeated, renamed, lost and reordered, the order is filled for what the broker says', () => {
  const execution = fc.record({ quantity: fc.integer({ min: 1, max: 5 }), price: fc.constantFrom('10', '10', '10.5') });
  const sending = fc.record({ nth: fc.nat(), renamed: fc.boolean(), by: fc.constantFrom('stream' as const, 'asking' as const) });
  fc.assert(
    fc.property(fc.array(execution, { minLength: 1, maxLength: 8 }), fc.array(sending, { maxLength: 40 }), (executions, sendings) => {
      const { book, told } = setUp();
      let total = 0;
      const afters = executions.map(({ quantity }) => {
        total += quantity;
        return total;
      });
      const send = (nth: number, id: string, by: Heard['by']): void =>
        book.tell(fillOf(id, executions[nth]!.quantity, executions[nth]!.price), heard(by, afters[nth]));
      for (const { nth, renamed, by } of sendings) {
        const which = nth % executions.length;
        send(which, renamed ? `other ${which}` : `x ${which}`, by);
      }
      // What was lost by the stream comes by asking, in the end and in order.
      for (const nth of executions.keys()) send(nth, `x ${nth}`, 'asking');
      const sum = told.events.reduce((all, event) => all + (event.kind === 'fill' ? event.fill.quantity : 0n), 0n);
      expect(sum).toBeLessThanOrEqual(parseQuantity(String(total)));
      if (sendings.every(({ renamed }) => !renamed)) expect(sum).toBe(parseQuantity(String(total)) as Quantity);
    }),
    { numRuns: 500 },
  );
});
