/** The demo's profile on the demo's bars: a single recorded session shows orders that open, close and make or lose money. */
import { expect, test } from 'vitest';
import { loadConfig } from '#config/load.ts';
import { planOf } from '#config/plan.ts';
import type { Bar } from '#server/domain/bar.ts';
import type { BrokerOrderId, ExecutionId, RunId } from '#server/domain/ids.ts';
import { type Money, parseMoney, priceFromNumber } from '#server/domain/money.ts';
import { DAY_MS, type Instant } from '#server/domain/time.ts';
import { dayProfitLossOf, grossExposureOf } from '#server/domain/valuation.ts';
import type { Command } from '#server/engine/command.ts';
import { newBooks } from '#server/engine/genesis.ts';
import { step } from '#server/engine/step.ts';
import { clear, newTurn } from '#server/engine/turn.ts';
import { loadTape } from '#server/exchange/wire/load-tape.ts';

type Place = Command & { kind: 'place' };

function demo() {
  const reading = loadConfig({ env: {}, flags: {}, cwd: '/' });
  if ('faults' in reading) throw new Error(JSON.stringify(reading.faults));
  return reading.config;
}

/** The recorded minutes of the first session, filled at the next open. */
function playFirstSession() {
  const config = demo();
  const { plan } = planOf(config);
  const tape = loadTape({ folder: config.demo.barsFolder, symbols: plan.portfolios.flatMap(({ symbols }) => symbols) });
  const opensAt = tape.series.get(plan.portfolios[0]!.symbols[0]!)![0]!.startsAt;
  const closesAt = (opensAt + 6.5 * 3_600_000) as Instant;
  const books = newBooks('rdemo' as RunId, plan);
  const turn = newTurn();
  const cash = parseMoney(config.demo.cash);
  const statement = {
    account: 'demo',
    cash,
    equity: cash,
    buyingPower: cash,
    tradingBlocked: false,
    positions: [],
    openOrders: [],
    asOf: opensAt,
  };
  const instruments = tape.assets.all.map(({ instrument }) => instrument);
  step(books, plan, { kind: 'instruments', instruments }, opensAt, turn);
  step(books, plan, { kind: 'calendar', sessions: [{ date: 'first', opensAt, closesAt }] }, opensAt, turn);
  step(books, plan, { kind: 'statement', statement }, opensAt, turn);
  clear(turn);
  const placed = new Map<string, Place>();
  const refusals: string[] = [];
  let highestExposure = 0n as Money;
  const hear = (bar: Bar): void => {
    const waiting = placed.get(bar.symbol);
    placed.delete(bar.symbol);
    if (waiting !== undefined) fill(waiting, bar);
    step(books, plan, { kind: 'bar', bar, history: bar.startsAt < opensAt }, bar.endsAt, turn);
    for (const command of turn.commands) if (command.kind === 'place') placed.set(command.intent.symbol, command);
    for (const { verdict } of turn.decisions) if (verdict?.kind === 'refused') refusals.push(...verdict.because.map(({ rule }) => rule));
    clear(turn);
    const exposure = grossExposureOf(books);
    if (exposure > highestExposure) highestExposure = exposure;
  };
  const fill = ({ order, intent }: Place, bar: Bar): void => {
    const { symbol, side, quantity } = intent;
    step(books, plan, { kind: 'orderAccepted', order, brokerId: order as string as BrokerOrderId }, bar.startsAt, turn);
    const execution = {
      executionId: order as string as ExecutionId,
      order,
      symbol,
      side,
      quantity,
      price: priceFromNumber(bar.open),
      at: bar.startsAt,
    };
    step(books, plan, { kind: 'fill', fill: execution }, bar.startsAt, turn);
    clear(turn);
  };
  for (const minute of tape.minutes) {
    if (minute.startsAt < opensAt - DAY_MS || minute.startsAt >= closesAt) continue;
    for (const bar of minute.bars) hear(bar);
  }
  return { books, refusals, highestExposure };
}

test('one recorded session of the demo fills many orders within its limits, with each of its agents and every symbol', () => {
  const { books, refusals, highestExposure } = playFirstSession();
  const config = demo();
  const untraded = [...books.markets.values()].filter(({ position }) => position.quantity === 0n && position.realised === 0n);
  expect(books.filledOrderCount).toBeGreaterThanOrEqual(60);
  expect(untraded).toEqual([]);
  expect(refusals).toEqual([]);
  expect(highestExposure).toBeLessThanOrEqual(config.limits.maxGrossExposure);
  expect(-(dayProfitLossOf(books) ?? 0n)).toBeLessThan(config.limits.maxDailyLoss);
  const hired = config.portfolios.flatMap(({ deployments }) => deployments.map(({ agent }) => agent));
  expect(new Set(hired)).toEqual(new Set(['ma-cross', 'rsi-reversion', 'bollinger-reversion']));
});
