/** The kill switch, measured: what each part of a trip takes, and that nothing opens after one. */
import { freezeDaemon, tripDaemon } from './kill-daemon.ts';
import { measureLatch, type Samples } from './kill-latch.ts';
import { countTrips } from './kill-trips.ts';
import { type BenchReport, type BenchResult, machine } from './machine.ts';

const TRIPS = 5_000;
const ROUNDS = 100;
const REAL_TRIPS = 500;
const SIMULATED_TRIPS = 100_000;
const FREEZES = 5;
/** What is owed, in milliseconds. */
const OWED = { blockedP999: 5, durableP99: 50, firstCancelMax: 250, allCancelledP99: 3_000, frozenMax: 11_000 };

const quantile = (samples: readonly number[], part: number): number => {
  const sorted = samples.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) * 1_000) / 1_000;
};

const figure = (what: string, value: number): BenchResult => ({ what, value, unit: 'ms' });
const owed = (what: string, value: number, limitMs: number): BenchResult => ({
  ...figure(what, value),
  ...{ versus: `${limitMs} ms`, ratio: value / limitMs, owed: 1 },
});
const count = (what: string, value: number): BenchResult => ({ what, value, unit: '' });
/** None may be: a ratio above what is owed as soon as there is one. */
const none = (what: string, value: number): BenchResult => ({ what, value, unit: '', versus: 'none', ratio: value, owed: 0 });

function ofLatch(name: string, { blocked, durable, firstCancel, allCancelled, quotesASecond }: Samples): BenchResult[] {
  return [
    ...(quotesASecond === 0 ? [] : [count(`${name}QuotesASecond`, quotesASecond)]),
    count(`${name}Trips`, blocked.length),
    figure(`${name}BlockedP50`, quantile(blocked, 0.5)),
    owed(`${name}BlockedP999`, quantile(blocked, 0.999), OWED.blockedP999),
    figure(`${name}DurableP50`, quantile(durable, 0.5)),
    owed(`${name}DurableP99`, quantile(durable, 0.99), OWED.durableP99),
    count(`${name}RoundsOf100Orders`, allCancelled.length),
    figure(`${name}FirstCancelP50`, quantile(firstCancel, 0.5)),
    owed(`${name}FirstCancelMax`, Math.max(...firstCancel), OWED.firstCancelMax),
    figure(`${name}AllCancelledP50`, quantile(allCancelled, 0.5)),
    owed(`${name}AllCancelledP99`, quantile(allCancelled, 0.99), OWED.allCancelledP99),
  ];
}

export async function benchKill(): Promise<BenchReport> {
  const quiet = await measureLatch({ quotes: false, trips: TRIPS, rounds: ROUNDS });
  const loaded = await measureLatch({ quotes: true, trips: TRIPS, rounds: ROUNDS });
  const frozen = await freezeDaemon(FREEZES);
  const real = await tripDaemon(REAL_TRIPS);
  const simulated = await countTrips({ trips: SIMULATED_TRIPS, seed: 1 });
  return {
    bench: 'kill',
    machine: machine(),
    results: [
      ...ofLatch('quiet', quiet),
      ...ofLatch('loaded', loaded),
      figure('frozenToSuspendedP50', quantile(frozen, 0.5)),
      owed('frozenToSuspendedMax', Math.round(Math.max(...frozen)), OWED.frozenMax),
      count('realTrips', real.trips),
      count('realOrdersBetween', real.orders),
      none('realOrdersAfterTrip', real.afterTrip),
      count('simulatedTrips', simulated.trips),
      count('simulatedOpeningOrders', simulated.sent),
      count('simulatedKeptBack', simulated.keptBack),
      none('simulatedOpeningAfterTrip', simulated.afterTrip),
    ],
  };
}
