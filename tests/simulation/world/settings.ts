/** What is drawn once for a simulated day, before anything goes wrong: the market, the exchange's habits, the daemon's rhythms. */
import { MINUTE_MS, SECOND_MS } from '#server/domain/time.ts';
import type { ExchangeSettings } from '#server/exchange/settings.ts';
import { Chance } from '../machine/chance.ts';

export interface DaySettings {
  readonly seed: number;
  /** New York's date. */
  readonly date: string;
  readonly opensMinute: number;
  readonly closesMinute: number;
  readonly stocks: readonly string[];
  readonly pairs: readonly string[];
  /** Whether positions are left by rules of a portfolio, most of them at the broker. */
  readonly hasExits: boolean;
  /** Size of a minute's swing, as a part of the price. */
  readonly swing: number;
  readonly exchange: Partial<ExchangeSettings>;
  readonly tradeUpdateFrames: 'binary' | 'text';
  readonly tickEveryMs: number;
  readonly reconcileEveryMs: number;
  readonly snapshotAfterEntries: number;
  readonly pingEveryMs: number;
  /** A commit takes up to so long; with 0 it is done before anything else can happen. */
  readonly writeMs: number;
  readonly latencyMs: number;
  /** Market time read from the broker instead of the wall. */
  readonly brokersClock: boolean;
  /** What the broker allows a process with one key. */
  readonly requestsPerMinute: number;
}

/** Ordinary days, the Monday after the clocks changed, and half days. */
const DAYS = [
  { date: '2025-01-06', closesMinute: 960 },
  { date: '2025-03-10', closesMinute: 960 },
  { date: '2026-03-18', closesMinute: 960 },
  { date: '2025-07-03', closesMinute: 780 },
  { date: '2025-11-28', closesMinute: 780 },
] as const;

const OPENS_MINUTE = 570;
const NAMES = ['AAPL', 'MSFT', 'JPM', 'TSLA'] as const;

export function drawSettings(seed: number): DaySettings {
  const chance = new Chance(seed, 'settings');
  const { date, closesMinute } = chance.pick(DAYS);
  const hasExits = chance.happens(0.65);
  const stocks = NAMES.slice(0, chance.whole(2, 3));
  return {
    seed,
    date,
    closesMinute,
    opensMinute: OPENS_MINUTE,
    stocks,
    pairs: chance.happens(0.3) ? ['BTC/USD'] : [],
    hasExits,
    swing: chance.between(0.0005, 0.004),
    exchange: drawExchange(chance, seed),
    tradeUpdateFrames: chance.pick(['binary', 'text']),
    tickEveryMs: chance.pick([2, 15, 30, 30]) * SECOND_MS,
    // Below the time that settling has: what the streams lost is found by it alone.
    reconcileEveryMs: chance.pick([10, 15]) * MINUTE_MS,
    snapshotAfterEntries: chance.pick([50, 100, 500, 2_000]),
    pingEveryMs: chance.pick([60, 120]) * SECOND_MS,
    writeMs: chance.pick([0, 0, 5, 200]),
    latencyMs: chance.between(5, 80),
    brokersClock: chance.happens(0.15),
    requestsPerMinute: new Chance(seed, 'allowance').pick([200, 200, 45]),
  };
}

function drawExchange(chance: Chance, seed: number): Partial<ExchangeSettings> {
  return {
    seed,
    publishTicks: false,
    loop: false,
    partialFillChance: chance.pick([0, 0.1, 0.3, 0.6]),
    halfSpreadBps: chance.pick([1, 5, 20]),
    multiplier: chance.pick([1, 2, 4]),
    stopTrigger: chance.pick(['last', 'quote']),
    listHeldLegs: chance.happens(0.5),
    repeatedCancel: chance.pick(['refuse', 'accept']),
    buyStopCollar: chance.happens(0.8),
    oppositeOpenings: chance.pick(['refuse', 'allow']),
    washTradeStatus: chance.pick([403, 422]),
    keepFinishedOrders: 0,
    cryptoMakerBasisPoints: 15,
  };
}
