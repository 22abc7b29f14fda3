/** What must not compile: `tsc` fails on a line that is expected to be an error and is none. */
import { expect, test } from 'vitest';
import type { Intent } from '#server/domain/decision.ts';
import type { Money, Price, Quantity } from '#server/domain/money.ts';
import type { Command } from '#server/engine/command.ts';
import { judge } from '#server/risk/judge.ts';
import { caseOf } from './risk/cases.ts';

type Place = Command & { kind: 'place' };

test('only what was judged can be placed', () => {
  const question = caseOf({});
  const order = 'rtest-1-0' as Place['order'];
  // @ts-expect-error an intent nobody judged can not be placed
  const unjudged: Place = { kind: 'place', order, intent: question.intent };
  const verdict = judge(question);
  // @ts-expect-error nor can a verdict's intent before it is known to be approved
  const unread: Place = { kind: 'place', order, intent: verdict.intent };
  if (verdict.kind !== 'approved') throw new Error('the calm case is approved');
  const judged: Place = { kind: 'place', order, intent: verdict.intent };
  const asIntent: Intent = judged.intent;
  expect([unjudged.intent, unread.intent, asIntent]).toEqual([question.intent, question.intent, question.intent]);
});

test('prices, quantities and money can not be taken for each other', () => {
  const price = 1n as Price;
  // @ts-expect-error a price is no quantity
  const quantity: Quantity = price;
  // @ts-expect-error a sum of money is no longer money until somebody says so
  const money: Money = (1n as Money) + (1n as Money);
  expect([quantity, money]).toEqual([1n, 2n]);
});
