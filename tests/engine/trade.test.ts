/** One bar to one order to one fill, and what the books say then. */
import { describe, expect, test } from 'vitest';
import type { BrokerOrderId, OrderId } from '#server/domain/ids.ts';
import { formatFixed, parseQuantity } from '#server/domain/money.ts';
import { plus } from '#server/domain/time.ts';
import { equityOf } from '#server/domain/valuation.ts';
import { inconsistency } from '#server/engine/observe.ts';
import { AAPL, alerts, BTC, bench, fill, giveUp, placed, plan, portfolio, scripted, statement, view } from '#tests/support/builders.ts';
import { policy } from './exits-bench.ts';

const oneAgent = (opinions: Parameters<typeof scripted>[0]) =>
  plan({ portfolios: [portfolio({ deployments: [{ ...portfolio().deployments[0]!, hire: scripted(opinions) }] })] });

function entered(opinions: Parameters<typeof scripted>[0] = ['up', undefined, 'flat']) {
  const engine = bench(oneAgent(opinions));
  const [place] = placed(engine.bar(100));
  return { engine, order: place!.order, intent: place!.intent };
}

test('an opinion becomes a sized order whose id names its place in the journal', () => {
  const { engine, order, intent } = entered();
  expect(order).toBe(`rtest-${engine.books.seq}-0`);
  expect(formatFixed(intent.quantity)).toBe('100');
  expect(intent).toMatchObject({ side: 'buy', type: 'market', timeInForce: 'day', purpose: 'open' });
  expect(engine.books.orders.get(order)?.status).toBe('submitting');
});

test('fills change cash and position, once each, in any number of pieces', () => {
  const { engine, order } = entered();
  engine.happen({ kind: 'orderAccepted', order, brokerId: 'b' as BrokerOrderId });
  const first = fill(order, 'buy', '40', '100.10');
  engine.happen({ kind: 'fill', fill: first });
  engine.happen({ kind: 'fill', fill: first });
  engine.happen({ kind: 'fill', fill: fill(order, 'buy', '60', '100.20') });
  expect(engine.books.orders.get(order)?.status).toBe('filled');
  expect(formatFixed(engine.books.cash)).toBe('89984');
  expect(formatFixed(engine.books.markets.get(AAPL)!.position.quantity)).toBe('100');
  expect(inconsistency(engine.books)).toBeUndefined();
});

test('an exit closes what is held, and realises the difference', () => {
  const { engine, order } = entered(['up', 'flat']);
  engine.happen({ kind: 'fill', fill: fill(order, 'buy', '100', '100') });
  const [exit] = placed(engine.bar(110));
  expect(exit?.intent).toMatchObject({ side: 'sell', purpose: 'reduce', quantity: parseQuantity('100') });
  engine.happen({ kind: 'fill', fill: fill(exit!.order, 'sell', '100', '110') });
  expect(formatFixed(engine.books.markets.get(AAPL)!.position.realised)).toBe('1000');
  expect(formatFixed(equityOf(engine.books))).toBe('101000');
});

test('crypto fees are kept from what is credited', () => {
  const engine = bench(plan({ portfolios: [portfolio({ symbols: [BTC] })] }));
  const [place] = placed(engine.bar(10_000, BTC));
  engine.happen({ kind: 'fill', fill: fill(place!.order, 'buy', '1', '10000', BTC) });
  expect(formatFixed(engine.books.markets.get(BTC)!.position.quantity)).toBe('0.9975');
  expect(formatFixed(engine.books.cash)).toBe('90000');
});

