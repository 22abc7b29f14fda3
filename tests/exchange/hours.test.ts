/** What trades when: auctions, extended hours, halts, half days, and orders that grow old. */
import { describe, expect, it } from 'vitest';
import { dateText, dayNumber } from '#server/domain/civil-day.ts';
import { createNyseCalendar } from '#server/domain/nyse.ts';
import { DAY_MS, HOUR_MS, instant, MINUTE_MS } from '#server/domain/time.ts';
import { at, barsOf, flat, harness, limit, market, OPEN, series, told, type Wire } from './harness.ts';

/** Two sessions; the second one opens at 102 and closes at 103. */
const twoDays = () => ({
  ...series('AAPL', []),
  bars: [
    ...barsOf('AAPL', [...flat(100, 389), [100, 101, 100, 101]]),
    ...barsOf('AAPL', [[102, 103, 101, 101.5], ...flat(103, 389)], OPEN + DAY_MS),
  ],
});
const nextDay = (minutes: number) => instant(OPEN + DAY_MS + minutes * MINUTE_MS);

describe('before the first trade of all', () => {
  it('market orders wait for the open instead of being refused, and are judged by its price', () => {
    const h = harness([twoDays(), series('MSFT', flat(50, 390))]);
    const orders = [market('AAPL', 'buy', '10'), market('AAPL', 'buy', '1', { timeInForce: 'opg' }), market('MSFT', 'sell', '4')];
    const placed = orders.map((order) => h.submit(order, at(-5)).body);
    expect(placed.map(({ status }) => status)).toEqual(['accepted', 'accepted', 'accepted']);
    // 11 shares at 100 and four short at 50 and three percent.
    expect(h.account().buying_power).toBe('198694');
    expect(h.submit(market('AAPL', 'buy', '2000'), at(-5))).toMatchObject({ status: 403, body: { message: 'insufficient buying power' } });
    h.exchange.advance(at(1));
    expect(placed.map(({ id }) => h.order(id).status)).toEqual(['filled', 'filled', 'filled']);
  });
});

describe('the auctions', () => {
  it('fill at the price of the first and of the last trade, whatever the quote', () => {
    const h = harness([twoDays()]);
    const close = h.submit(market('AAPL', 'buy', '10', { timeInForce: 'cls' }), at(1)).body;
    expect(close.status).toBe('accepted');
    h.exchange.advance(at(389));
    expect(h.order(close.id).status).toBe('accepted');
    h.exchange.advance(at(390));
    expect(h.order(close.id)).toMatchObject({ status: 'filled', filled_avg_price: '101' });
    const open = h.submit(market('AAPL', 'sell', '10', { timeInForce: 'opg' }), instant(at(390) + 4 * HOUR_MS)).body;
    h.exchange.advance(nextDay(0));
    expect(h.order(open.id)).toMatchObject({ status: 'filled', filled_avg_price: '102', filled_at: '2019-02-12T14:30:00.000Z' });
  });

  it('cancel what their price does not reach', () => {
    const h = harness([twoDays()]);
    const close = h.submit(limit('AAPL', 'buy', '10', '100.99', { timeInForce: 'cls' }), at(1)).body;
    h.exchange.drain();
    h.exchange.advance(at(391));
    expect(told(h.updates())).toEqual(['new', 'canceled']);
    expect(h.order(close.id)).toMatchObject({ status: 'canceled', filled_qty: '0' });
    const open = h.submit(limit('AAPL', 'buy', '10', '102', { timeInForce: 'opg' }), instant(at(390) + 4 * HOUR_MS)).body;
    h.exchange.advance(nextDay(0));
    expect(h.order(open.id).status).toBe('filled');
  });

  it('take no orders from shortly before until the evening', () => {
    const h = harness([twoDays()]);
    const opg = limit('AAPL', 'buy', '1', '110', { timeInForce: 'opg' });
    const cls = market('AAPL', 'buy', '1', { timeInForce: 'cls' });
    expect(h.submit(opg, at(-3)).status).toBe(200);
    const refused = { code: 40310000, message: 'opg orders must be submitted after 7:00pm and before 9:28am' };
    expect(h.submit(opg, at(-2))).toMatchObject({ status: 403, body: refused });
    expect(h.submit(cls, at(379)).status).toBe(200);
    expect(h.submit(cls, at(380)).status).toBe(403);
    expect(h.submit(opg, instant(OPEN + 9 * HOUR_MS + 29 * MINUTE_MS)).status).toBe(403);
    expect(h.submit(opg, instant(OPEN + 9 * HOUR_MS + 30 * MINUTE_MS)).status).toBe(200);
    expect(h.submit(cls).status).toBe(200);
    expect(h.submit(market('AAPL', 'buy', '0.5', { timeInForce: 'opg' })).status).toBe(422);
    expect(h.submit(market('AAPL', 'buy', '1', { timeInForce: 'cls', type: 'stop', stopPrice: '120' })).status).toBe(422);
  });
});

