/** INV-21: an order at the broker that a newer run gave, or our own run beyond its journal, halts; old and foreign ones do not. */
import { describe, expect, test } from 'vitest';
import type { OrderId } from '#server/domain/ids.ts';
import { parseQuantity } from '#server/domain/money.ts';
import type { Event } from '#server/engine/event.ts';
import { AAPL, bench, fill, placed, statement, view } from '#tests/support/builders.ts';

const OLDER = 'rtess-9-0' as OrderId;
const NEWER = 'rtesu-9-0' as OrderId;
const AHEAD = 'rtest-900-0' as OrderId;
const NEVER_GIVEN = 'rtest-2-0' as OrderId;

const ways: readonly (readonly [string, (id: OrderId) => Event])[] = [
  ['told by the stream', (id) => ({ kind: 'orderSeen', view: view(id, 'new') })],
  ['in a statement', (id) => ({ kind: 'statement', statement: statement({ openOrders: [view(id, 'new')] }) })],
  ['by its fill', (id) => ({ kind: 'fill', fill: fill(id, 'buy', '3', '100') })],
];

const suspicious: readonly (readonly [string, OrderId, RegExp])[] = [
  ['of a newer run', NEWER, /rtesu, which is newer than ours \(rtest\): another daemon trades this account/],
  ['of our run, beyond our journal', AHEAD, /our journal has only come to entry \d+: another process goes on with it, or its end was lost/],
];
const neverGiven = ['of our run, which our journal did not give', NEVER_GIVEN, /our journal has not given it/] as const;

describe.each(ways)('an order %s', (way, event) => {
  // A fill under such a name may be one that was counted long ago; the statement tells.
  test.each(way === 'by its fill' ? suspicious : [...suspicious, neverGiven])('%s halts', (__, id, reason) => {
    const engine = bench();
    const commands = engine.happen(event(id));
    expect(engine.books.kill).toMatchObject({ level: 'halt', by: 'splitBrain', reason: expect.stringMatching(reason) });
    expect(commands).toContainEqual(expect.objectContaining({ kind: 'alert', code: 'killEngaged' }));
    expect(placed(engine.bar(100))).toEqual([]);
  });

  test.each([
    ['of an older run', OLDER],
    ['of another program', 'by-hand' as OrderId],
  ])('%s does not', (__, id) => {
    const engine = bench();
    engine.happen(event(id));
    expect(engine.books.kill.level).toBe('armed');
  });
});

test('the shares of such a fill are counted all the same', () => {
  const engine = bench();
  engine.happen({ kind: 'fill', fill: fill(AHEAD, 'buy', '3', '100') });
  expect(engine.books.markets.get(AAPL)?.position.quantity).toBe(parseQuantity('3'));
});

test('a late word about an order of ours that was forgotten is no second daemon', () => {
  const engine = bench();
  Object.assign(engine.books, { keptFinishedOrders: 0 });
  for (const [, event] of ways) engine.happen(event(NEVER_GIVEN));
  expect(engine.books.kill.level).toBe('armed');
  expect(engine.books.markets.get(AAPL)?.position.quantity).toBe(0n);
});

test('an order that is seen again, after a person has released, does not halt again', () => {
  const engine = bench();
  engine.happen({ kind: 'orderSeen', view: view(NEWER, 'new') });
  engine.happen({ kind: 'killReleased', by: 'test', note: 'the other one is stopped', latchId: engine.books.kill.latchId });
  engine.happen({ kind: 'orderSeen', view: view(NEWER, 'new') });
  expect(engine.books.kill.level).toBe('armed');
});
