/** What a position is, from flat to flat: it begins with its first fill and ends with its last; its levels move with it. */
import type { Books, Market } from '#server/domain/books.ts';
import type { Guard } from '#server/domain/exits.ts';
import { toNumber } from '#server/domain/money.ts';
import { averageEntryPrice } from '#server/domain/position.ts';
import { setLevels } from '#server/risk/exit-levels.ts';

/** In dollars; NaN when flat. */
export function entryOf({ position }: Market): number {
  const price = averageEntryPrice(position);
  return price === undefined ? Number.NaN : toNumber(price);
}

/** Call after every change of the position. */
export function noteHolding(books: Books, market: Market): void {
  market.held = toNumber(market.position.quantity);
  if (market.held === 0) endEpisode(market);
  const { guard } = market;
  if (guard === undefined) return;
  const side = market.held > 0 ? 1 : -1;
  if (market.held !== 0 && guard.episode?.side !== side) {
    guard.episode = { side, openedAt: books.at, range: guard.gauge?.value ?? Number.NaN, best: entryOf(market) };
    guard.refusedAt = undefined;
  }
  relevel(market, guard);
}

function endEpisode(market: Market): void {
  if (market.guard !== undefined) market.guard.episode = undefined;
  // Agents that wanted out may want the other side.
  if (market.leaving !== undefined && market.leaving.exit === undefined) market.reconsider = true;
  market.leaving = undefined;
}

export function relevel(market: Market, { levels, policy, episode }: Guard): void {
  if (episode !== undefined) {
    setLevels(levels, policy, episode, entryOf(market));
    return;
  }
  levels.stop = Number.NaN;
  levels.stopRule = 'stopLoss';
  levels.target = Number.NaN;
}
