/** Intent → verdict: asks every control, collects every refusal, and is the only maker of Approved. */
import type { Approved, Intent, Refusal, Verdict } from '#server/domain/decision.ts';
import type { Case, Control } from './control.ts';
import { always, controls } from './registry.ts';

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

export function judge(question: Case): Verdict {
  const { intent } = question;
  const because = ask(intent.purpose === 'open' ? controls : always, question);
  return because.length > 0 ? { kind: 'refused', intent, because } : { kind: 'approved', intent: intent as Approved<Intent> };
}
