/** What positions and entries that Kelly sizes can lose until their stops have sold them, by hand. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { type Money, parseMoney, parseQuantity } from '#server/domain/money.ts';
import type { PortfolioPlan } from '#server/domain/plan.ts';
import type { SizingPolicy } from '#server/domain/sizing.ts';
import { DAY } from '#server/domain/timeframe.ts';
import { openKellyRisk } from '#server/risk/sizing/open-risk.ts';
import { policy } from '#tests/engine/exits-bench.ts';
import { AAPL, bench, plan, portfolio } from '#tests/support/builders.ts';
import { outstanding } from '../cases.ts';

const MSFT = 'MSFT' as AssetSymbol;
const KELLY: SizingPolicy = {
  ...{
    kind: 'kelly',
    multiplier: 0.25,
    minTrades: 50,
    minRiskPercent: 0.25,
    maxRiskPercent: 2,
    maxStepPercent: 25,
    maxTotalRiskPercent: 6,
  },
  ...{ gapRanges: 0, costPercent: 0, maxFraction: 1, measure: { kind: 'averageTrueRange', period: 20, timeframe: DAY, decay: 0 } },
};

/** Two symbols of one portfolio at $100 and $50, with stops two percent away. */
function risked(change: (books: Books, first: Market, second: Market) => void, of: Partial<PortfolioPlan> = {}): number {
  const exits = policy({ stopLoss: { percent: 2 } });
  const { books } = bench(plan({ portfolios: [portfolio({ symbols: [AAPL, MSFT], sizing: KELLY, exits, ...of })] }));
  const [first, second] = [AAPL, MSFT].map((symbol) => books.markets.get(symbol)!) as [Market, Market];
  Object.assign(first, { lastPrice: 100 });
  Object.assign(second, { lastPrice: 50 });
  change(books, first, second);
  return openKellyRisk(books);
}
const hold = (market: Market, quantity: string, risk?: string) => {
  market.position.quantity = parseQuantity(quantity);
  if (risk !== undefined) market.trade = { side: 1, realisedBefore: 0n as Money, deployments: [], risk: parseMoney(risk) };
};
const enter = (books: Books, market: Market, quantity: string, nth = 1) =>
  outstanding(books, market, { symbol: market.symbol, quantity: parseQuantity(quantity) }, nth);

test('a position loses the distance of its stop, long or short, a single share as well', () => {
  expect(risked(() => undefined)).toBe(0);
  expect(risked((_, first) => hold(first, '10'))).toBe(20);
  expect(risked((_, first) => hold(first, '-10'))).toBe(20);
  expect(risked((_, first) => hold(first, '1'))).toBe(2);
});

test('what may still fill of an entry is at risk beside what is held, and all symbols are added up', () => {
  expect(risked((books, first) => enter(books, first, '1'))).toBe(2);
  expect(
    risked((books, first) => {
      enter(books, first, '5', 1);
      enter(books, first, '2', 2);
    }),
  ).toBe(14);
  expect(
    risked((books, first, second) => {
      hold(first, '10');
      enter(books, first, '5');
      hold(second, '3');
    }),
  ).toBe(33);
});

test('what closes a position puts nothing at risk', () => {
  expect(
    risked((books, first) => {
      hold(first, '10');
      outstanding(books, first, { purpose: 'reduce', side: 'sell', quantity: parseQuantity('4') });
    }),
  ).toBe(20);
});

test('of what its first stop put at risk and what one from here would, the larger counts', () => {
  expect(risked((_, first) => hold(first, '10', '50'))).toBe(50);
  expect(risked((_, first) => hold(first, '10', '5'))).toBe(20);
  expect(
    risked((books, first) => {
      hold(first, '10', '50');
      enter(books, first, '5');
    }),
  ).toBe(60);
});

test('without a stop that is known all of it may be lost', () => {
  expect(risked((_, first) => hold(first, '10'), { exits: undefined })).toBe(1000);
});

test('what another method sizes is not counted', () => {
  expect(risked((_, first) => hold(first, '10'), { sizing: { kind: 'fixedFraction', fraction: 0.1 } })).toBe(0);
});

test('a symbol without a price is no number once something of it is out, and nothing before', () => {
  const unpriced = (more: (books: Books, first: Market) => void) =>
    risked((books, first) => {
      Object.assign(first, { lastPrice: Number.NaN });
      more(books, first);
    });
  expect(unpriced(() => undefined)).toBe(0);
  expect(unpriced((books, first) => enter(books, first, '1'))).toBeNaN();
});