describe('extended hours', () => {
  const allDay = (from: number, price: number, minutes: number) => barsOf('AAPL', flat(price, minutes), from);
  /** Trades from 04:00 to 20:00: at 100 until the close, at 105 after it. */
  const long = () => ({
    ...series('AAPL', []),
    bars: [...allDay(OPEN - 330 * MINUTE_MS, 100, 720), ...allDay(OPEN + 390 * MINUTE_MS, 105, 240), ...allDay(OPEN + DAY_MS, 105, 390)],
  });

  it('trade limit orders that are marked for them, and no others', () => {
    const h = harness([long()]);
    h.submit(market('AAPL', 'buy', '20'), at(1));
    const plain = h.submit(limit('AAPL', 'sell', '10', '104', { timeInForce: 'gtc' })).body;
    const marked = h.submit(limit('AAPL', 'sell', '10', '104', { extendedHours: true })).body;
    h.exchange.advance(at(391));
    expect([h.order(marked.id).status, h.order(plain.id).status]).toEqual(['filled', 'new']);
    h.exchange.advance(nextDay(1));
    expect(h.order(plain.id).status).toBe('filled');
    expect(h.submit(market('AAPL', 'buy', '1', { extendedHours: true })).status).toBe(422);
  });

  it('end DAY orders in the evening, and take orders before the open', () => {
    const h = harness([long()]);
    const order = h.submit(limit('AAPL', 'buy', '1', '90', { extendedHours: true }), at(395)).body;
    expect(order).toMatchObject({ status: 'pending_new', expires_at: '2019-02-12T01:00:00.000Z' });
    h.exchange.advance(instant(OPEN + 10.5 * HOUR_MS));
    expect(h.order(order.id).status).toBe('expired');
    const early = h.submit(limit('AAPL', 'buy', '1', '106', { extendedHours: true }), instant(OPEN + 12 * HOUR_MS)).body;
    expect(early.status).toBe('accepted');
    h.exchange.advance(nextDay(-330));
    expect(h.order(early.id).status).toBe('new');
  });
});

describe('a halt', () => {
  it('stops all trading in a symbol until it is lifted', () => {
    const h = harness([series('AAPL', flat(100, 390)), series('MSFT', flat(50, 390))]);
    h.exchange.advance(at(1));
    h.exchange.drain();
    expect(h.ask({ kind: 'setHalt', symbol: 'AAPL', halted: true }).status).toBe(200);
    const waiting = h.submit(market('AAPL', 'buy', '1')).body;
    const hasty = h.submit(market('AAPL', 'buy', '1', { timeInForce: 'ioc' })).body;
    const other = h.submit(market('MSFT', 'buy', '1')).body;
    h.exchange.advance(at(5));
    expect([waiting, hasty, other].map(({ id }) => h.order(id).status)).toEqual(['new', 'canceled', 'filled']);
    h.ask({ kind: 'setHalt', symbol: 'AAPL', halted: false });
    expect(h.order(waiting.id).status).toBe('filled');
    expect(h.events().flatMap((event) => (event.kind === 'status' ? [event.halted] : []))).toEqual([true, false]);
    expect(h.ask({ kind: 'setHalt', symbol: 'NONE', halted: true }).status).toBe(404);
  });
});

describe('a GTC order', () => {
  it('is ended by the job for aged orders after ninety days', () => {
    const bars = [...barsOf('AAPL', [100]), ...barsOf('AAPL', [100], OPEN + 100 * DAY_MS)];
    const h = harness([{ ...series('AAPL', []), bars }]);
    const { body } = h.submit(limit('AAPL', 'buy', '1', '50', { timeInForce: 'gtc' }), at(1));
    expect(body.expires_at).toBe('2019-05-12T20:15:00.000Z');
    h.exchange.advance(instant(Date.parse('2019-05-12T20:14:00Z')));
    expect(h.order(body.id).status).toBe('new');
    h.exchange.advance(instant(Date.parse('2019-05-13T20:16:00Z')));
    expect(h.order(body.id).status).toBe('expired');
  });
});

