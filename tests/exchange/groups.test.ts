/** OCO and OTO orders, and what ends when a member of a group ends. */
import { describe, expect, it } from 'vitest';
import { at, flat, harness, limit, market, series, told, type Wire } from './harness.ts';

const rising = [...flat(100, 5), [100, 106, 100, 106], ...flat(106, 384)] as const;
const falling = [...flat(100, 5), [100, 100, 96, 96], ...flat(96, 384)] as const;
const oco = (more = {}) =>
  market('AAPL', 'sell', '10', {
    type: 'limit',
    timeInForce: 'gtc',
    orderClass: 'oco',
    takeProfit: { limitPrice: '105' },
    stopLoss: { stopPrice: '97' },
    ...more,
  });

function holding(prices: readonly (number | readonly [number, number, number, number])[], settings = {}) {
  const h = harness([series('AAPL', prices)], settings);
  h.submit(market('AAPL', 'buy', '10'), at(1));
  h.exchange.drain();
  return h;
}

describe('an OCO order', () => {
  it('is the take-profit itself, with the stop-loss as its held leg, and claims its shares once', () => {
    const h = holding(rising);
    const { status, body } = h.submit(oco());
    expect(status).toBe(200);
    expect(body).toMatchObject({ order_class: 'oco', type: 'limit', limit_price: '105', side: 'sell', status: 'pending_new' });
    expect(body.legs.map((leg: Wire) => [leg.type, leg.status, leg.stop_price, leg.order_class])).toEqual([['stop', 'held', '97', 'oco']]);
    expect(h.position('AAPL').qty_available).toBe('0');
    expect(h.orders({ status: 'open' }).map((order) => order.id)).toEqual([body.id]);
    expect(h.submit(limit('AAPL', 'sell', '1', '120'))).toMatchObject({ status: 403, body: { related_orders: [body.id] } });
  });

  it('takes the profit, or stops the loss, and ends its other half', () => {
    for (const [prices, parent, leg, events] of [
      [rising, 'filled', 'canceled', ['fill', 'canceled']],
      [falling, 'canceled', 'filled', ['new', 'canceled', 'fill']],
    ] as const) {
      const h = holding(prices);
      const { body } = h.submit(oco());
      h.exchange.drain();
      h.exchange.advance(at(7));
      expect(told(h.updates())).toEqual(events);
      expect(h.order(body.id)).toMatchObject({ status: parent, legs: [{ status: leg }] });
      expect(h.ask({ kind: 'listPositions' }).body).toEqual([]);
    }
  });

  it('shrinks its stop-loss as the profit is taken in parts', () => {
    const h = holding(rising, { partialFillChance: 0 });
    const { body } = h.submit(oco());
    const partial = harness([series('AAPL', rising)], { partialFillChance: 0.999, seed: 3 });
    partial.submit(market('AAPL', 'buy', '10'), at(1));
    partial.exchange.advance(at(3));
    const held = Number(partial.position('AAPL').qty);
    const made = partial.submit(oco({ qty: String(held) })).body;
    partial.exchange.advance(at(5, 21_000));
    const { filled_qty, legs } = partial.order(made.id);
    expect(Number(filled_qty) + Number(legs[0].qty)).toBe(held);
    expect(body.legs.length).toBe(1);
  });

  it('goes away with either half', () => {
    for (const pick of [(body: Wire) => body.id, (body: Wire) => body.legs[0].id]) {
      const h = holding(rising);
      const { body } = h.submit(oco());
      expect(h.ask({ kind: 'cancelOrder', id: pick(body) }).status).toBe(204);
      expect(h.order(body.id)).toMatchObject({ status: 'canceled', legs: [{ status: 'canceled' }] });
      expect(h.position('AAPL').qty_available).toBe('10');
    }
  });

  it('lets its profit be replaced', () => {
    const h = holding(rising);
    const { body } = h.submit(oco());
    const fresh = h.ask({ kind: 'replaceOrder', id: body.id, change: { limitPrice: '104' } });
    expect(fresh.status).toBe(200);
    expect(h.position('AAPL').qty_available).toBe('0');
    h.exchange.advance(at(7));
    expect(h.order(fresh.body.id)).toMatchObject({ status: 'filled', legs: [{ status: 'canceled' }] });
  });

  it('is an exit, has a limit and a stop on the right sides, and no other time than DAY or GTC', () => {
    const flatShop = harness([series('AAPL', rising)]);
    expect(flatShop.submit(oco(), at(1)).body.message).toBe('oco orders must be exit orders');
    const h = holding(rising);
    expect(h.submit(oco({ type: 'market' })).body.message).toBe('oco orders must be limit orders');
    expect(h.submit(oco({ stopLoss: undefined })).status).toBe(422);
    expect(h.submit(oco({ stopLoss: { stopPrice: '106' } })).status).toBe(422);
    expect(h.submit(oco({ timeInForce: 'ioc' })).status).toBe(422);
  });
});

