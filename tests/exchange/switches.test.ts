/** What Alpaca's documents leave open is a switch; each does what it says. Scale: what is far away costs nothing. */
import { describe, expect, it } from 'vitest';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { parseMoney } from '#server/domain/money.ts';
import { HOUR_MS, instant, MINUTE_MS } from '#server/domain/time.ts';
import type { ExchangeSettings } from '#server/exchange/settings.ts';
import { at, barsOf, flat, harness, limit, market, OPEN, series } from './harness.ts';

const shop = (settings: Partial<ExchangeSettings> = {}) =>
  harness([series('AAPL', flat(100, 390)), series('BTC/USD', flat(5_000, 600), OPEN - 5 * MINUTE_MS)], settings);

describe('a switch', () => {
  it('for the status of a wash trade', () => {
    for (const [washTradeStatus, code] of [
      [403, 40310000],
      [422, 42210000],
    ] as const) {
      const h = shop({ washTradeStatus });
      h.submit(market('AAPL', 'buy', '5'), at(1));
      h.submit(limit('AAPL', 'buy', '1', '90'));
      expect(h.submit(market('AAPL', 'sell', '1'))).toMatchObject({ status: washTradeStatus, body: { code } });
    }
    const h = shop({ washTradeCheck: false });
    h.submit(market('AAPL', 'buy', '5'), at(1));
    h.submit(limit('AAPL', 'buy', '1', '90'));
    expect(h.submit(market('AAPL', 'sell', '1')).status).toBe(200);
  });

  it('for shares that can not be divided, and for the decimals of dollars', () => {
    for (const status of [403, 422] as const) {
      const whole = series('AAPL', flat(100, 390));
      const h = harness([{ ...whole, instrument: { ...whole.instrument, fractionable: false } }], { notFractionableStatus: status });
      expect(h.submit(market('AAPL', 'buy', '0.5'), at(1)).status).toBe(status);
    }
    const dollars = { symbol: 'AAPL', notional: '10.001', side: 'buy', type: 'market', timeInForce: 'day' };
    expect(shop().submit(dollars, at(1)).status).toBe(200);
    expect(shop({ notionalDecimals: 2 }).submit(dollars, at(1)).status).toBe(422);
  });

  it('for the end of DAY orders', () => {
    for (const [dayOrdersExpire, ends] of [
      ['close', '2019-02-11T21:00:00.000Z'],
      ['evening', '2019-02-12T01:00:00.000Z'],
    ] as const) {
      const h = shop({ dayOrdersExpire });
      const { body } = h.submit(limit('AAPL', 'buy', '1', '90'), at(1));
      expect(body.expires_at).toBe(ends);
      h.exchange.advance(instant(Date.parse(ends)));
      expect(h.order(body.id)).toMatchObject({ status: 'expired', expired_at: ends });
    }
  });

  it('for the time in force of what closes a position', () => {
    const h = shop({ equityCloseTimeInForce: 'gtc', cryptoCloseTimeInForce: 'ioc' });
    h.submit(market('AAPL', 'buy', '1.5'), at(1));
    h.submit(market('BTC/USD', 'buy', '1'));
    const close = (symbol: string, part: object = {}) => h.ask({ kind: 'closePosition', symbol, ...part }).body.time_in_force;
    expect([close('AAPL', { qty: '1' }), close('AAPL'), close('BTCUSD')]).toEqual(['gtc', 'day', 'ioc']);
  });

  it('for the fields of day trading that are gone', () => {
    const fields = (h: ReturnType<typeof shop>) => [
      'daytrade_count' in h.account(),
      'pdt_check' in h.ask({ kind: 'getConfigurations' }).body,
    ];
    expect(fields(shop())).toEqual([false, false]);
    expect(fields(shop({ legacyDayTrading: true }))).toEqual([true, true]);
  });

  it('for what dollars buy in crypto: at the collar some two percent of them are not spent', () => {
    const dollars = { symbol: 'BTC/USD', notional: '1000', side: 'buy', type: 'market', timeInForce: 'gtc' };
    for (const [cryptoNotionalAtCollar, quantity] of [
      [true, '0.196058825'],
      [false, '0.199980001'],
    ] as const) {
      const h = shop({ cryptoNotionalAtCollar });
      const { body } = h.submit(dollars, at(1));
      expect(h.order(body.id)).toMatchObject({ status: 'filled', filled_qty: quantity, notional: '1000' });
      expect(h.account().non_marginable_buying_power).toBe(h.account().cash);
    }
  });

  it('for the fee of a limit order in crypto that waited, and of one that did not', () => {
    for (const [settings, held] of [
      [{}, '0.9985'],
      [{ cryptoMakerBasisPoints: 0 }, '1'],
    ] as const) {
      const h = harness([series('BTC/USD', [5_000, 4_990, 4_990], OPEN - 5 * MINUTE_MS)], settings);
      const begun = instant(OPEN - 5 * MINUTE_MS);
      h.submit(limit('BTC/USD', 'buy', '1', '4995'), begun);
      h.exchange.advance(instant(begun + MINUTE_MS));
      expect(h.position('BTCUSD').qty).toBe(held);
    }
    const h = shop();
    h.submit(limit('BTC/USD', 'buy', '1', '6000'), at(1));
    expect(h.position('BTCUSD').qty).toBe('0.9975');
  });

  it('for parts of shares in the extended hours, and for the assets that are listed without a class', () => {
    const order = limit('AAPL', 'buy', '1.5', '90', { extendedHours: true });
    const list = (h: ReturnType<typeof shop>, filter = {}): string[] =>
      h.ask({ kind: 'listAssets', ...filter }).body.map(({ symbol }: { symbol: string }) => symbol);
    const attributes = ['fractional_eh_enabled', 'overnight_tradable'];
    const open = shop();
    expect([open.submit(order, at(1)).status, list(open), list(open, { attributes })]).toEqual([200, ['AAPL'], ['AAPL']]);
    const closed = shop({ fractionalExtendedHours: false, assetsWithoutClass: 'all' });
    expect([closed.submit(order, at(1)).status, list(closed), list(closed, { attributes })]).toEqual([422, ['BTC/USD', 'AAPL'], []]);
  });

  it('for the overnight session, which the account may shut itself out of', () => {
    const night = {
      ...series('AAPL', []),
      bars: [
        ...barsOf('AAPL', flat(100, 390)),
        ...barsOf('AAPL', flat(95, 60), OPEN + 12 * HOUR_MS),
        ...barsOf('AAPL', [100], OPEN + 24 * HOUR_MS),
      ],
    };
    const order = limit('AAPL', 'buy', '1', '96', { extendedHours: true, timeInForce: 'gtc' });
    for (const [settings, patch, status] of [
      [{ overnightTrading: true }, {}, 'filled'],
      [{ overnightTrading: true }, { disable_overnight_trading: true }, 'new'],
      [{}, {}, 'new'],
    ] as const) {
      const h = harness([night], settings);
      h.ask({ kind: 'patchConfigurations', patch });
      const { body } = h.submit(order, at(1));
      h.exchange.advance(instant(OPEN + 12 * HOUR_MS + 2 * MINUTE_MS));
      expect(h.order(body.id).status).toBe(status);
    }
  });
});

describe('scale', () => {
  it('makes an order cost the same beside fifty thousand that rest far away', { timeout: 60_000 }, () => {
    const h = harness([series('AAPL', flat(100, 390))], { cash: parseMoney('1000000000') });
    h.exchange.advance(at(1));
    const ask = (order: object) => h.exchange.handle({ kind: 'submitOrder', order }, h.exchange.now());
    for (let i = 0; i < 50_000; i++) ask(limit('AAPL' as AssetSymbol, 'buy', '1', String(10 + (i % 80))));
    h.exchange.drain();
    const from = performance.now();
    for (let i = 0; i < 5_000; i++) {
      ask(market('AAPL', 'buy', '1', { orderClass: 'oto', stopLoss: { stopPrice: '90' } }));
      h.exchange.advance(instant(h.exchange.now() + 100));
      h.exchange.drain();
    }
    // Walking the fifty thousand for each would take minutes.
    expect(performance.now() - from).toBeLessThan(5_000);
  });
});
