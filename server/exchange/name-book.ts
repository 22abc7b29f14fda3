/** Which equity was called what, and when: names change on days of New York's calendar. */

import { parseDate } from '../domain/civil-day.ts';
import type { AssetSymbol } from '../domain/ids.ts';
import type { CorporateAction, NameChange } from './corporate-action.ts';

export interface NameBook {
  /** All names of what was called so on a day, oldest first; the name alone when nothing was called so. */
  on(symbol: AssetSymbol, day: number): readonly AssetSymbol[];
  /** Whether something is called so on a day. */
  isNameOn(symbol: AssetSymbol, day: number): boolean;
  readonly changes: readonly NameChange[];
}

/** A name from one day up to before another. */
interface Spell {
  readonly symbol: AssetSymbol;
  readonly from: number;
  until: number;
}

export const exDayOf = ({ exDate }: Pick<CorporateAction, 'exDate'>): number => parseDate(exDate) ?? 0;

export function createNameBook(actions: readonly CorporateAction[]): NameBook {
  const changes = actions.filter((action) => action.kind === 'nameChange').sort((a, b) => exDayOf(a) - exDayOf(b));
  const chains: Spell[][] = [];
  for (const change of changes) {
    const day = exDayOf(change);
    let chain = chains.find((one) => one.at(-1)?.symbol === change.symbol);
    if (!chain) {
      chain = [{ symbol: change.symbol, from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }];
      chains.push(chain);
    }
    const last = chain.at(-1);
    if (last) last.until = day;
    chain.push({ symbol: change.newSymbol, from: day, until: Number.POSITIVE_INFINITY });
  }
  const chainOf = (symbol: AssetSymbol, day: number): readonly Spell[] | undefined =>
    chains.find((chain) => chain.some((spell) => spell.symbol === symbol && day >= spell.from && day < spell.until));
  const isKnown = new Set(chains.flatMap((chain) => chain.map(({ symbol }) => symbol)));
  return {
    on: (symbol, day) => chainOf(symbol, day)?.map((spell) => spell.symbol) ?? [symbol],
    isNameOn: (symbol, day) => !isKnown.has(symbol) || chainOf(symbol, day) !== undefined,
    changes,
  };
}
