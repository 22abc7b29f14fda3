/** Random sessions: what clients may ask in a random order at random times, against a random market. */
import fc from 'fast-check';
import type { Exchange } from '#server/exchange/contract.ts';
import type { ExchangeRequest, OrderRequest } from '#server/exchange/requests.ts';
import { makeTape, type Tape } from '#server/exchange/tape.ts';
import { type Candle, OPEN, series, type Wire } from './harness.ts';

const price = (base: number) => fc.integer({ min: -300, max: 300 }).map((step) => Math.round((base + step / 100) * 100) / 100);

const candle = (base: number): fc.Arbitrary<Candle> =>
  fc.tuple(price(base), price(base), price(base), price(base)).map((all) => {
    const [open, , , close] = all;
    return [open, Math.max(...all), Math.min(...all), close] as const;
  });

export const MINUTES = 40;

export const anyTape: fc.Arbitrary<Tape> = fc
  .record({
    stock: fc.array(fc.option(candle(50), { freq: 8 }), { minLength: MINUTES, maxLength: MINUTES }),
    coin: fc.array(candle(3_000), { minLength: MINUTES, maxLength: MINUTES }),
  })
  .map(({ stock, coin }) => {
    const tape = makeTape({ series: [series('AAPL', [50, ...stock]), series('BTC/USD', coin, OPEN - 5 * 60_000)] });
    return Object.assign(tape, { [fc.toStringMethod]: () => 'tape' });
  });

const decimal = (min: number, max: number, places: number) =>
  fc
    .integer({ min: Math.round(min * 10 ** places), max: Math.round(max * 10 ** places) })
    .map((value) => (value / 10 ** places).toFixed(places));

const shares = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 900 }).map(String) },
  { weight: 1, arbitrary: decimal(0.1, 40, 4) },
);
const stockPrice = decimal(46, 54, 2);

const stockOrder: fc.Arbitrary<OrderRequest> = fc
  .record({
    side: fc.constantFrom('buy', 'sell'),
    qty: shares,
    timeInForce: fc.constantFrom('day', 'day', 'day', 'gtc', 'gtc', 'ioc', 'fok'),
    kind: fc.oneof(
      fc.constant<OrderRequest>({ type: 'market' }),
      stockPrice.map((limitPrice): OrderRequest => ({ type: 'limit', limitPrice })),
      stockPrice.map((stopPrice): OrderRequest => ({ type: 'stop', stopPrice })),
      fc.tuple(stockPrice, stockPrice).map(([stopPrice, limitPrice]): OrderRequest => ({ type: 'stop_limit', stopPrice, limitPrice })),
      decimal(0.5, 3, 2).map((trailPrice): OrderRequest => ({ type: 'trailing_stop', trailPrice })),
      fc.tuple(decimal(51, 54, 2), decimal(46, 49, 2)).map(
        ([profit, stop]): OrderRequest => ({
          type: 'market',
          orderClass: 'bracket',
          takeProfit: { limitPrice: profit },
          stopLoss: { stopPrice: stop },
        }),
      ),
    ),
  })
  .map(({ kind, ...rest }) => ({ symbol: 'AAPL', ...rest, ...kind }));

const coinOrder: fc.Arbitrary<OrderRequest> = fc
  .record({
    side: fc.constantFrom('buy', 'sell'),
    qty: decimal(0.01, 20, 9),
    timeInForce: fc.constantFrom('gtc', 'ioc'),
    kind: fc.oneof(
      fc.constant<OrderRequest>({ type: 'market' }),
      decimal(2_996, 3_004, 2).map((limitPrice): OrderRequest => ({ type: 'limit', limitPrice })),
    ),
  })
  .map(({ kind, ...rest }) => ({ symbol: 'BTC/USD', ...rest, ...kind }));

const dollarOrder: fc.Arbitrary<OrderRequest> = fc
  .record({ symbol: fc.constantFrom('AAPL', 'BTC/USD'), notional: decimal(5, 60_000, 2) })
  .map(({ symbol, notional }) => ({ symbol, notional, side: 'buy', type: 'market', timeInForce: symbol === 'AAPL' ? 'day' : 'gtc' }));

export type Step =
  | { readonly kind: 'ask'; readonly request: ExchangeRequest }
  | { readonly kind: 'cancel' | 'replace'; readonly pick: number; readonly price: string }
  | { readonly kind: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .oneof(stockOrder, coinOrder, dollarOrder)
      .map((order): Step => ({ kind: 'ask', request: { kind: 'submitOrder', order } })),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('cancel' as const, 'replace' as const), pick: fc.nat(), price: stockPrice }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<ExchangeRequest>(
        { kind: 'closePosition', symbol: 'AAPL', percentage: '37.5' },
        { kind: 'closeAllPositions', cancelOrders: true },
        { kind: 'cancelAllOrders' },
      )
      .map((request): Step => ({ kind: 'ask', request })),
  },
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 110_000 }).map((ms): Step => ({ kind: 'wait', ms })) },
);

