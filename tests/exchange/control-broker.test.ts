/** What the broker does by itself: fills at will, rejections, busts and corrections, transfers, restrictions. */
import { describe, expect, it } from 'vitest';
import { parseFixed } from '#server/domain/money.ts';
import { createOrderIds } from '#server/exchange/order-ids.ts';
import { createTradeUpdateLog } from '#server/exchange/trade-update-log.ts';
import { renderTradeUpdate } from '#server/exchange/view/order-view.ts';
import { at, flat, type Harness, harness, limit, market, series, told, type Wire } from './harness.ts';

const shop = (settings = {}): Harness => harness([series('AAPL', flat(100, 390)), series('BTC/USD', flat(5_000, 390))], settings);
const activities = (h: Harness): Wire[] => h.ask({ kind: 'listActivities', filter: { direction: 'asc', pageSize: 100 } }).body;
const executionOf = (h: Harness): string => activities(h)[0].id.split('::')[1];

describe('orders', () => {
  it('fill share by share, when that is asked for', () => {
    const h = shop();
    const { id } = h.submit(limit('AAPL', 'buy', '3', '90'), at(1)).body;
    h.updates();
    for (let i = 0; i < 3; i++) expect(h.ask({ kind: 'fillOrder', id, qty: '1' }).status).toBe(200);
    expect(told(h.updates())).toEqual(['partial_fill', 'partial_fill', 'fill']);
    expect(h.position('AAPL')).toMatchObject({ qty: '3', avg_entry_price: '90' });
    const other = h.submit(limit('AAPL', 'buy', '3', '90')).body.id;
    expect(h.ask({ kind: 'fillOrder', id: other, qty: '4' }).status).toBe(422);
  });

  it('of one group may both fill', () => {
    const h = shop();
    const bracket = { orderClass: 'bracket', takeProfit: { limitPrice: '120' }, stopLoss: { stopPrice: '80' } };
    const { id } = h.submit(market('AAPL', 'buy', '5', bracket), at(1)).body;
    const [profit, loss] = h.order(id).legs;
    expect(h.ask({ kind: 'fillOrder', id: profit.id, both: true }).status).toBe(200);
    expect([h.order(profit.id).status, h.order(loss.id).status, h.position('AAPL').qty]).toEqual(['filled', 'filled', '-5']);
  });

  it('of a group whose stop-loss was filled at will leave no take-profit behind', () => {
    const h = shop();
    const bracket = { orderClass: 'bracket', takeProfit: { limitPrice: '120' }, stopLoss: { stopPrice: '80' } };
    const { id } = h.submit(market('AAPL', 'buy', '5', bracket), at(1)).body;
    const [profit, loss] = h.order(id).legs;
    expect(h.ask({ kind: 'fillOrder', id: loss.id }).status).toBe(200);
    expect([h.order(profit.id).status, h.order(loss.id).status, h.position('AAPL').code]).toEqual(['canceled', 'filled', 40410000]);
  });

  it('are rejected after they were taken, legs and all, and what was held back is given back', () => {
    const h = shop();
    const bracket = { orderClass: 'bracket', takeProfit: { limitPrice: '120' }, stopLoss: { stopPrice: '80' } };
    const { id } = h.submit(limit('AAPL', 'buy', '5', '90', bracket), at(1)).body;
    expect(h.ask({ kind: 'rejectOrder', id })).toMatchObject({ status: 200, body: { status: 'rejected' } });
    expect(h.order(id)).toMatchObject({
      status: 'rejected',
      failed_at: '2019-02-11T14:31:00.000Z',
      legs: [{ status: 'canceled' }, { status: 'canceled' }],
    });
    expect(h.account().buying_power).toBe('200000');
    expect(h.ask({ kind: 'rejectOrder', id }).status).toBe(422);
  });
});

