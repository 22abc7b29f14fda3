/** Intent → verdict: asks every control, collects every refusal, and is the only maker of Approved. */
import type { Approved, Intent, Refusal, Verdict } from '#server/domain/decision.ts';
import type { Limits } from '#server/domain/limits.ts';
import { toNumber } from '#server/domain/money.ts';
import type { Case, Control, Question } from './control.ts';
import { always, controls, settingOf } from './registry.ts';
import { NO_SHEET, sheetOf } from './sheet.ts';

const NO_REFUSAL: readonly Refusal[] = Object.freeze([]);

/** Of each configuration once: what limits it lacks. */
const lackings = new WeakMap<Limits, readonly Refusal[]>();

/** Of a limit that is not there, or is no number, everything would be on the right side: nothing is opened then. */
function lackingOf(limits: Limits): readonly Refusal[] {
  const known = lackings.get(limits);
  if (known !== undefined) return known;
  const isLacking = ({ limit }: Control): boolean => limit !== undefined && (limits[limit] === undefined || Number.isNaN(limits[limit]));
  const lacking = controls.filter(isLacking).map((control) => ({ rule: control.name, reason: `limits.${settingOf(control)} is missing` }));
  lackings.set(limits, lacking);
  return lacking;
}

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
  const lacking = isOpening ? lackingOf(limits) : NO_REFUSAL;
  if (lacking.length > 0) return { kind: 'refused', intent, because: lacking };
  const sheet = isOpening ? sheetOf({ books, limits }, market, value) : NO_SHEET;
  const because = ask(isOpening ? controls : always, { intent, books, market, limits, value, sheet });
  return because.length > 0 ? { kind: 'refused', intent, because } : { kind: 'approved', intent: intent as Approved<Intent> };
}
