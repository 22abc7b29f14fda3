/** The matching core against the reference model: the same orders and quotes, the same fills in the same order. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseFixed } from '#server/domain/money.ts';
import type { Exchange } from '#server/exchange/contract.ts';
import { createExchange } from '#server/exchange/exchange.ts';
import type { OrderRequest } from '#server/exchange/requests.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { at, type Candle, market, series, type Wire } from './harness.ts';
import { createModel, type ModelOrder, type ModelQuote } from './reference-model.ts';

const RUNS = Number(process.env['FC_RUNS'] ?? 300);
const MINUTES = 30;
const SHARES = '1000000';

const cents = (from: number, to: number) => fc.integer({ min: from, max: to }).map((value) => (value / 100).toFixed(2));
const price = cents(4_600, 5_400);
const candle: fc.Arbitrary<Candle> = fc.tuple(...([0, 1, 2, 3] as const).map(() => fc.integer({ min: 4_700, max: 5_300 }))).map((all) => {
  const [open = 0, , , close = 0] = all.map((value) => value / 100);
  return [open, Math.max(...all) / 100, Math.min(...all) / 100, close] as const;
});

type Kind = Partial<OrderRequest> & { readonly type: string };
const kind: fc.Arbitrary<Kind> = fc.oneof(
  fc.constant<Kind>({ type: 'market' }),
  price.map((limitPrice): Kind => ({ type: 'limit', limitPrice })),
  price.map((stopPrice): Kind => ({ type: 'stop', stopPrice })),
  fc.tuple(price, price).map(([stopPrice, limitPrice]): Kind => ({ type: 'stop_limit', stopPrice, limitPrice })),
  cents(10, 300).map((trailPrice): Kind => ({ type: 'trailing_stop', trailPrice })),
);
const exits = fc.tuple(cents(5_005, 5_300), cents(4_700, 4_995));

type Step =
  | { readonly do: 'submit'; readonly side: 'buy' | 'sell'; readonly kind: Kind; readonly patient: boolean }
  | {
      readonly do: 'group';
      readonly class: 'bracket' | 'oco';
      readonly profit: string;
      readonly stop: string;
      readonly limit: string | undefined;
    }
  | { readonly do: 'cancel'; readonly pick: number }
  | { readonly do: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      kind,
      patient: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        class: fc.constantFrom('bracket' as const, 'oco' as const),
        legs: exits,
        limit: fc.option(cents(4_997, 5_003), { nil: undefined }),
      })
      .map(({ legs: [profit, stop], ...rest }): Step => ({ do: 'group', ...rest, profit, stop })),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), pick: fc.nat() }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 60_000 }) }) },
);

/** Both sides of the comparison, moved by the same steps. */
function compare(exchange: Exchange) {
  const model = createModel();
  const names = new Map<string, string>();
  const fills: { name: string; price: bigint }[] = [];
  let quote: ModelQuote | undefined;
  let count = 0;
  /** Quotes are shown to the model as the exchange tells of them; its fills are noted. */
  const catchUp = (): void => {
    for (const event of exchange.drain()) {
      if (event.kind === 'quote') {
        quote = event.quote;
        model.quote(quote);
      } else if (event.kind === 'tradeUpdate' && event.execution && names.has(event.order.id)) {
        fills.push({ name: names.get(event.order.id)!, price: event.execution.price });
      }
    }
  };
  const ask = (order: OrderRequest): Wire => exchange.handle({ kind: 'submitOrder', order }, exchange.now()).json();
  const modelled = (name: string, request: OrderRequest, more: Partial<ModelOrder> = {}): ModelOrder => ({
    name,
    side: request.side as 'buy',
    type: request.type as 'market',
    ...(request.limitPrice ? { limit: parseFixed(request.limitPrice) } : {}),
    ...(request.stopPrice ? { stop: parseFixed(request.stopPrice) } : {}),
    ...(request.trailPrice ? { trail: parseFixed(request.trailPrice) } : {}),
    mayWait: request.timeInForce !== 'ioc',
    status: 'watching',
    ...more,
  });
  const submit = (request: OrderRequest): void => {
    const name = `o${count++}`;
    const body = ask(request);
    if (body.id === undefined) return;
    names.set(body.id, name);
    model.add(modelled(name, request), quote);
    catchUp();
  };
  const submitGroup = (request: OrderRequest): void => {
    const name = `g${count++}`;
    const [profitName, stopName] = [`${name}.profit`, `${name}.stop`];
    const body = ask(request);
    if (body.id === undefined) return;
    const exitSide = request.orderClass === 'oco' ? request.side : 'sell';
    const profit = { side: exitSide, type: 'limit', limitPrice: request.takeProfit?.limitPrice } as OrderRequest;
    const stop = { side: exitSide, type: 'stop', stopPrice: request.stopLoss?.stopPrice } as OrderRequest;
    const legs = body.legs as Wire[];
    names.set(legs.at(-1).id, stopName);
    const isOco = request.orderClass === 'oco';
    names.set(isOco ? body.id : legs[0].id, profitName);
    const ofProfit = isOco ? 'watching' : 'asleep';
    // The exits are in the model's list first, so that the entry's fill finds them; their place does not matter for it.
    const exitsOf = [
      modelled(profitName, profit, { ends: [stopName], status: ofProfit }),
      modelled(stopName, stop, { ends: [profitName], status: 'asleep' }),
    ] as const;
    if (isOco) {
      model.add(exitsOf[0], undefined);
      model.add(exitsOf[1], undefined);
      model.look(profitName, quote);
      model.wake(stopName);
    } else {
      names.set(body.id, name);
      model.add(modelled(name, request, { frees: [profitName, stopName], status: 'asleep' }), undefined);
      model.add(exitsOf[0], undefined);
      model.add(exitsOf[1], undefined);
      model.wake(name);
      model.look(name, quote);
    }
    catchUp();
  };
  return { model, names, fills, submit, submitGroup, catchUp };
}

