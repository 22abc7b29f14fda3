/** The judge over random books: nothing stands in the way out, and nothing that is said to reduce does more. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { KILL_LEVELS, mayChange, mayReduce } from '#server/domain/kill.ts';
import { type Money, parseMoney as money, parseQuantity, type Quantity } from '#server/domain/money.ts';
import { MINUTE_MS, plus } from '#server/domain/time.ts';
import { grossExposureOf } from '#server/domain/valuation.ts';
import { judge } from '#server/risk/judge.ts';
import { caseOf, outstanding, refusals, type Scene, sent } from './cases.ts';

/** Books in any state that could be a reason to refuse an entry. */
const anyChange = fc.record({
  level: fc.constantFrom(...KILL_LEVELS),
  held: fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }).filter((quantity) => quantity !== 0n),
  reconciled: fc.boolean(),
  blind: fc.boolean(),
  closed: fc.boolean(),
  strange: fc.boolean(),
  lateMs: fc.nat(10 * MINUTE_MS),
  out: fc.nat(5),
  cash: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
  opens: fc.nat(3),
});
type Change = typeof anyChange extends fc.Arbitrary<infer T> ? T : never;

function apply(change: Change, books: Books, market: Market): void {
  books.kill = { ...books.kill, level: change.level };
  books.reconciled = change.reconciled;
  books.at = plus(books.at, change.lateMs);
  books.cash = change.cash as Money;
  if (change.closed) books.sessions = [];
  if (change.blind) market.lastPrice = Number.NaN;
  if (change.strange) market.instrument = undefined;
  if (change.blind) books.lostFeeds.add('stocks').add('tradeUpdates');
  market.position.quantity = change.held as Quantity;
  market.position.cost = change.held as bigint as Money;
  sent(change.out * 10, books.at)(books);
  for (let nth = 0; nth < change.opens; nth++) outstanding(books, market, { quantity: parseQuantity('500') }, nth);
}

const nothingAllowed = {
  ...{ maxOrderNotional: 0n, maxPositionNotional: 0n, maxGrossExposure: 0n, maxDailyLoss: 0n },
  ...{ maxOpenOrders: 0, maxOrdersPerMinute: 0, maxPriceAgeMs: 0 },
} as Scene['limits'];
const part = fc.integer({ min: 1, max: 100 });
const way = (held: bigint) => (held > 0n ? 'sell' : 'buy') as 'sell' | 'buy';
const size = (quantity: bigint) => (quantity < 0n ? -quantity : quantity);

test('nothing but the kill level ever refuses an order that only reduces, in any books, under any limits', () => {
  fc.assert(
    fc.property(anyChange, part, fc.boolean(), (change, percent, byTheSwitch) => {
      const quantity = (size(change.held) * BigInt(percent) + 99n) / 100n;
      const verdict = judge(
        caseOf({
          intent: {
            ...{ purpose: 'reduce', side: way(change.held), quantity: quantity as Quantity },
            ...(byTheSwitch ? { portfolio: undefined, deployments: [] } : {}),
          },
          ...(nothingAllowed && { limits: nothingAllowed }),
          change: (books, market) => apply(change, books, market),
        }),
      );
      expect(refusals(verdict)).toEqual((byTheSwitch ? mayChange : mayReduce)(change.level) ? [] : ['killLevel']);
    }),
    { numRuns: 500 },
  );
});

test('an order said to reduce never does more than that: with all that is out it stays on its side of zero', () => {
  const outstandingParts = fc.array(part, { maxLength: 4 });
  fc.assert(
    fc.property(anyChange, outstandingParts, fc.integer({ min: 1, max: 150 }), fc.boolean(), (change, parts, percent, wrongSide) => {
      const whole = size(change.held);
      const quantity = (whole * BigInt(percent)) / 100n + 1n;
      let closing = quantity;
      const question = caseOf({
        intent: {
          purpose: 'reduce',
          side: way(wrongSide ? -change.held : change.held),
          quantity: quantity as Quantity,
          portfolio: undefined,
        },
        change: (books, market) => {
          apply(change, books, market);
          parts.forEach((one, nth) => {
            const out = (whole * BigInt(one)) / 100n;
            closing += out;
            outstanding(books, market, { purpose: 'reduce', side: way(change.held), quantity: out as Quantity }, nth + 10);
          });
        },
      });
      const severed = mayChange(change.level) ? [] : ['killLevel'];
      expect(new Set(refusals(judge(question)))).toEqual(new Set([...severed, ...(wrongSide || closing > whole ? ['reduceOnly'] : [])]));
    }),
    { numRuns: 500 },
  );
});

test('nothing held, nothing to reduce', () => {
  for (const side of ['buy', 'sell'] as const) {
    expect(refusals(judge(caseOf({ intent: { purpose: 'reduce', side } })))).toEqual(['reduceOnly']);
  }
});

test('what is approved to open stays below the gross exposure, whatever is held and out', () => {
  fc.assert(
    fc.property(anyChange, fc.bigInt({ min: 1n, max: 10n ** 13n }), (change, quantity) => {
      const question = caseOf({
        intent: { quantity: quantity as Quantity },
        limits: { maxOrderNotional: money('1000000000'), maxPositionNotional: money('1000000000') },
        change: (books, market) =>
          apply({ ...change, level: 'armed', reconciled: true, blind: false, closed: false, opens: 0 }, books, market),
      });
      if (judge(question).kind === 'refused') return;
      const { books, market, intent, limits } = question;
      outstanding(books, market, intent);
      expect(grossExposureOf(books) <= limits.maxGrossExposure).toBe(true);
    }),
  );
});
