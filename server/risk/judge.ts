/** Intent → verdict: asks every control, collects every refusal, and is the only maker of Approved. */
import type { Approved, Intent, Refusal, Verdict } from '#server/domain/decision.ts';
import { toNumber } from '#server/domain/money.ts';
import type { Case, Control, Question } from './control.ts';
import { always, controls } from './registry.ts';
import { NO_SHEET, sheetOf } from './sheet.ts';

const NO_REFUSAL: readonly Refusal[] = Object.freeze([]);

function ask(asked: readonly Control[], question: Case): readonly Refusal[] {
  let because: Refusal[] | undefined;
  for (const control of asked) {
    const reason = control.rule(question);
    if (reason === undefined) continue;
    because ??= [];
    because.push({ rule: control.name, reason });
  }
  return because ?? NO_REFUSAL;
}

export function judge({ intent, books, market, limits }: Question): Verdict {
  const dollars = toNumber(intent.expectedPrice) * toNumber(intent.quantity);
  const value = intent.side === 'buy' ? dollars : -dollars;
  const isOpening = intent.purpose === 'open';
  const sheet = isOpening ? sheetOf({ books, limits }, market, value) : NO_SHEET;
  const because = ask(isOpening ? controls : always, { intent, books, market, limits, value, sheet });
  return because.length > 0 ? { kind: 'refused', intent, because } : { kind: 'approved', intent: intent as Approved<Intent> };
}
