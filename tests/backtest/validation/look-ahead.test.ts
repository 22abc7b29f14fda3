/** Agents that know the future are named, each by the test that can see it; honest ones are not. */
import { describe, expect, test } from 'vitest';
import type { DecisionRow } from '#server/backtest/result.ts';
import { findLookAhead, type Rerun } from '#server/backtest/validation/look-ahead.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { DeploymentId, PortfolioId } from '#server/domain/ids.ts';
import type { Instant } from '#server/domain/time.ts';
import { market } from './market.ts';

/** What an agent thinks at a bar; it sees all of the bars it was built from, as a careless one would. */
type Opinion = (bars: BarColumns, at: number) => number;

/** A run in which every agent decides at every bar that its opinion is not 0. */
const rerunOf =
  (agents: Readonly<Record<string, (bars: BarColumns) => Opinion>>): Rerun =>
  (all) =>
    all.flatMap((bars) => {
      const hired = Object.entries(agents).map(([name, hire]) => [name as DeploymentId, hire(bars)] as const);
      return Array.from({ length: bars.length }, (_, at): DecisionRow => {
        const votes = hired.flatMap(([deployment, opinion]) => {
          const value = opinion(bars, at);
          const direction = value > 0 ? ('up' as const) : ('down' as const);
          return value === 0 ? [] : [{ deployment, direction, confidence: 1, value: Math.sign(value), weight: 1, reason: 'test' }];
        });
        const thought = { target: undefined, verdict: undefined, order: undefined, summary: '' };
        return { at: bars.endsAt[at] as Instant, portfolio: 'p' as PortfolioId, symbol: bars.symbol, votes, ...thought };
      }).filter(({ votes }) => votes.length > 0);
    });

const close = (bars: BarColumns, at: number): number => bars.close[at] as number;

const honest = (): Opinion => (bars, at) => (at % 7 === 0 && at > 0 ? close(bars, at) - close(bars, at - 1) : 0);
/** The planted sins: the next bar's close, the bar ten on, and the mean of the whole history. */
const nextBar = (): Opinion => (bars, at) => (at % 11 === 0 && at + 1 < bars.length ? close(bars, at + 1) - close(bars, at) : 0);
const tenOn = (): Opinion => (bars, at) => (at % 13 === 0 && at + 10 < bars.length ? close(bars, at + 10) - close(bars, at) : 0);
const wholeMean = (bars: BarColumns): Opinion => {
  const mean = bars.close.reduce((sum, one) => sum + one, 0) / bars.length;
  return (_, at) => (at % 5 === 0 ? close(bars, at) - mean : 0);
};

const settings = { seed: 1, maxBars: 1e9 };

describe('the look-ahead detector', () => {
  const bars = [market(200, 3)];

  test('names those who leak, and nobody else', () => {
    const report = findLookAhead(rerunOf({ honest, nextBar, tenOn, wholeMean }), bars, settings);
    expect(report.checked).toBe(report.decisions);
    expect(report.leaks.map(({ deployment }) => deployment).sort()).toEqual(['nextBar', 'tenOn', 'wholeMean']);
  });

  test('an honest panel is clean, and every decision was taken again', () => {
    let told = 0;
    const report = findLookAhead(rerunOf({ honest }), bars, { ...settings, progress: () => told++ });
    expect(report).toMatchObject({ decisions: 28, checked: 28, leaks: [], differing: {} });
    expect(told).toBe(28);
  });

  test('who only looks where there is something to see is found by another future, not by an end', () => {
    // Says the same when there is no next bar as it says with the real one.
    const sly = (): Opinion => (given, at) => {
      if (at % 11 !== 0) return 0;
      const next = at + 1 < given.length ? close(given, at + 1) : close(bars[0] as BarColumns, Math.min(at + 1, 199));
      return next - close(given, at);
    };
    const report = findLookAhead(rerunOf({ sly }), bars, settings);
    expect(report.leaks[0]).toMatchObject({ deployment: 'sly', test: 'otherFuture' });
  });

  test('what the budget does not reach is said, not hidden', () => {
    const report = findLookAhead(rerunOf({ honest }), bars, { ...settings, maxBars: 2_000 });
    expect(report.checked).toBeLessThan(report.decisions);
    expect(report.checked).toBeGreaterThan(0);
  });
});
