/**
 * The pure engine, bar by bar, with one average-cross deployment, every risk rule and the ledger; fills come at the next
 * open. Beside it, in the same run, a loop written by hand for just this: the attainable limit.
 */
import { maCross } from '#server/agents/ma-cross.ts';
import type { Bar } from '#server/domain/bar.ts';
import type { Books } from '#server/domain/books.ts';
import type { AssetSymbol, BrokerOrderId, DeploymentId, ExecutionId, PortfolioId, RunId } from '#server/domain/ids.ts';
import { equity } from '#server/domain/instrument.ts';
import { WITHOUT_LIMITS } from '#server/domain/limits.ts';
import { parseMoney, priceFromNumber } from '#server/domain/money.ts';
import type { Plan } from '#server/domain/plan.ts';
import { DAY_MS, type Instant } from '#server/domain/time.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { equityOf } from '#server/domain/valuation.ts';
import type { Command } from '#server/engine/command.ts';
import { newBooks } from '#server/engine/genesis.ts';
import { step } from '#server/engine/step.ts';
import { clear, type LedgerTurn, newTurn, type Turn } from '#server/engine/turn.ts';
import { handWritten } from './hand-written.ts';
import { type BenchReport, machine, median } from './machine.ts';
import { walk, walkColumns } from './walk.ts';

const BARS = 1_000_000;
const ROUNDS = 5;
const SYMBOL = 'AAPL' as AssetSymbol;

function planOf(): Plan {
  const config = maCross.schema.parse({ fast: 20, slow: 50 });
  return {
    portfolios: [
      {
        id: 'bench' as PortfolioId,
        symbols: [SYMBOL],
        deployments: [{ id: 'cross' as DeploymentId, agent: 'ma-cross', weight: 1, timeframe: MINUTE, hire: () => maCross.hire(config) }],
        blend: { enterAt: 0.3, exitBelow: 0.1, minAgreement: 0.6, minQuorum: 0.5 },
        sizing: { kind: 'fixedFraction', fraction: 0.1 },
        exits: undefined,
        locks: undefined,
        capitalFraction: 1,
        mayShort: false,
      },
    ],
    limits: {
      ...WITHOUT_LIMITS,
      maxOrderNotional: parseMoney('1000000'),
      maxPositionNotional: parseMoney('1000000'),
      maxGrossExposure: parseMoney('1000000'),
      maxOpenOrders: 10,
      maxOrdersPerMinute: 100,
      maxDailyLoss: parseMoney('1000000'),
      maxPriceAgeMs: 120_000,
    },
    fees: { cryptoTakerBasisPoints: 0 },
  };
}

function opened(plan: Plan, first: Bar, last: Bar): { books: Books; turn: LedgerTurn } {
  const books = newBooks('rbench' as RunId, plan);
  const turn = newTurn();
  const at = first.startsAt;
  const cash = parseMoney('100000');
  const statement = {
    account: 'bench',
    cash,
    equity: cash,
    buyingPower: cash,
    tradingBlocked: false,
    positions: [],
    openOrders: [],
    asOf: at,
  };
  step(books, plan, { kind: 'instruments', instruments: [equity(SYMBOL)] }, at, turn);
  const sessions = [{ date: 'all', opensAt: first.startsAt, closesAt: (last.endsAt + DAY_MS) as Instant }];
  step(books, plan, { kind: 'calendar', sessions }, at, turn);
  step(books, plan, { kind: 'statement', statement }, at, turn);
  clear(turn);
  return { books, turn };
}

/** The broker's part: what was placed on the last bar is filled at this one's open. */
function fill(books: Books, plan: Plan, command: Command & { kind: 'place' }, bar: Bar, turn: Turn): void {
  const { order, intent } = command;
  step(books, plan, { kind: 'orderAccepted', order, brokerId: order as string as BrokerOrderId }, bar.startsAt, turn);
  const { symbol, side, quantity } = intent;
  const price = priceFromNumber(bar.open);
  const executed = { executionId: order as string as ExecutionId, order, symbol, side, quantity, price, at: bar.startsAt };
  step(books, plan, { kind: 'fill', fill: executed }, bar.startsAt, turn);
  clear(turn);
}

function runEngine(bars: readonly Bar[]): { seconds: number; orders: number; equity: bigint } {
  const plan = planOf();
  const { books, turn } = opened(plan, bars[0] as Bar, bars.at(-1) as Bar);
  let placed: (Command & { kind: 'place' }) | undefined;
  const begin = performance.now();
  for (const bar of bars) {
    if (placed !== undefined) fill(books, plan, placed, bar, turn);
    placed = undefined;
    step(books, plan, { kind: 'bar', bar, history: false }, bar.endsAt, turn);
    for (const command of turn.commands) if (command.kind === 'place') placed = command;
    clear(turn);
    if (turn.changed.size > 0) turn.changed.clear();
  }
  return { seconds: (performance.now() - begin) / 1000, orders: books.filledOrderCount, equity: equityOf(books) };
}

export function benchEngine(): BenchReport {
  const bars = walk(SYMBOL, BARS, 7);
  const columns = walkColumns(SYMBOL, BARS, 7);
  const engine: number[] = [];
  const hand: number[] = [];
  let orders = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    handWritten(columns);
    hand.push(BARS / ((performance.now() - begin) / 1000));
    const result = runEngine(bars);
    engine.push(BARS / result.seconds);
    orders = result.orders;
  }
  const [value, limit] = [median(engine), median(hand)];
  return {
    bench: 'engine',
    machine: machine(),
    results: [
      {
        what: 'barsPerSecond',
        value: Math.round(value),
        unit: 'bars/s',
        versus: `hand-written loop ${Math.round(limit)} bars/s`,
        ratio: value / limit,
      },
      { what: 'handWrittenBarsPerSecond', value: Math.round(limit), unit: 'bars/s' },
      { what: 'filledOrders', value: orders, unit: 'orders' },
    ],
  };
}
