/**
 * The whole judge, every control with limits in force: an intent that is approved, one that is refused, one that only reduces; and what the
 * controls cost of a bar on which nobody wants anything. Twenty symbols, fifteen of them held, five with an order out.
 */
import { limits as limitSettings, limitsOf } from '#config/limits.ts';
import type { Bar } from '#server/domain/bar.ts';
import type { Books, Market } from '#server/domain/books.ts';
import type { Intent } from '#server/domain/decision.ts';
import type { AssetSymbol, PortfolioId, RunId } from '#server/domain/ids.ts';
import { equity } from '#server/domain/instrument.ts';
import type { Limits } from '#server/domain/limits.ts';
import { parseMoney, parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { Plan } from '#server/domain/plan.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '#server/domain/time.ts';
import { enter } from '#server/engine/act.ts';
import { watchEquity } from '#server/engine/day.ts';
import { newBooks } from '#server/engine/genesis.ts';
import { noteBar } from '#server/engine/observe.ts';
import { step } from '#server/engine/step.ts';
import { newTurn } from '#server/engine/turn.ts';
import { judge } from '#server/risk/judge.ts';
import { type BenchReport, type BenchResult, machine, median } from './machine.ts';
import { walk } from './walk.ts';

const SYMBOLS = Array.from({ length: 20 }, (_, nth) => `S${String.fromCharCode(65 + nth)}` as AssetSymbol);
const HELD = 15;
const INTENTS = 200_000;
const BARS = 1_000_000;
const ROUNDS = 7;
const START = Date.UTC(2026, 2, 18, 14) as Instant;
const OWED_US = { intent: 5, bar: 0.2 };

/** What the work takes, and not what other programs keep it waiting. */
const processorMs = (): number => process.cpuUsage().user / 1000;

/** As the configuration has them, but for what would stop a day like this. */
const limits: Limits = limitsOf(
  limitSettings.parse({
    ...{ maxGrossExposure: '10000000', maxSectorPercent: 400, maxClusterPercent: 400, maxDailyLoss: '900000', maxWeeklyLoss: '900000' },
    ...{ maxQuickLoss: '900000', maxShortfallPercent: 100 },
  }),
  SYMBOLS,
);

const intentOf = (symbol: AssetSymbol, quantity: string, purpose: 'open' | 'reduce'): Intent => ({
  symbol,
  side: purpose === 'open' ? 'buy' : 'sell',
  quantity: parseQuantity(quantity),
  type: 'market',
  timeInForce: 'day',
  purpose,
  exit: undefined,
  expectedPrice: parsePrice('100'),
  portfolio: 'bench' as PortfolioId,
  deployments: [],
  reason: 'bench',
});

const barOf = (symbol: AssetSymbol): Bar => {
  const startsAt = (START - MINUTE_MS) as Instant;
  return { symbol, startsAt, endsAt: START, open: 100, high: 100, low: 100, close: 100, volume: 10_000 };
};

/** An account of a million dollars. */
function opened(): Books {
  const portfolio = {
    ...{
      id: 'bench' as PortfolioId,
      symbols: SYMBOLS,
      deployments: [],
      exits: undefined,
      capitalFraction: 1,
      mayShort: false,
      locks: undefined,
    },
    blend: { enterAt: 0.3, exitBelow: 0.1, minAgreement: 0.6, minQuorum: 0.5 },
    sizing: { kind: 'fixedFraction', fraction: 0.1 },
  } as const;
  const plan: Plan = { portfolios: [portfolio], limits, fees: { cryptoTakerBasisPoints: 0 } };
  const [books, turn, cash] = [newBooks('rbench' as RunId, plan), newTurn(), parseMoney('1000000')];
  const positions = SYMBOLS.slice(0, HELD).map((symbol) => {
    return { symbol, quantity: parseQuantity('10'), averageEntryPrice: parsePrice('100') };
  });
  const account = { account: 'bench', cash, equity: cash, buyingPower: cash, tradingBlocked: false };
  step(books, plan, { kind: 'instruments', instruments: SYMBOLS.map((symbol) => equity(symbol)) }, START, turn);
  const sessions = [{ date: 'all', opensAt: (START - DAY_MS) as Instant, closesAt: (START + 5_000 * DAY_MS) as Instant }];
  step(books, plan, { kind: 'calendar', sessions }, START, turn);
  step(books, plan, { kind: 'statement', statement: { ...account, positions, openOrders: [], asOf: START } }, START, turn);
  for (const symbol of SYMBOLS) step(books, plan, { kind: 'bar', bar: barOf(symbol), history: true }, START, turn);
  for (const symbol of SYMBOLS.slice(HELD)) {
    if (symbol === SYMBOLS.at(-1)) continue;
    enter(books, books.markets.get(symbol) as Market, intentOf(symbol, '5', 'open'), `rbench-0-${symbol}` as never, turn);
  }
  return books;
}

/** Microseconds an intent; throws where the verdict is another than the case is for. */
function judging(books: Books, intent: Intent, wanted: 'approved' | 'refused'): number {
  const market = books.markets.get(intent.symbol) as Market;
  const question = { intent, books, market, limits };
  const verdict = judge(question);
  const because = verdict.kind === 'refused' ? verdict.because.map(({ reason }) => reason).join('; ') : '';
  if (verdict.kind !== wanted) throw new Error(`the bench wants it ${wanted}, and it was ${verdict.kind}: ${because}`);
  const begin = processorMs();
  for (let nth = 0; nth < INTENTS; nth++) judge(question);
  return (1000 * (processorMs() - begin)) / INTENTS;
}

/** What the controls do at every bar, marking the position among it. */
function watching(books: Books, bars: readonly Bar[]): number {
  const turn = newTurn();
  const { lossScreen, risk } = books;
  const begin = processorMs();
  for (const bar of bars) {
    books.at = bar.endsAt;
    noteBar(books, limits, bar);
    if (lossScreen.equity < lossScreen.floor || lossScreen.equity > lossScreen.ceiling || books.at >= risk.windowEndsAt)
      watchEquity(books, limits, turn);
  }
  return (1000 * (processorMs() - begin)) / bars.length;
}

function result(what: string, values: readonly number[], unit: string, owed: number): BenchResult {
  const value = median(values);
  return { what, value: Math.round(value * 1000) / 1000, unit, versus: `${owed} µs allowed`, ratio: value / owed, owed: 1 };
}

export function benchJudge(): BenchReport {
  const [first, last] = [SYMBOLS[0] as AssetSymbol, SYMBOLS.at(-1) as AssetSymbol];
  const startsLater = START - Date.UTC(2020, 0, 2, 14, 30);
  const bars = walk(first, BARS, 7).map((bar) => ({
    ...bar,
    startsAt: (bar.startsAt + startsLater) as Instant,
    endsAt: (bar.endsAt + startsLater) as Instant,
  }));
  const [approved, refused, reducing, bar]: number[][] = [[], [], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    const books = opened();
    approved?.push(judging(books, intentOf(last, '5', 'open'), 'approved'));
    refused?.push(judging(books, intentOf(last, '2000', 'open'), 'refused'));
    reducing?.push(judging(books, intentOf(first, '5', 'reduce'), 'approved'));
    bar?.push(watching(opened(), bars));
  }
  return {
    bench: 'judge',
    machine: machine(),
    results: [
      result('approved', approved ?? [], 'µs an intent', OWED_US.intent),
      result('refused', refused ?? [], 'µs an intent', OWED_US.intent),
      result('reducing', reducing ?? [], 'µs an intent', OWED_US.intent),
      result('barWithoutIntent', bar ?? [], 'µs a bar', OWED_US.bar),
    ],
  };
}
