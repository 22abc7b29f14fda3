/** An engine with exits and a position, and a broker that says what it is told to. */
import type { Bar } from '#server/domain/bar.ts';
import type { ExitPolicy } from '#server/domain/exits.ts';
import { type AssetSymbol, type BrokerOrderId, type OrderId, stopSideOf } from '#server/domain/ids.ts';
import { formatFixed, parsePrice, parseQuantity } from '#server/domain/money.ts';
import { limitPriceOf, stopPriceOf, trailOf } from '#server/domain/order-terms.ts';
import type { PortfolioPlan } from '#server/domain/plan.ts';
import type { Direction } from '#server/domain/signal.ts';
import { type Instant, MINUTE_MS, plus } from '#server/domain/time.ts';
import type { Command } from '#server/engine/command.ts';
import { AAPL, type Bench, bench, fill, placed, plan, portfolio, scripted, statement, view } from '#tests/support/builders.ts';

export const policy = (changes: Partial<ExitPolicy> = {}): ExitPolicy => ({
  stopLoss: undefined,
  takeProfit: undefined,
  trailingStop: undefined,
  breakEven: undefined,
  breakEvenOffsetPercent: 0,
  timeStopMs: undefined,
  range: undefined,
  stopLimitPercent: 2,
  ...changes,
});

/** "sell 100 stop 98 gtc", "sell 100 oco 98 104 gtc", "sell 100 market day". */
export function words(commands: readonly Command[]): string[] {
  return commands.flatMap((command) => {
    if (command.kind === 'cancel') return [`cancel ${command.order}`];
    if (command.kind !== 'place') return command.kind === 'alert' ? [`alert ${command.code}`] : [];
    const { intent } = command;
    const trail = trailOf(intent);
    const numbers = [stopPriceOf(intent), limitPriceOf(intent), trail && ('price' in trail ? trail.price : trail.percent)];
    const prices = numbers.filter((one) => one !== undefined).map(formatFixed);
    return [[intent.side, formatFixed(intent.quantity), intent.type, ...prices, intent.timeInForce].join(' ')];
  });
}

export interface Guarded extends Bench {
  readonly symbol: AssetSymbol;
  /** A bar with a range; its close is the last of the numbers. */
  candle(low: number, high: number, close: number): readonly Command[];
  fillOf(order: OrderId, side: 'buy' | 'sell', quantity: string, price: string): readonly Command[];
  accept(order: OrderId): void;
  ended(order: OrderId, status?: 'canceled' | 'expired'): readonly Command[];
  /** The newest protective order that was placed. */
  newest(): OrderId;
}

interface Setting {
  readonly opinions?: readonly (Direction | undefined)[];
  readonly symbol?: AssetSymbol;
  readonly more?: Partial<PortfolioPlan>;
}

export function guarded(exits: ExitPolicy, { opinions = ['up'], symbol = AAPL, more = {} }: Setting = {}): Guarded {
  const deployments = [{ ...portfolio().deployments[0]!, hire: scripted(opinions) }];
  const base = bench(plan({ portfolios: [portfolio({ symbols: [symbol], deployments, exits, ...more })] }));
  const engine: Guarded = Object.assign(base, {
    symbol,
    candle(low: number, high: number, close: number) {
      const startsAt = base.at;
      const bar: Bar = { symbol, startsAt, endsAt: plus(startsAt, MINUTE_MS), open: close, high, low, close, volume: 100 };
      return base.happen({ kind: 'bar', bar, history: false }, bar.endsAt);
    },
    fillOf: (order: OrderId, side: 'buy' | 'sell', quantity: string, price: string) =>
      base.happen({ kind: 'fill', fill: { ...fill(order, side, quantity, price, symbol), at: base.at } }),
    accept(order: OrderId) {
      for (const id of [order, stopSideOf(order)]) base.happen({ kind: 'orderAccepted', order: id, brokerId: `b-${id}` as BrokerOrderId });
    },
    ended(order: OrderId, status: 'canceled' | 'expired' = 'canceled') {
      const known = base.books.orders.get(order)!;
      const { side, quantity, filled } = known;
      return base.happen({ kind: 'orderSeen', view: view(order, status, { symbol, side, quantity, filled }) });
    },
    newest: () => [...base.books.orders.keys()].filter((id) => !id.endsWith('s')).at(-1)!,
  });
  return engine;
}

/** Enters at 100 with the first bar; the words are of what follows the last fill. */
export function entered(exits: ExitPolicy, setting: Setting & { quantity?: string; price?: string; isAnswered?: boolean } = {}) {
  const engine = guarded(exits, setting);
  const price = setting.price ?? '100';
  const [entry] = placed(engine.candle(Number(price), Number(price), Number(price)));
  const quantity = setting.quantity ?? formatFixed(entry!.intent.quantity);
  const { side } = entry!.intent;
  if (setting.quantity !== undefined) {
    // The order is as the test wants it: fractions are not what sizing gives.
    Object.assign(engine.books.orders.get(entry!.order)!, { quantity: parseQuantity(quantity) });
  }
  const commands = engine.fillOf(entry!.order, side, quantity, price);
  const first = words(commands);
  const order = placed(commands)[0]?.order;
  if (order !== undefined && setting.isAnswered !== false) engine.accept(order);
  return { engine, entry: entry!.order, first, order: order as OrderId };
}

/** A statement that agrees with the books. */
export function agree(engine: Bench, at: Instant = plus(engine.at, 1)): readonly Command[] {
  const held = [...engine.books.markets.values()].filter(({ position }) => position.quantity !== 0n);
  const positions = held.map(({ symbol, position }) => ({ symbol, quantity: position.quantity, averageEntryPrice: parsePrice('100') }));
  const open = [...engine.books.orders.values()].filter(({ status }) => !['filled', 'cancelled', 'expired', 'rejected'].includes(status));
  const openOrders = open.map((order) => view(order.id, 'new', { symbol: order.symbol, side: order.side, filled: order.filled }));
  return engine.happen({ kind: 'statement', statement: statement({ asOf: at, cash: engine.books.cash, positions, openOrders }) }, at);
}
