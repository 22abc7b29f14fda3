/** Intent → verdict: asks every rule, collects every refusal, and is the only maker of Approved. */
import { closingQuantity } from '#server/domain/closing.ts';
import type { Approved, Intent, Refusal, Verdict } from '#server/domain/decision.ts';
import { absolute } from '#server/domain/money.ts';
import { unfilled } from '#server/domain/order.ts';
import { always, type Case, opening, type Rule } from './rules.ts';

const [ALWAYS, OPENING] = [Object.entries(always), Object.entries(opening)];

function ask(rules: readonly (readonly [string, Rule])[], question: Case, because: Refusal[]): void {
  for (const [rule, objection] of rules) {
    const reason = objection(question);
    if (reason !== undefined) because.push({ rule, reason });
  }
}

/**
 * A reducing order may close at most what is held and not already being closed: more would be an opening in disguise. One that takes the
 * place of another may close as much as that.
 */
function overreaches({ intent, books, market }: Case): boolean {
  if (intent.purpose === 'open') return false;
  const { quantity } = market.position;
  const replaced = intent.replaces === undefined ? undefined : books.orders.get(intent.replaces);
  const closes = quantity > 0n ? intent.side === 'sell' : intent.side === 'buy';
  if (replaced !== undefined) return intent.side !== replaced.side || intent.quantity > unfilled(replaced);
  return !closes || intent.quantity > absolute(quantity) - closingQuantity(books, market);
}

export function judge(question: Case): Verdict {
  const { intent } = question;
  const because: Refusal[] = [];
  ask(ALWAYS, question, because);
  if (intent.purpose === 'open') ask(OPENING, question, because);
  if (intent.quantity <= 0n) because.push({ rule: 'quantity', reason: 'the quantity is not above zero' });
  if (overreaches(question)) because.push({ rule: 'reduceOnly', reason: 'it would do more than close the position' });
  return because.length > 0 ? { kind: 'refused', intent, because } : { kind: 'approved', intent: intent as Approved<Intent> };
}
