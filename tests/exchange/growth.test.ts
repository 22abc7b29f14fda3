/** What is left of an order when it is over: little, for a while, and then eight bytes; and every read stays right meanwhile. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { parseMoney } from '#server/domain/money.ts';
import type { Exchange } from '#server/exchange/contract.ts';
import type { ActivityFilter } from '#server/exchange/requests.ts';
import type { ExchangeSettings } from '#server/exchange/settings.ts';
import { createStaleView } from '#server/exchange/wire/faults-stale.ts';
import { at, flat, type Harness, harness, limit, market, series, type Wire } from './harness.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Twice: buffers are given back while the next collection begins. */
function bytesInUse(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const KEEP = 4_096;

function open(settings: Partial<ExchangeSettings> = {}): Harness {
  const cash = parseMoney('100000000');
  const h = harness([series('AAPL', flat(100, 30)), series('MSFT', flat(50, 30))], { keepFinishedOrders: KEEP, cash, ...settings });
  h.exchange.advance(at(1));
  return h;
}

const nameOf = (n: number): string => `order-of-mine-${n}`;

/** Orders that fill at once, named or not; of each thousandth the words are noted. */
function churn(h: Harness, from: number, to: number, isNamed = true, noted: Wire[] = []): void {
  for (let n = from; n < to; n++) {
    const order = market(n % 3 ? 'AAPL' : 'MSFT', Math.floor(n / 3) % 2 ? 'sell' : 'buy', '2');
    const reply = h.exchange.handle(
      { kind: 'submitOrder', order: isNamed ? { ...order, clientOrderId: nameOf(n) } : order },
      h.exchange.now(),
    );
    if (n % 1_000 === 0) noted.push(JSON.parse(JSON.stringify(reply.json())));
    h.exchange.drain();
  }
}

const sizeOf = (exchange: Exchange) => {
  const { state, parts } = exchange.checkpoint();
  const count = (history: string): number =>
    parts.filter((part) => part.history === history).reduce((sum, { bytes }) => sum + bytes.length, 0);
  return { state: state.length, orders: count('orders'), activities: count('activities'), names: count('clientIds'), parts: parts.length };
};

describe('finished orders', () => {
  it('take a hundred bytes each with their fills, and eight when there are newer ones', () => {
    const h = open();
    churn(h, 0, 20_000);
    const before = sizeOf(h.exchange);
    const inUse = bytesInUse();
    churn(h, 20_000, 60_000);
    const after = sizeOf(h.exchange);
    expect(bytesInUse() - inUse).toBeLessThan(40_000 * 16);
    expect(Math.abs(after.names - before.names - 40_000 * 8)).toBeLessThanOrEqual(KEEP * 8);
    expect(after.parts).toBeLessThan(20);
    // Up to a part more than KEEP orders, and up to two parts more than twice as many activities.
    expect((after.orders + after.activities) / (2 * KEEP)).toBeLessThan(100);
    // What is not in a full part yet, and orders that have just ended.
    for (const { state } of [before, after]) expect(state).toBeLessThan(1_200_000);
  });

  it('are read back as they were said, as long as they are kept', () => {
    const h = open();
    const noted: Wire[] = [];
    churn(h, 0, 15_000, true, noted);
    for (const said of noted.slice(-4)) {
      const { updated_at: _updated, status: _status, filled_at: _filled, filled_qty: _quantity, filled_avg_price: _price, ...same } = said;
      expect(h.order(said.id)).toMatchObject({ ...same, status: 'filled', filled_qty: '2' });
      expect(h.ask({ kind: 'getOrderByClientId', clientOrderId: said.client_order_id }).body).toEqual(h.order(said.id));
    }
    expect(h.ask({ kind: 'getOrder', id: noted[0].id, nested: false }).status).toBe(404);
    const oldest = h.orders({ status: 'closed', direction: 'asc', limit: 1 })[0];
    const newest = h.orders({ status: 'closed', direction: 'desc', limit: 50_000 });
    expect(newest.length).toBeGreaterThanOrEqual(KEEP);
    expect(newest.map((order) => order.client_order_id)).toEqual(newest.map((_, i) => nameOf(14_999 - i)));
    expect(newest.at(-1)).toEqual(oldest);
  });
});

describe('a list of orders', () => {
  /** Half an hour of orders that fill, wait, are canceled, and have legs. */
  function busy(): Harness {
    const h = open();
    for (let n = 0; n < 3_000; n++) {
      const symbol = n % 3 ? 'AAPL' : 'MSFT';
      const price = symbol === 'AAPL' ? 100 : 50;
      const legs = { takeProfit: { limitPrice: `${price + 20}` }, stopLoss: { stopPrice: `${price - 20}` } };
      const kinds = [
        market(symbol, 'buy', '2'),
        limit(symbol, 'buy', '1', '9'),
        market(symbol, 'buy', '3', { orderClass: 'bracket', ...legs }),
      ];
      const order = n % 97 === 0 ? kinds[2] : kinds[n % 2];
      const { body } = h.submit(order ?? {}, at(1 + Math.floor(n / 150)));
      if (n % 5 === 0 && h.order(body.id).status === 'new') h.ask({ kind: 'cancelOrder', id: body.id });
    }
    return h;
  }

  it('has what one would pick by hand from all of them', () => {
    const h = busy();
    const all = h.orders({ status: 'all', limit: 100_000 });
    const isOpen = ({ status }: Wire): boolean => ['new', 'held', 'accepted', 'partially_filled', 'pending_new'].includes(status);
    const timeOf = ({ submitted_at }: Wire): number => Date.parse(submitted_at);
    const middle = all[1_700];
    const isLater = ({ id }: Wire): boolean => all.findIndex((order) => order.id === id) > 1_700;
    const cases: [Parameters<Harness['orders']>[0], (order: Wire) => boolean][] = [
      [{ status: 'closed' }, (order) => !isOpen(order)],
      [{ status: 'open' }, (order) => isOpen(order) && order.status !== 'held'],
      [{ status: 'all', symbols: ['MSFT'], side: 'buy' }, ({ symbol, side }) => symbol === 'MSFT' && side === 'buy'],
      [{ status: 'all', after: at(6), until: at(9) }, (order) => timeOf(order) > at(6) && timeOf(order) < at(9)],
      [{ status: 'closed', after: at(15) }, (order) => !isOpen(order) && timeOf(order) > at(15)],
      [{ status: 'all', until: at(4) }, (order) => timeOf(order) < at(4)],
      [{ status: 'all', afterOrderId: middle.id }, isLater],
      [{ status: 'all', beforeOrderId: middle.id }, (order) => !isLater(order) && order.id !== middle.id],
      [{ status: 'all', assetClasses: ['crypto'] }, () => false],
    ];
    for (const [filter, isWanted] of cases) {
      const wanted = all.filter(isWanted);
      expect(h.orders({ ...filter, limit: 100_000 })).toEqual(wanted);
      expect(h.orders({ ...filter, limit: 37, direction: 'desc' })).toEqual(wanted.toReversed().slice(0, 37));
    }
    const legs = all.filter(({ order_class, side }) => order_class === 'bracket' && side === 'sell').length;
    const nested = h.orders({ status: 'all', nested: true, limit: 100_000 });
    expect([legs > 50, nested.length]).toEqual([true, all.length - legs]);
    expect(nested.filter((order) => order.legs?.length === 2).length * 2).toBe(legs);
  });
});

describe('the client order id of an order that is forgotten', () => {
  it('stays refused, over snapshots too, whoever made it', () => {
    const h = open();
    const noted: Wire[] = [];
    churn(h, 0, 6_000, false, noted);
    churn(h, 6_000, 30_000);
    const copy = open();
    copy.exchange.restore(h.exchange.snapshot());
    const resumed = open();
    resumed.exchange.resume(h.exchange.checkpoint());
    for (const one of [h, copy, resumed]) {
      expect(one.ask({ kind: 'getOrderByClientId', clientOrderId: nameOf(6_000) }).status).toBe(404);
      for (const taken of [noted[0].client_order_id, nameOf(6_000), nameOf(9_000), nameOf(22_000), nameOf(29_999)]) {
        const again = one.submit(limit('AAPL', 'buy', '1', '50', { clientOrderId: taken }));
        expect([again.status, again.body.message]).toEqual([422, 'client_order_id must be unique']);
      }
      expect(one.submit(limit('AAPL', 'buy', '1', '50', { clientOrderId: nameOf(1) })).status).toBe(200);
    }
  });

  it('may be used again where only those of open orders count', () => {
    const h = open({ clientOrderIds: 'uniqueAmongOpen' });
    churn(h, 0, 12_000);
    expect(h.submit(limit('AAPL', 'buy', '1', '50', { clientOrderId: nameOf(1) })).status).toBe(200);
    expect(h.submit(limit('AAPL', 'buy', '1', '50', { clientOrderId: nameOf(1) })).status).toBe(422);
  });
});

describe('an open order older than all that are kept', () => {
  it('is found, listed and filled, and then kept like the newest', () => {
    const h = open();
    const { id } = h.submit(limit('AAPL', 'buy', '3', '99', { clientOrderId: 'patient', timeInForce: 'gtc' })).body;
    churn(h, 0, 15_000);
    expect(h.orders({ status: 'all', direction: 'asc', limit: 1 })).toEqual([h.order(id)]);
    expect(h.ask({ kind: 'fillOrder', id }).status).toBe(200);
    churn(h, 15_000, 16_000);
    expect(h.ask({ kind: 'getOrderByClientId', clientOrderId: 'patient' }).body).toMatchObject({ id, status: 'filled', filled_qty: '3' });
    churn(h, 16_000, 26_000);
    expect(h.ask({ kind: 'getOrder', id, nested: false }).status).toBe(404);
    expect(h.submit(limit('AAPL', 'buy', '1', '50', { clientOrderId: 'patient' })).status).toBe(422);
  });
});

describe('activities', () => {
  const list = (h: Harness, filter: Partial<ActivityFilter>): Wire[] =>
    h.ask({ kind: 'listActivities', filter: { direction: 'desc', pageSize: 100, ...filter } }).body;

  it('are paged by id while the market stands still, in both directions, to the oldest that is kept', () => {
    const h = open();
    churn(h, 0, 15_000);
    for (const direction of ['asc', 'desc'] as const) {
      const all = list(h, { direction, pageSize: 1_000_000 });
      expect(all.length).toBeGreaterThanOrEqual(2 * KEEP);
      const paged: Wire[] = [];
      for (let page = list(h, { direction }); page.length > 0; ) {
        paged.push(...page);
        page = list(h, { direction, pageToken: page.at(-1).id });
      }
      expect(paged).toEqual(all);
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    }
  });
});

describe('stale reads', () => {
  it('remember no more inputs than the longest of them needs', () => {
    const h = open();
    let wall = 0;
    const view = createStaleView({ exchange: h.exchange, wall: () => wall, longestMs: () => 2_000 });
    const place = (n: number): void => {
      wall += 10;
      const request = { kind: 'submitOrder', order: { ...market('AAPL', 'buy', '1'), clientOrderId: nameOf(n) } } as const;
      view.before(h.exchange.now(), request);
      h.exchange.handle(request, h.exchange.now());
      h.exchange.drain();
    };
    for (let n = 0; n < 3_000; n++) place(n);
    const handle = h.exchange.handle;
    let repeated = 0;
    Object.assign(h.exchange, {
      handle: (...call: Parameters<typeof handle>) => {
        repeated += 1;
        return handle(...call);
      },
    });
    const filter = { status: 'all', limit: 1, direction: 'desc', nested: false } as const;
    const newest = (ageMs: number): string => (view.answer({ kind: 'listOrders', filter }, ageMs).body as Wire)[0].client_order_id;
    expect(newest(2_000)).toBe(nameOf(2_799));
    expect(repeated).toBeLessThan(500);
    expect(newest(500)).toBe(nameOf(2_949));
    expect(newest(0)).toBe(nameOf(2_999));
  });
});
