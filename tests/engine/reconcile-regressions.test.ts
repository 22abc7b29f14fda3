/** Defects of reconciliation that were found by simulated days. */
import { expect, test } from 'vitest';
import { plus } from '#server/domain/time.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { step } from '#server/engine/step.ts';
import { newTurn } from '#server/engine/turn.ts';
import { bench, placed, plan, statement, view } from '#tests/support/builders.ts';

test('a market order that waits for the open kept a restarted daemon from ever being reconciled', () => {
  const ofPlan = plan();
  const made = bench(ofPlan);
  const [order] = placed(made.bar(100));
  if (order === undefined) throw new Error('nothing was placed');
  made.happen({ kind: 'orderSeen', view: view(order.order, 'working', { brokerStatus: 'accepted' }) }, plus(made.at, 1_000));
  const restarted = restore(snapshotOf(made.books), ofPlan, true);
  const told = (atMs: number): boolean => {
    const asOf = plus(made.at, atMs);
    const openOrders = [view(order.order, 'working', { brokerStatus: 'accepted' })];
    step(restarted, ofPlan, { kind: 'statement', statement: statement({ asOf, openOrders }) }, plus(asOf, 100), newTurn());
    return restarted.reconciled;
  };
  expect([told(10_000), told(120_000)]).toEqual([false, true]);
});