describe('an OTO order', () => {
  const oto = (more: object) => market('AAPL', 'buy', '10', { orderClass: 'oto', ...more });

  it('sets its one leg free when it is filled', () => {
    for (const [leg, prices] of [
      [{ stopLoss: { stopPrice: '97' } }, falling],
      [{ takeProfit: { limitPrice: '105' } }, rising],
    ] as const) {
      const h = harness([series('AAPL', prices)]);
      const { body } = h.submit(oto({ ...leg, type: 'limit', limitPrice: '100.01' }), at(1));
      expect(body.legs.length).toBe(1);
      expect(h.position('AAPL').qty_available).toBe('0');
      h.exchange.advance(at(7));
      expect(h.order(body.id)).toMatchObject({ status: 'filled', legs: [{ status: 'filled', order_class: 'oto' }] });
    }
  });

  it('lists its stop as open once the entry has filled: nothing else holds the shares', () => {
    const h = harness([series('AAPL', flat(100, 390))]);
    const { body } = h.submit(oto({ stopLoss: { stopPrice: '97' } }), at(1));
    h.exchange.advance(at(2));
    expect(h.order(body.id)).toMatchObject({ status: 'filled', legs: [{ type: 'stop', status: 'new' }] });
    expect(h.orders({ status: 'open' })).toMatchObject([{ id: body.legs[0].id, status: 'new' }]);
  });

  it('has exactly one leg, and opens a position', () => {
    const h = harness([series('AAPL', rising)]);
    expect(h.submit(oto({}), at(1)).status).toBe(422);
    expect(h.submit(oto({ takeProfit: { limitPrice: '105' }, stopLoss: { stopPrice: '97' } })).status).toBe(422);
    h.submit(market('AAPL', 'buy', '10'));
    expect(h.submit({ ...oto({ takeProfit: { limitPrice: '97' } }), side: 'sell' }).body.message).toBe('oto orders must be entry orders');
  });
});

describe('a group', () => {
  it('ends with any of its members, the unfilled entry among them', () => {
    const h = harness([series('AAPL', rising)]);
    const entry = limit('AAPL', 'buy', '10', '90', {
      orderClass: 'bracket',
      takeProfit: { limitPrice: '105' },
      stopLoss: { stopPrice: '80' },
    });
    const { body } = h.submit(entry, at(1));
    h.ask({ kind: 'cancelOrder', id: body.legs[1].id });
    expect(h.order(body.id)).toMatchObject({ status: 'canceled', legs: [{ status: 'canceled' }, { status: 'canceled' }] });
  });

  it('sells no more than is left of the position when its entry becomes whole', () => {
    const h = harness([series('AAPL', [...flat(100, 390)])], { partialFillChance: 0.999, seed: 5 });
    const legs = { takeProfit: { limitPrice: '105' }, stopLoss: { stopPrice: '97' } };
    const { body } = h.submit(market('AAPL', 'buy', '100', { orderClass: 'bracket', ...legs }), at(1));
    const first = Number(h.order(body.id).filled_qty);
    expect(first).toBeLessThan(100);
    h.submit(market('AAPL', 'sell', String(first)));
    h.exchange.advance(at(60));
    const left = Number(h.position('AAPL').qty);
    expect(h.order(body.id)).toMatchObject({ status: 'filled' });
    expect(h.order(body.id).legs.map((leg: Wire) => Number(leg.qty))).toEqual([left, left]);
  });
});
