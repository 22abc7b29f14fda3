/**
 * Over days with fees, dividends, a split and a spin-off: every billionth of a dollar, and all that is held back, is
 * accounted for. Ten thousand sessions in each run, FC_RUNS for another number; a failure is a seed and a path.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Bar } from '#server/domain/bar.ts';
import { feeOf } from '#server/domain/fees.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { notional, type Price, parseFixed, parseMoney, parsePrice, type Quantity } from '#server/domain/money.ts';
import { DAY_MS } from '#server/domain/time.ts';
import type { Exchange } from '#server/exchange/contract.ts';
import type { CorporateAction } from '#server/exchange/corporate-action.ts';
import { createExchange } from '#server/exchange/exchange.ts';
import { makeTape, type Tape } from '#server/exchange/tape.ts';
import { series, type Wire } from './harness.ts';
import { anyTape, anyWeek, playSilently } from './random-session.ts';

const RUNS = Number(process.env['FC_RUNS'] ?? 10_000);
const SETTINGS = { partialFillChance: 0.4, publishTicks: false, regulatoryFees: 'live' as const, cryptoMakerBasisPoints: 25 };
const AAPL = 'AAPL' as AssetSymbol;
const CORPORATE_ACTIONS: readonly CorporateAction[] = [
  { kind: 'cashDividend', symbol: AAPL, exDate: '2019-02-13', payableAfterDays: 1, rate: parseMoney('0.37') },
  {
    kind: 'spinOff',
    symbol: AAPL,
    exDate: '2019-02-14',
    newSymbol: 'PEAR' as AssetSymbol,
    newRate: 1,
    sourceRate: 7,
    newPrice: parsePrice('3.21'),
  },
  { kind: 'split', symbol: AAPL, exDate: '2019-02-15', newRate: 2, oldRate: 1 },
];

/** The day once more two days later, and again two days later, split two for one: holes so long stay holes. */
function week(day: Tape): Tape {
  const later = (symbol: string, days: number, divisor: number): Bar[] =>
    (day.series.get(symbol as AssetSymbol) ?? []).map(({ startsAt, endsAt, open, high, low, close, ...rest }) => ({
      ...rest,
      startsAt: (startsAt + days * DAY_MS) as typeof startsAt,
      endsAt: (endsAt + days * DAY_MS) as typeof endsAt,
      open: open / divisor,
      high: high / divisor,
      low: low / divisor,
      close: close / divisor,
    }));
  return makeTape({
    series: [
      { ...series('AAPL', []), bars: [...later('AAPL', 0, 1), ...later('AAPL', 2, 1), ...later('AAPL', 4, 2)] },
      { ...series('BTC/USD', []), bars: [0, 2, 4].flatMap((days) => later('BTC/USD', days, 1)) },
    ],
    corporateActions: CORPORATE_ACTIONS,
  });
}

interface Ledger {
  cash: bigint;
  readonly held: Map<string, bigint>;
}

/** What an account has that began with a hundred thousand dollars and did this. */
function ledgerOf(activities: readonly Wire[], seen: Record<string, number>): Ledger {
  const ledger: Ledger = { cash: parseMoney('100000'), held: new Map() };
  const give = (symbol: string, quantity: bigint): void => {
    const name = symbol.replace('/', '');
    ledger.held.set(name, (ledger.held.get(name) ?? 0n) + quantity);
  };
  for (const entry of activities) {
    seen[entry.activity_type] = (seen[entry.activity_type] ?? 0) + 1;
    const quantity = parseFixed(entry.qty ?? '0') as Quantity;
    if (entry.activity_type === 'FILL') {
      const price = parseFixed(entry.price) as Price;
      const assetClass = entry.symbol.includes('/') ? 'crypto' : 'us_equity';
      const fee = feeOf({ cryptoTakerBasisPoints: 25 }, assetClass, { side: entry.side, quantity, price });
      ledger.cash += entry.side === 'buy' ? -notional(price, quantity) : notional(price, quantity) - fee.cash;
      give(entry.symbol, entry.side === 'buy' ? quantity - fee.quantity : -quantity);
    } else {
      // The fee of a coin was kept back with its fill.
      if (entry.activity_type !== 'CFEE') ledger.cash += parseFixed(entry.net_amount);
      if (entry.activity_type === 'SPLIT') give(entry.symbol, quantity);
    }
  }
  return ledger;
}

/** What is held back is what the open orders hold back, and no more shares are promised than there are. */
function checkReserves(exchange: Exchange, owned: bigint, isRestated: boolean): void {
  const state: Wire = JSON.parse(exchange.snapshot());
  const open: Wire[] = state.orders.live.filter((order: Wire) => /^(new|accepted|partially_filled|held)$/.test(order.status));
  const sum = (of: (order: Wire) => bigint): bigint => open.reduce((total, order) => total + of(order), 0n);
  const reserved = (assetClass: string): bigint => sum((order) => (order.assetClass === assetClass ? BigInt(order.reserved.$) : 0n));
  expect(BigInt(state.account.reservedMargin.$)).toBe(reserved('us_equity'));
  expect(BigInt(state.account.reservedCash.$)).toBe(reserved('crypto'));
  const promised = sum((order) => (order.symbol === 'AAPL' ? BigInt(order.claimed.$) : 0n));
  if (!isRestated) expect(promised <= (owned < 0n ? -owned : owned)).toBe(true);
}

it('keeps account of everything, day after day', { timeout: 600_000 }, () => {
  const seen: Record<string, number> = {};
  const sessions = fc.record({ day: anyTape, steps: anyWeek, seed: fc.nat({ max: 1_000 }) });
  fc.assert(
    fc.property(sessions, ({ day, steps, seed }) => {
      const exchange = createExchange({ tape: week(day), settings: { ...SETTINGS, seed } });
      playSilently(exchange, steps);
      exchange.advance((exchange.now() + DAY_MS) as never);
      const read = (request: Parameters<typeof exchange.handle>[0]): Wire => exchange.handle(request, exchange.now()).json();
      const activities: Wire[] = read({ kind: 'listActivities', filter: { direction: 'asc', pageSize: 1_000_000 } });
      const { cash, held } = ledgerOf(activities, seen);
      expect(parseFixed(read({ kind: 'getAccount' }).cash)).toBe(cash);
      const positions = new Map<string, bigint>(read({ kind: 'listPositions' }).map((p: Wire) => [p.symbol, parseFixed(p.qty)]));
      for (const [symbol, quantity] of held) expect(positions.get(symbol) ?? 0n).toBe(quantity);
      checkReserves(
        exchange,
        positions.get('AAPL') ?? 0n,
        activities.some((entry) => entry.activity_type === 'SPLIT'),
      );
    }),
    { numRuns: RUNS },
  );
  for (const kind of ['FILL', 'FEE', 'CFEE', 'DIV', 'SPIN', 'SPLIT']) expect(seen[kind] ?? 0, kind).toBeGreaterThan(RUNS / 20);
});
