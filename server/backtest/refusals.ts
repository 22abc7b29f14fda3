/** What stood in the way of trading, counted: a backtest that does little must say why. */
import type { Decision } from '#server/domain/decision.ts';
import type { Command } from '#server/engine/command.ts';
import { limitOf } from '#server/risk/registry.ts';

const KINDS_TOLD = 20;

/** The rule, and what to change where a limit stood in the way. */
export function ruleText(rule: string): string {
  const limit = limitOf(rule);
  return limit === undefined ? rule : `${rule} (limits.${limit})`;
}

export class Refusals {
  /** How often, and the first one in words. */
  readonly #counts = new Map<string, { count: number; readonly example: string }>();

  note({ verdict, order, target, summary, leaving }: Decision): void {
    // Its order comes when what is out has ended.
    if (leaving !== undefined) return;
    if (verdict?.kind === 'refused') {
      for (const { rule, reason } of verdict.because) this.#count(`risk refused by ${ruleText(rule)}`, reason);
    } else if (order === undefined && target !== undefined && target.action !== 'hold') {
      this.#count('no order', summary);
    }
  }

  reject(reason: string): void {
    this.#count('the broker rejected an order', reason);
  }

  /** An order ended without having filled, or with a part that never will. */
  unfilled(end: 'cancelled' | 'expired' | 'rejected', reason: string): void {
    this.#count(end === 'expired' ? 'an order expired' : `an order was ${end}`, reason);
  }

  alert({ code, text }: Command & { kind: 'alert' }): void {
    // Each has its own count above.
    if (code !== 'orderRejected') this.#count(`alert ${code}`, text);
  }

  #count(what: string, example: string): void {
    const known = this.#counts.get(what);
    if (known === undefined) this.#counts.set(what, { count: 1, example });
    else known.count++;
  }

  remarks(): string[] {
    return [...this.#counts]
      .slice(0, KINDS_TOLD)
      .map(([what, { count, example }]) => (count === 1 ? `${what}: ${example}` : `${what}, ${count} times; first: ${example}`));
  }
}