describe('silence is not a refusal', () => {
  test('an unknown order keeps its exposure, is asked for, and is not sent again', () => {
    const { engine, order } = entered(['up', 'up', 'up']);
    expect(engine.happen({ kind: 'orderUnknown', order, reason: 'timeout' })).toEqual([{ kind: 'ask', order }]);
    expect(engine.books.orders.get(order)?.status).toBe('unknown');
    expect(placed(engine.bar(101))).toEqual([]);
    const asked: number[] = [];
    for (let ms = 250; ms <= 64_000; ms += 250)
      if (engine.happen({ kind: 'tick' }, plus(engine.at, 250)).some(({ kind }) => kind === 'ask')) asked.push(ms);
    expect(asked).toEqual([250, 750, 1_750, 3_750, 7_750, 15_750, 31_750, 63_750]);
  });

  test('"not found" is no refusal: it takes answers that lie apart, a quiet minute, and a statement that bears them out', () => {
    const { engine, order } = entered();
    const status = () => engine.books.orders.get(order)?.status;
    const notFound = (times: number, everyMs: number) => {
      for (let i = 0; i < times; i++) engine.happen({ kind: 'orderNotFound', order }, plus(engine.at, everyMs));
    };
    engine.happen({ kind: 'orderUnknown', order, reason: 'timeout' });
    for (let i = 0; i < 50; i++) engine.happen({ kind: 'tick' }, plus(engine.at, 3_000));
    notFound(100, 1);
    notFound(4, 5_000);
    engine.happen({ kind: 'statement', statement: statement({ asOf: engine.at }) });
    notFound(1, 5_000);
    // Often enough and borne out, but not for a minute.
    expect(status()).toBe('unknown');
    expect(alerts(engine.happen({ kind: 'orderNotFound', order }, plus(engine.at, 60_000)))).toEqual(['orderLost']);
    expect(status()).toBe('rejected');
  });

  test('answers that come all at once are one answer', () => {
    const { engine, order } = entered();
    engine.happen({ kind: 'orderUnknown', order, reason: 'timeout' });
    engine.happen({ kind: 'orderNotFound', order });
    engine.happen({ kind: 'statement', statement: statement({ asOf: engine.at }) });
    engine.at = plus(engine.at, 60_000);
    for (let i = 0; i < 9; i++) engine.happen({ kind: 'orderNotFound', order }, plus(engine.at, 10));
    expect(engine.books.orders.get(order)?.status).toBe('unknown');
  });

  test('what was given up is remembered for good: seen after a thousand other orders it is taken in and cancelled', () => {
    const { engine, order } = entered();
    Object.assign(engine.books, { keptFinishedOrders: 2 });
    engine.happen({ kind: 'orderUnknown', order, reason: 'timeout' });
    giveUp(engine, order);
    for (let nth = 0; nth < 1_000; nth++) engine.happen({ kind: 'fill', fill: fill(`by-hand-${nth}` as OrderId, 'buy', '1', '1') });
    expect(engine.books.orders.size).toBe(3);
    const commands = engine.happen({ kind: 'fill', fill: fill(order, 'buy', '30', '100') });
    expect(commands).toContainEqual({ kind: 'cancel', order, brokerId: undefined });
    expect(engine.books.orders.get(order)).toMatchObject({ status: 'cancelling', filled: parseQuantity('30') });
    expect(inconsistency(engine.books)).toBeUndefined();
  });

  test('"not found" for ever, without a statement, is told and gives nothing up', () => {
    const { engine, order } = entered();
    engine.happen({ kind: 'orderUnknown', order, reason: 'timeout' });
    for (let i = 0; i < 50; i++) engine.happen({ kind: 'orderNotFound', order }, plus(engine.at, 10_000));
    expect(engine.books.orders.get(order)?.status).toBe('unknown');
    expect(engine.happen({ kind: 'orderNotFound', order })).toContainEqual({ kind: 'reconcile' });
    expect(engine.books.orders.get(order)?.alarms).toEqual(['orderStuck']);
  });

  test('an order given up for lost that appears after all is tracked and cancelled on sight', () => {
    const { engine, order } = entered();
    engine.happen({ kind: 'orderUnknown', order, reason: 'timeout' });
    giveUp(engine, order);
    const commands = engine.happen({ kind: 'orderSeen', view: view(order, 'new') });
    expect(commands).toContainEqual({ kind: 'cancel', order, brokerId: `b-${order}` });
    expect(engine.books.orders.get(order)?.status).toBe('cancelling');
    expect(inconsistency(engine.books)).toBeUndefined();
  });
});

test('an ending that counts more fills than we hold is not believed before they are fetched', () => {
  const { engine, order } = entered();
  const commands = engine.happen({ kind: 'orderSeen', view: view(order, 'canceled', { filled: parseQuantity('30') }) });
  expect(commands).toContainEqual({ kind: 'reconcile' });
  expect(engine.books.openOrderCount).toBe(1);
  engine.happen({ kind: 'fill', fill: fill(order, 'buy', '30', '100') });
  engine.happen({ kind: 'orderSeen', view: view(order, 'canceled', { filled: parseQuantity('30') }) });
  expect(engine.books.orders.get(order)?.status).toBe('cancelled');
  expect(formatFixed(engine.books.markets.get(AAPL)!.position.quantity)).toBe('30');
});

