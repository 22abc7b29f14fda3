/** The rules that place locks: after a stop, after losses in a row, of what the broker does not trade, of positions that differed. */
import type { Books, Market } from '#server/domain/books.ts';
import type { Instrument } from '#server/domain/instrument.ts';
import { formatFixed } from '#server/domain/money.ts';
import { MINUTE_MS, plus } from '#server/domain/time.ts';
import type { ClosedTrade } from '#server/domain/trade.ts';
import { easeLocks, placeLock } from './locks.ts';
import type { Turn } from './turn.ts';

/** What has just come back may go again. */
const AFTER_CAUSE_MS = 15 * MINUTE_MS;

/** A stop that was moved beyond the entry closes a position, and is no reason to leave the symbol alone. */
const wasStoppedOut = ({ exit, profit }: ClosedTrade): boolean =>
  exit === 'stopLoss' || ((exit === 'trailingStop' || exit === 'breakEven') && profit < 0n);

export function lockAfterTrade(books: Books, { portfolio, symbol }: Market, trade: ClosedTrade, turn: Turn): void {
  if (portfolio?.locks === undefined) return;
  const { cooldownAfterStopMs, losingStreak } = portfolio.locks;
  const rule = { by: `portfolio ${portfolio.id}`, isCauseThere: false };
  if (cooldownAfterStopMs !== undefined && wasStoppedOut(trade)) {
    const reason = `its ${trade.exit} closed it at $${formatFixed(trade.profit)}, so it is left alone for ${cooldownAfterStopMs / MINUTE_MS} minutes`;
    const until = plus(books.at, cooldownAfterStopMs);
    placeLock(books, { ...rule, scope: { kind: 'symbol', symbol }, cause: 'cooldown', reason, until }, turn);
  }
  const losses = losingStreak === undefined ? 0 : lossesInARow(books.closedTrades.get(portfolio.id) ?? []);
  if (losingStreak === undefined || losses < losingStreak.trades) return;
  const reason = `${losses} losses in a row, so it opens nothing for ${losingStreak.lockMs / MINUTE_MS} minutes`;
  const until = plus(books.at, losingStreak.lockMs);
  placeLock(books, { ...rule, scope: { kind: 'portfolio', portfolio: portfolio.id }, cause: 'losingStreak', reason, until }, turn);
}

function lossesInARow(trades: readonly ClosedTrade[]): number {
  const lastWin = trades.findLastIndex(({ profit }) => profit >= 0n);
  return trades.length - 1 - lastWin;
}

/** What the broker does not trade now is left alone until it does, and for some time more. */
export function lockUntradable(books: Books, { symbol, tradable }: Instrument, turn: Turn): void {
  const scope = { kind: 'symbol', symbol } as const;
  if (tradable) {
    easeLocks(books, 'notTradable', scope);
    return;
  }
  if (books.markets.get(symbol)?.portfolio === undefined) return;
  const reason = 'the broker does not trade it';
  const until = plus(books.at, AFTER_CAUSE_MS);
  placeLock(books, { scope, cause: 'notTradable', by: 'broker', reason, until, isCauseThere: true }, turn);
}

/** What the broker's statement contradicted is left alone until a statement agrees, and for some time more. */
export function lockDrifted(books: Books, { symbol, portfolio }: Market, turn: Turn): void {
  if (portfolio === undefined) return;
  const reason = "its position differed from the broker's statement";
  const until = plus(books.at, AFTER_CAUSE_MS);
  const scope = { kind: 'symbol', symbol } as const;
  placeLock(books, { scope, cause: 'booksDiffer', by: 'reconcile', reason, until, isCauseThere: true }, turn);
}