describe('executions', () => {
  it('that are busted never were: shares and dollars go back, and the stream says so', () => {
    const h = shop();
    const { id } = h.submit(market('AAPL', 'buy', '5'), at(1)).body;
    const executionId = executionOf(h);
    h.updates();
    expect(h.ask({ kind: 'bustExecution', executionId }).status).toBe(200);
    expect([h.account().cash, h.ask({ kind: 'getPosition', symbol: 'AAPL' }).status]).toEqual(['100000', 404]);
    expect(h.order(id)).toMatchObject({ status: 'filled', filled_qty: '0' });
    const [update] = h.updates();
    expect(renderTradeUpdate(update!)).toMatchObject({
      event: 'trade_bust',
      qty: '-5',
      position_qty: '0',
      previous_execution_id: executionId,
    });
    expect(activities(h).map(({ activity_type }) => activity_type)).toEqual(['FILL', 'JNLC', 'JNLS']);
    expect(h.ask({ kind: 'bustExecution', executionId: 'none' }).status).toBe(404);
  });

  it('that are corrected were at another price', () => {
    const h = shop();
    const { id } = h.submit(market('AAPL', 'buy', '5'), at(1)).body;
    const executionId = executionOf(h);
    h.updates();
    h.ask({ kind: 'correctExecution', executionId, price: '90' });
    expect(h.order(id)).toMatchObject({ filled_qty: '5', filled_avg_price: '90' });
    expect([h.account().cash, h.position('AAPL')]).toMatchObject(['99550', { cost_basis: '450', avg_entry_price: '90' }]);
    expect(h.updates().map(renderTradeUpdate)).toMatchObject([
      { event: 'trade_correct', price: '90', qty: '5', previous_execution_id: executionId },
    ]);
  });

  it('are busted once: shares and dollars do not go back twice', () => {
    const h = shop();
    const { id } = h.submit(market('AAPL', 'buy', '5'), at(1)).body;
    const executionId = executionOf(h);
    h.ask({ kind: 'bustExecution', executionId });
    h.exchange.restore(h.exchange.snapshot());
    for (const again of [
      { kind: 'bustExecution', executionId } as const,
      { kind: 'correctExecution', executionId, price: '90' } as const,
    ]) {
      expect(h.ask(again)).toMatchObject({ status: 422, body: { message: `execution ${executionId} was busted before` } });
    }
    expect([h.account().cash, h.order(id).filled_qty]).toEqual(['100000', '0']);
    expect(h.ask({ kind: 'getPosition', symbol: 'AAPL' }).status).toBe(404);
  });

  it('that were corrected are corrected again, and busted, at the price they are at', () => {
    const h = shop();
    const { id } = h.submit(market('AAPL', 'buy', '5'), at(1)).body;
    const executionId = executionOf(h);
    for (const price of ['90', '95']) h.ask({ kind: 'correctExecution', executionId, price });
    expect(h.order(id)).toMatchObject({ filled_avg_price: '95' });
    expect([h.account().cash, h.position('AAPL').cost_basis]).toEqual(['99525', '475']);
    h.ask({ kind: 'bustExecution', executionId });
    expect([h.account().cash, h.order(id).filled_qty]).toEqual(['100000', '0']);
  });

  it('are remembered as they were told', () => {
    const h = shop({ seed: 4 });
    h.submit(market('AAPL', 'sell', '5'), at(1));
    h.ask({ kind: 'bustExecution', executionId: executionOf(h) });
    const log = createTradeUpdateLog(createOrderIds(4), 100);
    const updates = h.updates();
    for (const update of updates) log.append(update);
    expect([...log.replay(() => true)].map(renderTradeUpdate)).toEqual(updates.map(renderTradeUpdate));
  });
});

describe('the account', () => {
  it('gets shares from another broker, and gives some away', () => {
    const h = shop();
    h.exchange.advance(at(1));
    h.ask({ kind: 'transferPosition', symbol: 'AAPL', qty: '10', price: '42.5' });
    expect(h.position('AAPL')).toMatchObject({ qty: '10', avg_entry_price: '42.5' });
    h.ask({ kind: 'transferPosition', symbol: 'AAPL', qty: '-4', price: '42.5' });
    expect([h.position('AAPL').qty, h.account().cash]).toEqual(['6', '100000']);
    expect(activities(h)).toMatchObject([
      { activity_type: 'JNLS', qty: '10', symbol: 'AAPL', net_amount: '0' },
      { activity_type: 'JNLS', qty: '-4' },
    ]);
  });

  it('is blocked, and its margin is agreed upon anew; that outlives a restart', () => {
    const h = shop();
    h.ask({ kind: 'restrict', blocked: true });
    expect(h.account()).toMatchObject({ account_blocked: true, trading_blocked: true });
    expect(h.submit(market('AAPL', 'buy', '1'), at(1))).toMatchObject({ status: 403, body: { code: 40310000 } });
    h.ask({ kind: 'restrict', blocked: false, multiplier: 1 });
    const again = shop();
    again.exchange.restore(h.exchange.snapshot());
    expect(again.account()).toMatchObject({ account_blocked: false, multiplier: '1', buying_power: '100000' });
    expect(parseFixed(again.account().cash)).toBe(100_000_000_000_000n);
  });

  it('can not sell short what has become hard to borrow, nor trade what is not tradable', () => {
    const h = shop();
    h.ask({ kind: 'changeAsset', symbol: 'AAPL', shortable: false });
    expect(h.ask({ kind: 'getAsset', symbol: 'AAPL' }).body).toMatchObject({ shortable: false, borrow_status: 'hard_to_borrow' });
    expect(h.submit(market('AAPL', 'sell', '1'), at(1)).body.message).toBe('asset "AAPL" cannot be sold short');
    h.ask({ kind: 'changeAsset', symbol: 'AAPL', tradable: false });
    expect(h.submit(market('AAPL', 'buy', '1')).body.message).toBe('asset AAPL is not tradable');
    h.ask({ kind: 'changeAsset', symbol: 'AAPL', tradable: true, shortable: true });
    h.ask({ kind: 'changeAsset', symbol: 'AAPL', borrowStatus: 'hard_to_borrow' });
    expect(h.ask({ kind: 'getAsset', symbol: 'AAPL' }).body).toMatchObject({
      ...{ shortable: true, borrow_status: 'hard_to_borrow', easy_to_borrow: false },
    });
    expect(h.submit(market('AAPL', 'sell', '1')).body.message).toBe('asset "AAPL" cannot be sold short');
    h.ask({ kind: 'changeAsset', symbol: 'AAPL', borrowStatus: 'easy_to_borrow' });
    expect(h.submit(market('AAPL', 'sell', '1')).status).toBe(200);
  });
});