test('a fill that crosses our cancel still counts', () => {
  const { engine, order } = entered();
  engine.happen({ kind: 'orderSeen', view: view(order, 'canceled') });
  engine.happen({ kind: 'fill', fill: fill(order, 'buy', '100', '100') });
  expect(engine.books.orders.get(order)?.status).toBe('filled');
  expect(formatFixed(engine.books.markets.get(AAPL)!.position.quantity)).toBe('100');
  expect(inconsistency(engine.books)).toBeUndefined();
});

test('a fill of a stranger is taken into the books and told', () => {
  const engine = bench();
  const commands = engine.happen({ kind: 'fill', fill: fill('by-hand' as OrderId, 'buy', '5', '100') });
  expect(alerts(commands)).toContain('externalOrder');
  expect(formatFixed(engine.books.markets.get(AAPL)!.position.quantity)).toBe('5');
});

test('a late fill of an order of ours that was forgotten is not counted twice', () => {
  const engine = bench();
  engine.happen({ kind: 'fill', fill: fill('rtest-1-0' as OrderId, 'buy', '5', '100') });
  expect(formatFixed(engine.books.cash)).toBe('100000');
});

test('positions that differ three conclusive statements in a row close the latch', () => {
  const engine = bench();
  const differing = () =>
    engine.happen({
      kind: 'statement',
      statement: statement({
        asOf: engine.at,
        positions: [{ symbol: AAPL, quantity: parseQuantity('7'), averageEntryPrice: parseQuantity('100') as never }],
      }),
    });
  expect(alerts(differing())).toEqual([]);
  differing();
  expect(alerts(differing())).toEqual(['booksDiffer', 'killEngaged']);
  expect(engine.books.kill.level).toBe('halt');
  // The broker's word is what we go on with, so that an operator can look, and release or flatten.
  expect(formatFixed(engine.books.markets.get(AAPL)!.position.quantity)).toBe('7');
  expect(engine.books.reconciled).toBe(true);
});

test('bars that were seen before, or come late, change nothing', () => {
  const engine = bench(oneAgent([undefined, 'up']));
  engine.bar(100);
  const seq = engine.books.seq;
  const old = {
    symbol: AAPL,
    startsAt: engine.books.markets.get(AAPL)!.lastBarStartsAt,
    endsAt: engine.at,
    open: 1,
    high: 1,
    low: 1,
    close: 1,
    volume: 1,
  };
  expect(engine.happen({ kind: 'bar', bar: old, history: false })).toEqual([]);
  expect(engine.books.markets.get(AAPL)!.lastPrice).toBe(100);
  expect(engine.books.seq).toBe(seq + 1);
});

test('nothing is decided on history', () => {
  const engine = bench();
  const past = { symbol: AAPL, startsAt: engine.at, endsAt: engine.at, open: 100, high: 100, low: 100, close: 100, volume: 1 };
  expect(placed(engine.happen({ kind: 'bar', bar: past, history: true }))).toEqual([]);
});

test('an order once given up for lost is cancelled again when the broker, asked, says that it lives on', () => {
  const { engine, order } = entered();
  engine.happen({ kind: 'orderUnknown', order, reason: 'timeout' });
  giveUp(engine, order);
  engine.happen({ kind: 'orderSeen', view: view(order, 'new') });
  // The stream may be older than our cancel; an answer that comes long after it is not.
  expect(engine.happen({ kind: 'orderSeen', view: view(order, 'new') })).toEqual([]);
  const commands = engine.happen({ kind: 'orderSeen', view: view(order, 'new'), asked: true }, plus(engine.at, 4_000));
  expect(commands).toContainEqual({ kind: 'cancel', order, brokerId: `b-${order}` });
});

test('a take-profit that waited for its price was booked with the fee of a taker, and cash differed from the account on a fair day', () => {
  const fees = { cryptoTakerBasisPoints: 25, cryptoMakerBasisPoints: 15 };
  const exits = policy({ takeProfit: { percent: 10 } });
  const engine = bench(plan({ portfolios: [portfolio({ symbols: [BTC], exits })], fees }));
  const [entry] = placed(engine.bar(10_000, BTC));
  const [exit] = placed(engine.happen({ kind: 'fill', fill: fill(entry!.order, 'buy', '1', '10000', BTC) }));
  expect(exit?.intent).toMatchObject({ type: 'limit', side: 'sell' });
  const sold = { ...fill(exit!.order, 'sell', '0.9975', '11000', BTC) };
  engine.happen({ kind: 'fill', fill: sold });
  // Of $10,972.50 fifteen hundredths of a percent; the entry, at the market, had cost a quarter of a percent in coins.
  expect(formatFixed(engine.books.cash)).toBe('100956.04125');
});
