/** Over days with fees, dividends and splits: every billionth of a dollar, and all that is held back, is accounted for. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { feeOf } from '#server/domain/fees.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { notional, type Price, parseFixed, parseMoney, type Quantity } from '#server/domain/money.ts';
import { DAY_MS } from '#server/domain/time.ts';
import type { CorporateAction } from '#server/exchange/corporate-action.ts';
import { createExchange } from '#server/exchange/exchange.ts';
import { makeTape, type Tape } from '#server/exchange/tape.ts';
import { barsOf, OPEN, series, type Wire } from './harness.ts';
import { anyTape, anyWeek, MINUTES, playSession } from './random-session.ts';

const RUNS = Number(process.env['FC_RUNS'] ?? 60);

/** The day once more on each of the two next days, the second one split two for one. */
function week(day: Tape): Tape {
  const stock = day.series.get('AAPL' as AssetSymbol) ?? [];
  const later = (days: number, divisor: number) =>
    stock.map(({ startsAt, endsAt, open, high, low, close, ...rest }) => ({
      ...rest,
      startsAt: (startsAt + days * DAY_MS) as typeof startsAt,
      endsAt: (endsAt + days * DAY_MS) as typeof endsAt,
      open: open / divisor,
      high: high / divisor,
      low: low / divisor,
      close: close / divisor,
    }));
  const coins = barsOf(
    'BTC/USD',
    Array.from({ length: 3 * 24 * 60 }, (_, minute) => 3_000 + (minute % MINUTES)),
    OPEN - 5 * 60_000,
  );
  const corporateActions: CorporateAction[] = [
    { kind: 'cashDividend', symbol: 'AAPL' as AssetSymbol, exDate: '2019-02-12', payableAfterDays: 1, rate: parseMoney('0.37') },
    { kind: 'split', symbol: 'AAPL' as AssetSymbol, exDate: '2019-02-13', newRate: 2, oldRate: 1 },
  ];
  return makeTape({
    series: [
      { ...series('AAPL', []), bars: [...stock, ...later(1, 1), ...later(2, 2)] },
      { ...series('BTC/USD', []), bars: coins },
    ],
    corporateActions,
  });
}

it('keeps account of everything, day after day', { timeout: 600_000 }, () => {
  const seen = { fills: 0, FEE: 0, CFEE: 0, DIV: 0, SPLIT: 0 } as Record<string, number>;
  const days = fc.record({ day: anyTape, steps: anyWeek, seed: fc.nat({ max: 1_000 }) });
  fc.assert(
    fc.property(days, ({ day, steps, seed }) => {
      const settings = { seed, partialFillChance: 0.4, publishTicks: false, regulatoryFees: 'live' as const };
      const exchange = createExchange({ tape: week(day), settings });
      playSession(exchange, steps);
      exchange.advance((exchange.now() + DAY_MS) as never);
      const read = (request: Parameters<typeof exchange.handle>[0]): Wire => exchange.handle(request, exchange.now()).json();
      let cash: bigint = parseMoney('100000');
      const held = new Map<string, bigint>();
      for (const entry of read({ kind: 'listActivities', filter: { direction: 'asc', pageSize: 1_000_000 } })) {
        const quantity = parseFixed(entry.qty ?? '0') as Quantity;
        if (entry.activity_type === 'FILL') {
          seen['fills']! += 1;
          const price = parseFixed(entry.price) as Price;
          const assetClass = entry.symbol.includes('/') ? 'crypto' : 'us_equity';
          const fee = feeOf({ cryptoTakerBasisPoints: 25 }, assetClass, { side: entry.side, quantity, price });
          const change = entry.side === 'buy' ? quantity - fee.quantity : -quantity;
          cash += entry.side === 'buy' ? -notional(price, quantity) : notional(price, quantity) - fee.cash;
          const name = entry.symbol.replace('/', '');
          held.set(name, (held.get(name) ?? 0n) + change);
        } else {
          seen[entry.activity_type]! += 1;
          // The fee of a coin was kept back with its fill.
          if (entry.activity_type !== 'CFEE') cash += parseFixed(entry.net_amount);
          if (entry.activity_type === 'SPLIT') held.set(entry.symbol, (held.get(entry.symbol) ?? 0n) + quantity);
        }
      }
      expect(parseFixed(read({ kind: 'getAccount' }).cash)).toBe(cash);
      const positions = new Map<string, bigint>(read({ kind: 'listPositions' }).map((p: Wire) => [p.symbol, parseFixed(p.qty)]));
      for (const [symbol, quantity] of held) expect(positions.get(symbol) ?? 0n).toBe(quantity);
      const state: Wire = JSON.parse(exchange.snapshot());
      const open = state.orders.live.filter((order: Wire) => /^(new|accepted|partially_filled|held)$/.test(order.status));
      const reserved = (assetClass: string): bigint =>
        open.reduce((sum: bigint, order: Wire) => sum + (order.assetClass === assetClass ? BigInt(order.reserved.$) : 0n), 0n);
      expect(BigInt(state.account.reservedMargin.$)).toBe(reserved('us_equity'));
      expect(BigInt(state.account.reservedCash.$)).toBe(reserved('crypto'));
      const shares = open.reduce((sum: bigint, order: Wire) => sum + (order.symbol === 'AAPL' ? BigInt(order.claimed.$) : 0n), 0n);
      const isRestated = read({ kind: 'listActivities', filter: { types: ['SPLIT'], direction: 'asc', pageSize: 1 } }).length > 0;
      const owned = positions.get('AAPL') ?? 0n;
      if (!isRestated) expect(shares <= (owned < 0n ? -owned : owned)).toBe(true);
    }),
    { numRuns: RUNS },
  );
  for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(RUNS / 20);
});
