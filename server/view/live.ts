/** The live view of the daemon in whose process it runs: reads the desk, remembers the last decisions, paints. */
import type { Market } from '#server/domain/books.ts';
import { formatFixed, toNumber } from '#server/domain/money.ts';
import { stockHours } from '#server/domain/session.ts';
import { dayProfitLossOf, equityOf, marketValueOf, markOf, unrealisedOf } from '#server/domain/valuation.ts';
import type { Desk } from '#server/runtime/desk.ts';
import type { DecisionRow, OrderRow, PositionRow, ViewModel } from './model.ts';
import { startTerminalView, type Terminal } from './terminal.ts';

const PAINT_EVERY_MS = 500;
const KEPT_DECISIONS = 50;
const KEPT_EQUITIES = 240;

export interface LiveOptions {
  readonly desk: Desk;
  readonly out: Terminal;
  readonly home: string | undefined;
  readonly speed: number | undefined;
  readonly notes: readonly string[];
}

const decimalOf = (value: bigint | undefined): string | undefined => (value === undefined ? undefined : formatFixed(value));

const positionRow = (market: Market): PositionRow => ({
  symbol: market.symbol,
  quantity: formatFixed(market.position.quantity),
  price: decimalOf(markOf(market)),
  value: formatFixed(marketValueOf(market)),
  unrealised: formatFixed(unrealisedOf(market)),
});

const orderRows = (market: Market): OrderRow[] =>
  market.openOrders.map(({ symbol, side, quantity, status }) => ({ symbol, side, quantity: formatFixed(quantity), status }));

/** Returns the way to stop. */
export function showLiveView({ desk, out, home, speed, notes }: LiveOptions): () => void {
  const decisions: DecisionRow[] = [];
  const equityHistory: number[] = [];
  const unsubscribe = desk.subscribe(({ at, decisions: made }) => {
    for (const { symbol, summary } of made) decisions.unshift({ at, symbol, summary });
    decisions.length = Math.min(decisions.length, KEPT_DECISIONS);
  });
  const model = (): ViewModel => {
    const { books } = desk;
    const equity = equityOf(books);
    if (books.reconciled) equityHistory.push(toNumber(equity));
    if (equityHistory.length > KEPT_EQUITIES) equityHistory.shift();
    const markets = [...books.markets.values()];
    return {
      ...{ mode: desk.mode, speed, home, notes, decisions, equityHistory, pid: process.pid },
      marketTime: books.at > 0 ? books.at : undefined,
      stocks: stockHours(books.sessions, books.at),
      killLevel: books.kill.level,
      killReason: books.kill.reason,
      latchId: books.kill.latchId,
      equity: formatFixed(equity),
      cash: formatFixed(books.cash),
      dayProfitLoss: decimalOf(dayProfitLossOf(books)),
      positions: markets.filter((market) => market.position.quantity !== 0n).map(positionRow),
      openOrders: markets.flatMap(orderRows),
      filledOrders: books.filledOrderCount,
      streams: desk.health().streams,
      reconciled: books.reconciled,
    };
  };
  const view = startTerminalView({ model, out, everyMs: PAINT_EVERY_MS });
  return () => {
    view.stop();
    unsubscribe();
  };
}