describe('the calendar of the New York Stock Exchange', () => {
  const nyse = createNyseCalendar();
  const closed = (year: number): string[] => {
    const dates: string[] = [];
    for (let day = dayNumber(year, 1, 1); day < dayNumber(year + 1, 1, 1); day++) {
      const isWeekday = (day + 4) % 7 !== 0 && (day + 4) % 7 !== 6;
      if (isWeekday && !nyse.isTradingDay(day)) dates.push(dateText(day).slice(5));
    }
    return dates;
  };
  const half = (year: number): string[] => {
    const dates: string[] = [];
    for (let day = dayNumber(year, 1, 1); day < dayNumber(year + 1, 1, 1); day++)
      if (nyse.isHalfDay(day)) dates.push(dateText(day).slice(5));
    return dates;
  };

  it.each([
    [2001, '01-01 01-15 02-19 04-13 05-28 07-04 09-03 09-11 09-12 09-13 09-14 11-22 12-25'],
    [2012, '01-02 01-16 02-20 04-06 05-28 07-04 09-03 10-29 10-30 11-22 12-25'],
    [2021, '01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24'],
    [2022, '01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26'],
    [2024, '01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25'],
    [2025, '01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25'],
    [2026, '01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25'],
  ])('has the holidays of %i', (year, dates) => expect(closed(year).join(' ')).toBe(dates));

  it.each([
    [2021, '11-26'],
    [2023, '07-03 11-24'],
    [2024, '07-03 11-29 12-24'],
    [2025, '07-03 11-28 12-24'],
    [2026, '11-27 12-24'],
  ])('has the half days of %i', (year, dates) => expect(half(year).join(' ')).toBe(dates));

  it('is told where the tape says nothing, half days with their shorter evening', () => {
    const h = harness([series('AAPL', flat(100, 390))]);
    const rows = h.ask({ kind: 'getCalendar', start: '2019-11-27', end: '2019-12-02' }).body;
    expect(rows).toEqual([
      { date: '2019-11-27', open: '09:30', close: '16:00', session_open: '0400', session_close: '2000', settlement_date: '2019-11-29' },
      { date: '2019-11-29', open: '09:30', close: '13:00', session_open: '0400', session_close: '1700', settlement_date: '2019-12-02' },
      { date: '2019-12-02', open: '09:30', close: '16:00', session_open: '0400', session_close: '2000', settlement_date: '2019-12-03' },
    ]);
    const bySettlement = h.ask({ kind: 'getCalendar', start: '2019-11-29', end: '2019-12-02', dateType: 'settlement' }).body;
    expect(bySettlement.map((row: { date: string }) => row.date)).toEqual(['2019-11-27', '2019-11-29']);
  });

  it('tells the phases of a market', () => {
    const h = harness([series('AAPL', flat(100, 390))]);
    const clock = (time: string) => h.ask({ kind: 'getMarketClocks', markets: ['NYSE'], time }).body.clocks[0];
    expect(clock('2019-11-29T12:00:00-05:00')).toMatchObject({
      phase: 'core',
      phase_until: '2019-11-29T13:00:00-05:00',
      is_market_day: true,
    });
    expect(clock('2019-11-29T13:30:00-05:00')).toMatchObject({ phase: 'post', phase_until: '2019-11-29T17:00:00-05:00' });
    expect(clock('2019-11-29T18:00:00-05:00')).toMatchObject({ phase: 'closed', phase_until: '2019-12-02T04:00:00-05:00' });
    expect(clock('2019-12-02T05:00:00-05:00')).toMatchObject({ phase: 'pre', phase_until: '2019-12-02T09:30:00-05:00' });
    expect(h.ask({ kind: 'getMarketClocks', markets: ['MOON'] }).status).toBe(400);
    const week = h.ask({ kind: 'getMarketCalendar', market: 'NYSE', start: '2019-11-22' }).body;
    expect(week.calendar.map((day: Wire) => day.date)).toEqual(['2019-11-22', '2019-11-25', '2019-11-26', '2019-11-27', '2019-11-29']);
    const calendar = h.ask({ kind: 'getMarketCalendar', market: 'XNYS', start: '2019-11-29', end: '2019-11-29', timezone: 'UTC' }).body;
    expect(calendar).toMatchObject({
      market: { acronym: 'NYSE', mic: 'XNYS' },
      calendar: [{ core_start: '2019-11-29T14:30:00Z', core_end: '2019-11-29T18:00:00Z' }],
    });
  });
});
