/** Instruments and calendar: what the broker says of the plan's symbols, and New York's hours as instants. */
import { expect, test } from 'vitest';
import { newYorkDate, newYorkInstant } from '#server/adapters/alpaca/new-york-time.ts';
import { createReference } from '#server/adapters/alpaca/reference.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { parsePrice, parseQuantity } from '#server/domain/money.ts';
import { DAY_MS, type Instant } from '#server/domain/time.ts';
import { clientOf, recorder, recordingLog } from './fixtures.ts';
import { type ScriptedBroker, scriptedBroker } from './scripted-broker.ts';

const NOW = Date.parse('2026-03-09T15:00:00Z');
const CALENDAR = 'GET /v2/calendar';

const asset = (symbol: string, changes: Record<string, unknown> = {}) => ({
  id: 'a',
  class: 'us_equity',
  exchange: 'NASDAQ',
  symbol,
  status: 'active',
  tradable: true,
  fractionable: true,
  shortable: true,
  easy_to_borrow: true,
  borrow_status: 'easy_to_borrow',
  ...changes,
});

function setUp(broker: ScriptedBroker, symbols: readonly string[]) {
  const told = recorder();
  const clock = { at: NOW };
  const log = recordingLog();
  broker.on(CALENDAR, (_, answer) =>
    answer.json(200, [
      { date: '2026-03-09', open: '09:30', close: '16:00', session_open: '0400', session_close: '2000' },
      { date: '2026-03-06', open: '09:30', close: '13:00', session_open: '0400', session_close: '1700' },
    ]),
  );
  const reference = createReference({
    client: clientOf(broker),
    tell: told.tell,
    clock: { now: () => clock.at as Instant },
    log,
    symbols: symbols as AssetSymbol[],
    lookEveryMs: 5,
  });
  return { told, clock, log, reference };
}

test('tells instruments and sessions, across a change of the clocks', async () => {
  await using broker = await scriptedBroker();
  broker.on('GET /v2/assets/AAPL', (_, answer) => answer.json(200, asset('AAPL', { borrow_status: 'hard_to_borrow' })));
  broker.on('GET /v2/assets/BTC/USD', (_, answer) =>
    answer.json(
      200,
      asset('BTC/USD', {
        class: 'crypto',
        shortable: false,
        easy_to_borrow: undefined,
        borrow_status: undefined,
        min_order_size: '0.0001',
        min_trade_increment: '0.000000001',
        price_increment: '0.5',
      }),
    ),
  );
  const { told, reference } = setUp(broker, ['AAPL', 'BTC/USD']);
  await reference.start();
  reference.stop();
  expect(told.events).toEqual([
    {
      kind: 'instruments',
      instruments: [
        expect.objectContaining({
          symbol: 'AAPL',
          assetClass: 'us_equity',
          tradable: true,
          fractionable: true,
          shortable: true,
          borrowStatus: 'hard_to_borrow',
          quantityStep: parseQuantity('1'),
        }),
        {
          symbol: 'BTC/USD',
          assetClass: 'crypto',
          tradable: true,
          fractionable: true,
          shortable: false,
          borrowStatus: undefined,
          minQuantity: parseQuantity('0.0001'),
          quantityStep: parseQuantity('0.000000001'),
          priceStep: parsePrice('0.5'),
        },
      ],
    },
    {
      kind: 'calendar',
      sessions: [
        { date: '2026-03-06', opensAt: Date.parse('2026-03-06T14:30:00Z'), closesAt: Date.parse('2026-03-06T18:00:00Z') },
        { date: '2026-03-09', opensAt: Date.parse('2026-03-09T13:30:00Z'), closesAt: Date.parse('2026-03-09T20:00:00Z') },
      ],
    },
  ]);
  expect(reference.sessions()).toHaveLength(2);
  const { query } = await broker.asked(CALENDAR);
  expect([query.get('start'), query.get('end')].map((text) => Date.parse(text ?? '') - NOW)).toEqual([-42 * DAY_MS, 30 * DAY_MS]);
});

