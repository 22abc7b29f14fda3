/** What a run of the torture came to, for programs and for people. */
import type { CodeVersion } from '#scripts/cli/code-version.ts';
import type { World } from './world.ts';

export interface Report {
  readonly seed: number;
  readonly version: string;
  readonly commit: string | null;
  /** Tracked files differ from the commit. */
  readonly changed: boolean | null;
  readonly database: string;
  readonly seconds: number;
  readonly kills: number;
  readonly killsInStart: number;
  readonly killsWithOrder: number;
  readonly killsWithoutDatabase: number;
  /** Starts that found an order of which nothing had been heard when the daemon was killed. */
  readonly startsInDoubt: number;
  readonly recoveries: number;
  readonly unreconciled: number;
  readonly longestRecoveryMs: number;
  readonly refusedStarts: number;
  readonly intents: number;
  readonly ordersAtExchange: number;
  /** Requests that had no definite answer. */
  readonly unknowns: number;
  readonly disasters: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  /** What was broken, in words. */
  readonly violation: string | null;
}

export function reportOf(world: World, seed: number, code: CodeVersion, seconds: number, violation: string | null): Report {
  const { tally, audit, database } = world;
  const { kills, killsInStart, killsWithOrder, killsWithoutDatabase, recoveries, refusedStarts } = tally;
  return {
    ...{ seed, ...code, database: database.kind, seconds: Math.round(seconds * 10) / 10 },
    ...{ kills, killsInStart, killsWithOrder, killsWithoutDatabase, recoveries, unreconciled: violation === null ? 0 : 1 },
    longestRecoveryMs: Math.round(tally.longestRecoveryMs),
    refusedStarts,
    startsInDoubt: audit.watch.startsInDoubt,
    intents: audit.watch.intents,
    ordersAtExchange: audit.ordersAtExchange,
    unknowns: audit.watch.unknowns,
    disasters: Object.fromEntries(tally.disasters),
    faults: Object.fromEntries(tally.faults),
    violation,
  };
}

const counts = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .map(([name, times]) => `${name} ${times}`)
    .join(', ') || 'none';

export function reportLines(report: Report): string[] {
  const { kills, killsInStart, killsWithOrder, recoveries, unreconciled, seconds, violation } = report;
  return [
    `${kills} kills in ${seconds} s, ${unreconciled} unreconciled, on ${report.database}`,
    `  of the kills  ${killsInStart} while starting, ${killsWithOrder} when an order had just been taken, ${report.killsWithoutDatabase} with the database away`,
    `                ${report.startsInDoubt} starts found orders of which nothing had been heard`,
    `  checked       ${recoveries} recoveries, the longest ${report.longestRecoveryMs} ms; ${report.refusedStarts} starts failed while something was broken`,
    `  orders        ${report.intents} intents, ${report.ordersAtExchange} orders at the exchange, ${report.unknowns} requests without a definite answer`,
    `  disasters     ${counts(report.disasters)}`,
    `  faults        ${counts(report.faults)}`,
    ...(violation === null ? [] : [`VIOLATION: ${violation}`]),
  ];
}
