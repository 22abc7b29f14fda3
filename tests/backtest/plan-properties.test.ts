/** What must hold of any plan over any bars: the engine's books are the broker's, and chunks and reused objects change nothing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { walk, walkColumns } from '#scripts/bench/walk.ts';
import { agents } from '#server/agents/registry.ts';
import { agentPlan } from '#server/backtest/agent-plan.ts';
import { PlanTrader } from '#server/backtest/plan-trader.ts';
import { type Commission, DEFAULT_FILL, type FillSettings } from '#server/backtest/request.ts';
import { BacktestRun } from '#server/backtest/run.ts';
import { tradingHours } from '#server/backtest/trading-hours.ts';
import type { Bar } from '#server/domain/bar.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { equity } from '#server/domain/instrument.ts';
import { parseMoney } from '#server/domain/money.ts';

const BARS = 400;
const NAMES = Object.keys(agents);
/** As they are without a word about their parameters, but quick to speak. */
const QUICK: Readonly<Record<string, object>> = { 'ma-cross': { fast: 2, slow: 5 } };
const configOf = (name: string): unknown => agents[name]!.schema.parse(QUICK[name] ?? {});

const commission = fc.constantFrom<Commission>(
  { kind: 'none' },
  { kind: 'percent', rate: 0.00137 },
  { kind: 'perShare', rate: parseMoney('0.0049'), least: parseMoney('0.35') },
  { kind: 'alpaca' },
);
const fill = fc.record({
  commission,
  slippage: fc.constantFrom<FillSettings['slippage']>({ kind: 'none' }, { kind: 'basisPoints', basisPoints: 3 }),
  maxParticipation: fc.constantFrom(undefined, 0.01, 0.3),
  delayBars: fc.constantFrom(0, 0, 2),
});
const life = fc.record({
  name: fc.constantFrom('ma-cross', ...NAMES),
  symbols: fc.integer({ min: 1, max: 3 }),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  fraction: fc.double({ min: 0.01, max: 1, noNaN: true }),
  mayShort: fc.boolean(),
  fill,
});
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

function cut(columns: BarColumns, from: number, to: number): BarColumns {
  const [end, part] = [Math.min(to, columns.length), (column: Float64Array): Float64Array => column.slice(from, to)];
  const { startsAt, endsAt, open, high, low, close, volume } = columns;
  const all = { startsAt: part(startsAt), endsAt: part(endsAt), open: part(open), high: part(high), low: part(low) };
  return { ...columns, ...all, close: part(close), volume: part(volume), length: end - from };
}

/** Bars are offered `size` at a time. */
function live({ name, symbols, seed, fraction, mayShort, fill: some }: Life, size: number) {
  const bars = Array.from({ length: symbols }, (_, nth) => walkColumns(['A', 'B', 'C'][nth]!, BARS, seed + nth));
  const plan = agentPlan({
    kind: agents[name]!,
    config: configOf(name),
    symbols: bars.map(({ symbol }) => symbol),
    fraction: fraction / symbols,
    mayShort,
  });
  const { sessions } = tradingHours(bars, 'always');
  const cash = parseMoney('100000');
  let trader: PlanTrader | undefined;
  const instruments = bars.map(({ symbol }) => equity(symbol));
  const run = new BacktestRun({ instruments, cash, fill: { ...DEFAULT_FILL, ...some } }, (lanes) => {
    trader = new PlanTrader({ kind: 'plan', plan, sessions }, lanes, cash);
    return trader;
  });
  const offered = bars.map(() => 0);
  for (let slot = run.advance(); slot !== undefined; slot = run.advance()) {
    const at = offered[slot]!;
    offered[slot] = at + size;
    run.offer(slot, at < BARS ? cut(bars[slot]!, at, at + size) : undefined);
  }
  const outcome = run.finish();
  const { curve, rows } = run.take();
  return { outcome, curve, rows, books: trader!.books };
}

test('the cash of the books is the cash of the broker, to the nano-dollar', () => {
  let fills = 0;
  fc.assert(
    fc.property(life, (one) => {
      const { books, outcome, rows } = live(one, BARS);
      fills += rows.fills.length;
      expect(books.cash).toBe(outcome.finalCash);
    }),
    { numRuns: 40 },
  );
  expect(fills).toBeGreaterThan(500);
}, 30_000);

test('bars that come in pieces give the curve and the rows that they give at once', () => {
  fc.assert(
    fc.property(life, fc.integer({ min: 1, max: BARS }), (one, size) => {
      const [whole, pieces] = [live(one, BARS), live(one, size)];
      expect([pieces.outcome, pieces.rows]).toEqual([whole.outcome, whole.rows]);
      expect(pieces.curve).toEqual(whole.curve);
    }),
    { numRuns: 25 },
  );
}, 30_000);

/** One object for all bars, whose values are gone when the next one comes: as the backtest does it. */
test.each(NAMES)('%s keeps nothing of a bar: opinions and memory are those that fresh objects give', (name) => {
  const hire = () => agents[name]!.hire(configOf(name));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const [fresh, reusing] = [hire(), hire()];
      const bars = walk('A', BARS, seed);
      const shared = { ...bars[0]! } as { -readonly [Key in keyof Bar]: Bar[Key] };
      for (const bar of bars) {
        Object.assign(shared, bar);
        expect(reusing.onBar(shared)).toEqual(fresh.onBar({ ...bar }));
        Object.assign(shared, {
          symbol: 'gone' as AssetSymbol,
          open: -1,
          high: -1,
          low: -1,
          close: -1,
          volume: -1,
          startsAt: -1,
          endsAt: -1,
        });
      }
      expect(reusing.save()).toEqual(fresh.save());
    }),
    { numRuns: 5 },
  );
});