/** Most sessions begin after the first prices, some before the open. */
const beginning = fc.constantFrom(1, 7, 7, 7, 8).map((minutes): Step => ({ kind: 'wait', ms: minutes * 60_000 }));

/** A week's turn: days go by between the steps, and orders wait for auctions and for the extended hours. */
const groupOrder: fc.Arbitrary<OrderRequest> = fc
  .record({
    orderClass: fc.constantFrom('oco', 'oto', 'bracket'),
    side: fc.constantFrom('buy', 'sell'),
    qty: fc.integer({ min: 1, max: 300 }).map(String),
    profit: decimal(51, 54, 2),
    stop: decimal(46, 49, 2),
    timeInForce: fc.constantFrom('day', 'gtc'),
    single: fc.boolean(),
  })
  .map(({ orderClass, side, profit, stop, single, ...rest }): OrderRequest => {
    const isUp = (side === 'buy') === (orderClass !== 'oco');
    const legs = { takeProfit: { limitPrice: isUp ? profit : stop }, stopLoss: { stopPrice: isUp ? stop : profit } };
    const { takeProfit, stopLoss } = legs;
    const one = single ? { takeProfit } : { stopLoss };
    const wanted = orderClass === 'oto' ? one : legs;
    return { symbol: 'AAPL', orderClass, side, type: orderClass === 'oco' ? 'limit' : 'market', ...rest, ...wanted };
  });

const patientOrder: fc.Arbitrary<OrderRequest> = fc
  .record({
    side: fc.constantFrom('buy', 'sell'),
    qty: fc.integer({ min: 1, max: 300 }).map(String),
    timeInForce: fc.constantFrom('opg', 'cls', 'gtc', 'day'),
    limitPrice: fc.option(stockPrice, { nil: undefined }),
    extendedHours: fc.boolean(),
  })
  .map(
    ({ limitPrice, extendedHours, ...rest }): OrderRequest => ({
      symbol: 'AAPL',
      ...rest,
      ...(limitPrice === undefined ? { type: 'market' } : { type: 'limit', limitPrice, extendedHours }),
    }),
  );

const longStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.oneof(groupOrder, patientOrder).map((order): Step => ({ kind: 'ask', request: { kind: 'submitOrder', order } })),
  },
  { weight: 6, arbitrary: step },
  { weight: 2, arbitrary: fc.constantFrom(1, 5, 17, 24).map((hours): Step => ({ kind: 'wait', ms: hours * 3_600_000 })) },
  {
    weight: 1,
    arbitrary: fc.boolean().map((halted): Step => ({ kind: 'ask', request: { kind: 'setHalt', symbol: 'AAPL', halted } })),
  },
);

export const anyWeek: fc.Arbitrary<readonly Step[]> = fc
  .tuple(beginning, fc.array(longStep, { minLength: 20, maxLength: 70, size: 'max' }))
  .map(([first, rest]) => [first, ...rest]);

export const anySession: fc.Arbitrary<readonly Step[]> = fc
  .tuple(beginning, fc.array(step, { minLength: 20, maxLength: 70, size: 'max' }))
  .map(([first, rest]) => [first, ...rest]);

/** Plays a session without rendering what nobody reads: for laws that only look at where it ends. */
export function playSilently(exchange: Exchange, steps: readonly Step[]): void {
  let now = exchange.now();
  for (const item of steps) {
    if (item.kind === 'wait') {
      now = (now + item.ms) as typeof now;
      exchange.advance(now);
    } else if (item.kind === 'ask') exchange.handle(item.request, now);
    else {
      const reply = exchange.handle({ kind: 'listOrders', filter: { status: 'open', limit: 500, direction: 'asc', nested: false } }, now);
      const open = reply.json() as { readonly id: string }[];
      const id = open[item.pick % Math.max(1, open.length)]?.id ?? 'none';
      exchange.handle(
        item.kind === 'cancel' ? { kind: 'cancelOrder', id } : { kind: 'replaceOrder', id, change: { limitPrice: item.price } },
        now,
      );
    }
  }
}

/** Plays a session and calls back after each step; returns everything the exchange said, as text. */
export function playSession(exchange: Exchange, steps: readonly Step[], after: (index: number) => void = () => undefined): string[] {
  const said: string[] = [];
  let now = exchange.now();
  const ask = (request: ExchangeRequest): Wire => {
    const reply = exchange.handle(request, now);
    const text = JSON.stringify(reply.json() ?? null);
    said.push(`${reply.status} ${text}`);
    return JSON.parse(text);
  };
  steps.forEach((item, index) => {
    if (item.kind === 'wait') {
      now = (now + item.ms) as typeof now;
      exchange.advance(now);
    } else if (item.kind === 'ask') ask(item.request);
    else {
      const open = ask({ kind: 'listOrders', filter: { status: 'open', limit: 500, direction: 'asc', nested: false } });
      const id = open[item.pick % Math.max(1, open.length)]?.id ?? 'none';
      ask(item.kind === 'cancel' ? { kind: 'cancelOrder', id } : { kind: 'replaceOrder', id, change: { limitPrice: item.price } });
    }
    after(index);
  });
  return said;
}