it('fills what the reference model fills, in the same order and at the same prices', { timeout: 300_000 }, () => {
  const seen = { fills: 0, exits: 0 };
  fc.assert(
    fc.property(
      fc.array(candle, { minLength: MINUTES, maxLength: MINUTES }),
      fc.array(step, { minLength: 10, maxLength: 60 }),
      (candles, steps) => {
        const tape = makeTape({ series: [series('AAPL', [50, ...candles])] });
        const settings = { partialFillChance: 0, washTradeCheck: false, cash: parseFixed('1000000000') as never, publishTicks: true };
        const exchange = createExchange({ tape, settings });
        exchange.advance(at(0, 1));
        const both = compare(exchange);
        both.catchUp();
        both.submit(market('AAPL', 'buy', SHARES));
        for (const item of steps) {
          if (item.do === 'wait') exchange.advance((exchange.now() + item.ms) as never);
          else if (item.do === 'submit') {
            const isPlain = item.kind.type === 'market' || item.kind.type === 'limit';
            both.submit(market('AAPL', item.side, '10', { ...item.kind, timeInForce: item.patient || !isPlain ? 'day' : 'ioc' }));
          } else if (item.do === 'group') {
            const legs = { orderClass: item.class, takeProfit: { limitPrice: item.profit }, stopLoss: { stopPrice: item.stop } };
            const entry: OrderRequest = item.limit === undefined ? {} : { type: 'limit', limitPrice: item.limit };
            both.submitGroup(
              item.class === 'oco'
                ? market('AAPL', 'sell', '10', { ...legs, type: 'limit' })
                : market('AAPL', 'buy', '10', { ...legs, ...entry }),
            );
          } else {
            const open: Wire[] = exchange
              .handle({ kind: 'listOrders', filter: { status: 'open', limit: 500, direction: 'asc', nested: false } }, exchange.now())
              .json() as Wire[];
            const picked = open[item.pick % Math.max(1, open.length)];
            if (!picked) continue;
            exchange.handle({ kind: 'cancelOrder', id: picked.id }, exchange.now());
            const name = both.names.get(picked.id) ?? '';
            const group = name.split('.')[0] ?? '';
            both.model.end([name, ...(name.includes('.') ? [group, `${group}.profit`, `${group}.stop`] : [])]);
          }
          both.catchUp();
        }
        exchange.advance(at(MINUTES + 2));
        both.catchUp();
        seen.fills += both.fills.length;
        seen.exits += both.fills.filter(({ name }) => name.includes('.')).length;
        expect(both.fills).toEqual(both.model.fills);
      },
    ),
    { numRuns: RUNS },
  );
  // The sessions are worth comparing.
  expect(seen.fills).toBeGreaterThan(RUNS * 5);
  expect(seen.exits).toBeGreaterThan(RUNS / 4);
});