test.each<[string, Record<string, unknown>, string | undefined]>([
  ['its word counts', { borrow_status: 'easy_to_borrow' }, 'easy_to_borrow'],
  ['and is not softened by the older flag', { borrow_status: 'hard_to_borrow', easy_to_borrow: true }, 'hard_to_borrow'],
  ['nor denied by it', { borrow_status: 'easy_to_borrow', easy_to_borrow: false }, 'easy_to_borrow'],
  ['without it the older flag does', { borrow_status: undefined, easy_to_borrow: true }, 'easy_to_borrow'],
  ['also with a no', { borrow_status: null, easy_to_borrow: false }, 'hard_to_borrow'],
  ['without both nothing is known', { borrow_status: undefined, easy_to_borrow: undefined }, undefined],
  ['a word that nobody knows is none', { borrow_status: 'impossible_to_borrow', easy_to_borrow: true }, undefined],
])('borrowing: %s', async (_, words, borrowStatus) => {
  await using broker = await scriptedBroker();
  broker.on('GET /v2/assets/AAPL', (__, answer) => answer.json(200, asset('AAPL', words)));
  const { told, reference } = setUp(broker, ['AAPL']);
  await reference.start();
  reference.stop();
  expect(await told.next('instruments')).toMatchObject({ instruments: [{ symbol: 'AAPL', shortable: true, borrowStatus }] });
});

test.each<[string, string, number, unknown, RegExp]>([
  [
    'does not exist',
    'NOPE',
    404,
    { code: 40410000, message: 'asset not found for NOPE' },
    /^NOPE is not an asset of .*; correct or remove it/,
  ],
  ['is not traded', 'GONE', 200, asset('GONE', { tradable: false }), /^GONE can not be traded/],
  ['is not active', 'GONE', 200, asset('GONE', { status: 'inactive' }), /^GONE can not be traded/],
  ['is written otherwise', 'BTCUSD', 200, asset('BTC/USD', { class: 'crypto' }), /^BTCUSD is called BTC\/USD/],
  ['is told in HTML', 'AAPL', 502, undefined, /did not say what AAPL is/],
])('a symbol that %s is named', async (_name, symbol, status, body, message) => {
  await using broker = await scriptedBroker();
  broker.on(`GET /v2/assets/${symbol}`, (_, answer) => answer.json(status, body));
  const { told, reference } = setUp(broker, [symbol]);
  await expect(reference.start()).rejects.toThrow(message);
  expect(told.events).toEqual([]);
});

test('on a new day it is told again, and what is not tradable any more is said, not thrown', async () => {
  await using broker = await scriptedBroker();
  let tradable = true;
  broker.on('GET /v2/assets/AAPL', (_, answer) => answer.json(200, asset('AAPL', { tradable })));
  const { told, clock, reference } = setUp(broker, ['AAPL']);
  await reference.start();
  await told.next('instruments');
  tradable = false;
  clock.at = Date.parse('2026-03-10T04:00:00Z');
  expect(await told.next('instruments')).toMatchObject({ instruments: [{ symbol: 'AAPL', tradable: false }] });
  reference.stop();
});

test.each([
  // [date, time in New York, the instant]
  ['2026-01-05', '09:30', '2026-01-05T14:30:00Z'],
  ['2026-07-06', '09:30', '2026-07-06T13:30:00Z'],
  ['2026-03-06', '16:00', '2026-03-06T21:00:00Z'],
  ['2026-03-09', '09:30', '2026-03-09T13:30:00Z'],
  ['2026-10-30', '16:00', '2026-10-30T20:00:00Z'],
  ['2026-11-02', '09:30', '2026-11-02T14:30:00Z'],
  ['2026-11-27', '13:00', '2026-11-27T18:00:00Z'],
  ['2019-03-11', '09:30', '2019-03-11T13:30:00Z'],
  ['2026-03-08', '03:00', '2026-03-08T07:00:00Z'],
  ['2026-03-08', '01:59', '2026-03-08T06:59:00Z'],
  ['2026-11-01', '02:00', '2026-11-01T07:00:00Z'],
  ['2026-11-01', '00:30', '2026-11-01T04:30:00Z'],
])('%s %s in New York is %s', (date, time, utc) => {
  expect(new Date(newYorkInstant(date, time)).toISOString()).toBe(new Date(utc).toISOString());
  expect(newYorkDate(Date.parse(utc))).toBe(date);
});
