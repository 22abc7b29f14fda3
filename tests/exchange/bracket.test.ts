/** Brackets: exits held until the entry is whole, one exit ends the other, everything moves together. */
import { describe, expect, it } from 'vitest';
import { at, flat, harness, limit, market, series, told, type Wire } from './harness.ts';

const entry = (more = {}) =>
  market('AAPL', 'buy', '10', { orderClass: 'bracket', takeProfit: { limitPrice: '105' }, stopLoss: { stopPrice: '97' }, ...more });
const rising = [...flat(100, 5), [100, 106, 100, 106], ...flat(106, 384)] as const;
const falling = [...flat(100, 5), [100, 100, 96, 96], ...flat(96, 384)] as const;

describe('a bracket', () => {
  it('acknowledges its exits as held and arms them when the entry is filled', () => {
    const h = harness([series('AAPL', rising)]);
    const { body } = h.submit(entry(), at(1));
    expect(body.legs.map((leg: Wire) => [leg.type, leg.status])).toEqual([
      ['limit', 'held'],
      ['stop', 'held'],
    ]);
    expect(h.order(body.id).legs.map((leg: Wire) => leg.status)).toEqual(['new', 'held']);
    expect(h.position('AAPL')).toMatchObject({ qty: '10', qty_available: '0' });
    expect(h.orders({ status: 'open' }).map((order) => order.type)).toEqual(['limit']);
    expect(h.orders({ status: 'open', nested: true }).map((order) => order.legs.length)).toEqual([2]);
  });

  it('takes the profit and cancels the stop', () => {
    const h = harness([series('AAPL', rising)]);
    const { body } = h.submit(entry(), at(1));
    h.exchange.drain();
    h.exchange.advance(at(6));
    expect(told(h.updates())).toEqual(['fill', 'canceled']);
    expect(h.order(body.id).legs.map((leg: Wire) => leg.status)).toEqual(['filled', 'canceled']);
    expect(h.ask({ kind: 'listPositions' }).body).toEqual([]);
  });

  it('stops the loss and cancels the profit', () => {
    const h = harness([series('AAPL', falling)]);
    const { body } = h.submit(entry(), at(1));
    h.exchange.drain();
    h.exchange.advance(at(6));
    expect(told(h.updates())).toEqual(['new', 'canceled', 'fill']);
    expect(h.order(body.id).legs.map((leg: Wire) => leg.status)).toEqual(['canceled', 'filled']);
  });

  it('leaves the exits held while the entry is only partly filled, and drops them with it', () => {
    const h = harness([series('AAPL', flat(100, 390))], { partialFillChance: 1 });
    const { body } = h.submit(entry({ qty: '1000' }), at(1));
    expect(h.order(body.id)).toMatchObject({ status: 'partially_filled', legs: [{ status: 'held' }, { status: 'held' }] });
    h.ask({ kind: 'cancelOrder', id: body.id });
    expect(h.order(body.id)).toMatchObject({ status: 'canceled', legs: [{ status: 'canceled' }, { status: 'canceled' }] });
    expect(h.position('AAPL').qty_available).toBe(h.position('AAPL').qty);
  });

  it('shrinks the stop as the profit is taken in parts', () => {
    const h = harness([series('AAPL', rising)], { partialFillChance: 1, seed: 5 });
    const { body } = h.submit(entry({ qty: '100' }), at(1));
    h.exchange.advance(at(4));
    h.exchange.advance(at(5, 45_000));
    const [profit, stop] = h.order(body.id).legs;
    expect(Number(profit.filled_qty)).toBeGreaterThan(0);
    expect(Number(stop.qty)).toBe(100 - Number(profit.filled_qty));
  });

  it('goes as a whole when one exit is cancelled', () => {
    const h = harness([series('AAPL', flat(100, 390))]);
    const { body } = h.submit(entry(), at(1));
    h.ask({ kind: 'cancelOrder', id: h.order(body.id).legs[1].id });
    expect(h.order(body.id).legs.map((leg: Wire) => leg.status)).toEqual(['canceled', 'canceled']);
  });

  it('moves its stop when the leg is replaced', () => {
    const h = harness([series('AAPL', falling)]);
    const { body } = h.submit(entry(), at(1));
    const stop = h.order(body.id).legs[1];
    const replaced = h.ask({ kind: 'replaceOrder', id: stop.id, change: { stopPrice: '99' } });
    expect(replaced.body).toMatchObject({ status: 'held', replaces: stop.id, stop_price: '99' });
    h.exchange.advance(at(6));
    expect(h.order(replaced.body.id).status).toBe('filled');
    expect(h.order(body.id).legs.map((leg: Wire) => leg.status)).toEqual(['canceled', 'filled']);
  });

  it.each([
    ['no profit', { takeProfit: undefined }, 422, 40010001],
    ['the profit under the stop', { takeProfit: { limitPrice: '96' } }, 422, 42210000],
    ['the stop at the price', { stopLoss: { stopPrice: '100' } }, 422, 42210000],
    ['the profit at the price', { takeProfit: { limitPrice: '100' } }, 422, 42210000],
    ['a stop as the entry', { type: 'stop', stopPrice: '101' }, 422, 40010001],
    ['IOC', { timeInForce: 'ioc' }, 422, 42210000],
    ['a fraction', { qty: '1.5' }, 422, 42210000],
  ])('is refused with %s', (_name, more, status, code) => {
    const h = harness([series('AAPL', flat(100, 390))]);
    const order = Object.fromEntries(Object.entries(entry(more)).filter(([, value]) => value !== undefined));
    const reply = h.submit(order, at(1));
    expect([reply.status, reply.body.code]).toEqual([status, code]);
  });

  it('must be an entry', () => {
    const h = harness([series('AAPL', flat(100, 390))]);
    h.submit(market('AAPL', 'buy', '10'), at(1));
    const reply = h.submit({
      ...limit('AAPL', 'sell', '5', '101'),
      orderClass: 'bracket',
      takeProfit: { limitPrice: '99' },
      stopLoss: { stopPrice: '103' },
    });
    expect(reply).toMatchObject({ status: 422, body: { message: 'bracket orders must be entry orders' } });
  });
});
