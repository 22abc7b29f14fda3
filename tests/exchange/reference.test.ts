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

function single({ side, kind, patient }: Extract<Step, { do: 'submit' }>): OrderRequest {
  const isPlain = kind.type === 'market' || kind.type === 'limit';
  return market('AAPL', side, '10', { ...kind, timeInForce: patient || !isPlain ? 'day' : 'ioc' });
}

function group({ class: orderClass, profit, stop, limit }: Extract<Step, { do: 'group' }>): OrderRequest {
  const legs = { orderClass, takeProfit: { limitPrice: profit }, stopLoss: { stopPrice: stop } };
  if (orderClass === 'oco') return market('AAPL', 'sell', '10', { ...legs, type: 'limit' });
  return market('AAPL', 'buy', '10', limit === undefined ? legs : { ...legs, type: 'limit', limitPrice: limit });
}

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

type Model = ReturnType<typeof createModel>;

/** Puts a group into the model, in the order of the exchange's list; what watches sees the last quote. */
function addGroup(model: Model, name: string, request: OrderRequest, quote: ModelQuote | undefined): void {
  const [profitName, stopName] = [`${name}.profit`, `${name}.stop`];
  const isOco = request.orderClass === 'oco';
  const side = isOco ? request.side : 'sell';
  const profit = { side, type: 'limit', limitPrice: request.takeProfit?.limitPrice } as OrderRequest;
  const stop = { side, type: 'stop', stopPrice: request.stopLoss?.stopPrice } as OrderRequest;
  if (!isOco) model.add(modelled(name, request, { frees: [profitName, stopName], status: 'asleep' }), undefined);
  model.add(modelled(profitName, profit, { ends: [stopName], status: 'asleep' }), undefined);
  model.add(modelled(stopName, stop, { ends: [profitName], status: 'asleep' }), undefined);
  const first = isOco ? profitName : name;
  model.wake(first);
  model.look(first, quote);
  if (isOco) model.wake(stopName);
}

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
  const submit = (order: OrderRequest): void => {
    const name = `o${count++}`;
    const body: Wire = exchange.handle({ kind: 'submitOrder', order }, exchange.now()).json();
    if (body.id === undefined) return;
    const isOco = order.orderClass === 'oco';
    names.set(body.id, isOco ? `${name}.profit` : name);
    if (order.orderClass === undefined) model.add(modelled(name, order), quote);
    else {
      names.set(body.legs.at(-1).id, `${name}.stop`);
      if (!isOco) names.set(body.legs[0].id, `${name}.profit`);
      addGroup(model, name, order, quote);
    }
    catchUp();
  };
  const cancel = (pick: number): void => {
    const filter = { status: 'open' as const, limit: 500, direction: 'asc' as const, nested: false };
    const open: Wire = exchange.handle({ kind: 'listOrders', filter }, exchange.now()).json();
    const picked = open[pick % Math.max(1, open.length)];
    if (!picked) return;
    exchange.handle({ kind: 'cancelOrder', id: picked.id }, exchange.now());
    const name = names.get(picked.id) ?? '';
    const group = name.split('.')[0] ?? '';
    const isEntry = names.has(picked.id) && !name.includes('.');
    model.end(isEntry || name.includes('.') ? [name, group, `${group}.profit`, `${group}.stop`] : []);
    catchUp();
  };
  return { model, fills, submit, cancel, catchUp };
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
          else if (item.do === 'cancel') both.cancel(item.pick);
          else both.submit(item.do === 'submit' ? single(item) : group(item));
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
