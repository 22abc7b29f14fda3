/** A result that no engine made: a seeded walk of equity with trades on it, of any length and under any names. */

import { seededRandom } from '#scripts/bench/walk.ts';
import type { BacktestResult, DecisionRow, FillRow, OrderRow, TradeRow } from '#server/backtest/result.ts';
import type { AssetSymbol, DeploymentId, OrderId, PortfolioId } from '#server/domain/ids.ts';
import { type Money, type Price, priceFromNumber, type Quantity } from '#server/domain/money.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '#server/domain/time.ts';

export interface MadeUp {
  readonly bars: number;
  /** Bars between a trade's beginning and the next one's. */
  readonly every?: number;
  readonly symbols?: readonly string[];
  readonly deployments?: readonly string[];
  readonly reason?: string;
  /** Minute bars of weekday sessions instead of weekdays. */
  readonly byMinute?: boolean;
}

const SESSION = 390;
const START = Date.UTC(2015, 0, 5);

/** The `nth` weekday, or the `nth` minute of the sessions on weekdays. */
function stampOf(nth: number, byMinute: boolean): Instant {
  const day = byMinute ? Math.floor(nth / SESSION) : nth;
  const date = START + (Math.floor(day / 5) * 7 + (day % 5)) * DAY_MS;
  return (byMinute ? date + (15 * 60 + (nth % SESSION)) * MINUTE_MS : date) as Instant;
}

const money = (dollars: number): Money => BigInt(Math.round(dollars * 1e9)) as Money;

export function madeUpResult(wanted: MadeUp): BacktestResult {
  const { bars, every = 20, symbols = ['AAPL', 'BTC/USD'], byMinute = false } = wanted;
  const random = seededRandom(7);
  const timestamp = Float64Array.from({ length: bars }, (_, nth) => stampOf(nth, byMinute));
  const [equity, cash] = [new Float64Array(bars), new Float64Array(bars)];
  const positions = symbols.map(() => new Float64Array(bars));
  const trades: TradeRow[] = [];
  const drift = byMinute ? 0.000_001 : 0.000_4;
  const size = byMinute ? 0.000_6 : 0.01;
  let value = 100_000;
  for (let nth = 0; nth < bars; nth++) {
    const place = nth % every;
    const isHeld = place > 0 && place < every * 0.6;
    if (isHeld) value *= 1 + drift + size * (random() + random() + random() - 1.5);
    equity[nth] = value;
    cash[nth] = isHeld ? value * 0.4 : value;
    const slot = Math.floor(nth / every) % symbols.length;
    if (isHeld) positions[slot]![nth] = 10;
    const entryBar = nth - Math.ceil(every * 0.6);
    if (place === Math.ceil(every * 0.6) && entryBar >= 0)
      trades.push(tradeOf(wanted, { entryBar, exitBar: nth, slot, change: value - equity[entryBar]!, timestamp }));
  }
  const orders = [orderOf(wanted, trades[0], 'rejected', 'not enough cash'), orderOf(wanted, trades[0], 'expired', '')];
  return {
    curve: { length: bars, timestamp, equity, cash, positions, symbols: symbols as AssetSymbol[] },
    finalEquity: money(value),
    finalCash: money(cash.at(-1) ?? 0),
    bars,
    orders: trades.length > 0 ? orders : [],
    fills: trades.flatMap((trade) => fillsOf(trade)),
    trades,
    decisions: trades.slice(0, 3).map((trade) => refusalOf(wanted, trade)),
    remarks: ['2 orders were still working at the end'],
  };
}

interface Place {
  readonly entryBar: number;
  readonly exitBar: number;
  readonly slot: number;
  readonly change: number;
  readonly timestamp: Float64Array;
}

function tradeOf(
  { symbols = ['AAPL', 'BTC/USD'], deployments = ['trend', 'reversal'], reason = 'target reached' }: MadeUp,
  place: Place,
): TradeRow {
  const { entryBar, exitBar, slot, change, timestamp } = place;
  return {
    symbol: symbols[slot] as AssetSymbol,
    direction: slot % 2 === 0 ? 'long' : 'short',
    quantity: 10_000_000_000n as Quantity,
    enteredAt: timestamp[entryBar] as Instant,
    exitedAt: timestamp[exitBar] as Instant,
    entryBar,
    exitBar,
    entryPrice: priceFromNumber(6_000),
    exitPrice: priceFromNumber(6_000 + change / 10),
    commission: money(1),
    profit: money(change - 1),
    maxAdverse: Math.min(0, change) - 50,
    maxFavourable: Math.max(0, change) + 30,
    portfolio: 'main' as PortfolioId,
    deployments: exitBar % 3 === 0 ? [...deployments] : deployments.slice(0, 1),
    exitReason: reason,
    exitRule: undefined,
  };
}

const fillsOf = (trade: TradeRow): FillRow[] =>
  (['buy', 'sell'] as const).map((side, nth) => ({
    at: nth === 0 ? trade.enteredAt : trade.exitedAt,
    symbol: trade.symbol,
    side,
    quantity: trade.quantity,
    price: nth === 0 ? trade.entryPrice : trade.exitPrice,
    commission: money(0.5),
    order: `r1-${trade.exitBar}-${nth}` as OrderId,
    type: 'market',
    portfolio: trade.portfolio,
    reason: trade.exitReason,
  }));

const orderOf = ({ symbols = ['AAPL'], reason = '' }: MadeUp, trade: TradeRow | undefined, status: string, why: string): OrderRow => ({
  order: 'r1-1-0' as OrderId,
  at: (trade?.enteredAt ?? START) as Instant,
  symbol: symbols[0] as AssetSymbol,
  side: 'buy',
  type: 'limit',
  quantity: 1_000_000_000n as Quantity,
  limitPrice: 1n as Price,
  stopPrice: undefined,
  timeInForce: 'day',
  status,
  filled: 0n as Quantity,
  reason: why || reason,
});

const refusalOf = (
  { reason = 'equity fell by 2100 today' }: MadeUp,
  { symbol, enteredAt, entryPrice, quantity, portfolio }: TradeRow,
): DecisionRow => ({
  at: enteredAt,
  portfolio,
  symbol,
  votes: [],
  target: undefined,
  verdict: {
    kind: 'refused',
    intent: {
      symbol,
      side: 'buy',
      quantity,
      type: 'market',
      timeInForce: 'day',
      purpose: 'open',
      exit: undefined,
      expectedPrice: entryPrice,
      portfolio,
      deployments: ['trend' as DeploymentId],
      reason: 'up',
    },
    because: [{ rule: 'dailyLoss', reason }],
  },
  order: undefined,
  summary: 'refused',
});
