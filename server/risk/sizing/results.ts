/** What closed trades made of what each put at risk; those of which that is not known do not count. */
import type { ClosedTrade } from '#server/domain/trade.ts';

/** Oldest first. */
export const resultsOf = (trades: readonly ClosedTrade[]): number[] =>
  trades.flatMap(({ riskMultiple }) => (riskMultiple === undefined ? [] : [riskMultiple]));
