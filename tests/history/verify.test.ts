/** What a look at bars finds: each sin planted once, and clean bars with nothing to find. */

import { describe, expect, test } from 'vitest';
import type { FullBarRows } from '#server/domain/bar-blocks.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#server/domain/time.ts';
import { DEFAULT_MAX_GAP_MS } from '#server/history/verify/gaps.ts';
import { type VerifyOptions, verifyRows } from '#server/history/verify/verify.ts';
import { keyOf, listOf, minutes, type OneRow, OPEN, rowsOf } from '#tests/bars/rows.ts';

const whole = (rows: FullBarRows, ms: number) => [{ from: rows.startsAt[0]!, to: rows.startsAt[rows.length - 1]! + ms }];

function findings(rows: FullBarRows, more: Partial<VerifyOptions> = {}) {
  const { timeframe } = keyOf();
  const calendar = 'calendar' in more ? more.calendar : ('nyse' as const);
  return verifyRows(rows, {
    timeframe,
    isRaw: true,
    isPair: false,
    calendar,
    complete: whole(rows, (more.timeframe ?? timeframe).ms),
    maxGapMs: DEFAULT_MAX_GAP_MS[calendar ?? 'nyse'],
    knownSplits: [],
    ...more,
  });
}
const kinds = (rows: FullBarRows, more: Partial<VerifyOptions> = {}): string[] => findings(rows, more).map(({ kind }) => kind);
const without = (rows: FullBarRows, isOut: (row: OneRow) => boolean): FullBarRows => rowsOf(listOf(rows).filter((row) => !isOut(row)));
const changed = (rows: FullBarRows, index: number, change: Partial<OneRow>): FullBarRows =>
  rowsOf(listOf(rows).map((row, i) => (i === index ? { ...row, ...change } : row)));

/** Two sessions of minutes, a Monday and a Tuesday. */
const SESSIONS = rowsOf([...listOf(minutes(390)), ...listOf(minutes(390, OPEN + DAY_MS))]);
const iso = (at: number): string => new Date(at).toISOString();

describe('sound bars', () => {
  test('of two sessions have nothing to find', () => {
    expect(findings(SESSIONS)).toEqual([]);
  });

  test('may miss minutes without a trade, and the extended hours', () => {
    expect(kinds(without(SESSIONS, ({ startsAt }) => (startsAt / MINUTE_MS) % 25 > 3))).toEqual([]);
    const early = rowsOf([...listOf(minutes(3, OPEN - 5 * HOUR_MS)), ...listOf(SESSIONS)]);
    expect(kinds(early)).toEqual([]);
  });

  test('may stand still over holidays and after half days', () => {
    // Thanksgiving 2018 and the half day after it.
    const wednesday = minutes(390, Date.parse('2018-11-21T14:30:00Z'));
    const friday = minutes(210, Date.parse('2018-11-23T14:30:00Z'));
    const monday = minutes(390, Date.parse('2018-11-26T14:30:00Z'));
    const rows = rowsOf([wednesday, friday, monday].flatMap(listOf));
    expect(kinds(rows)).toEqual([]);
  });

  test('may crash and stay down', () => {
    const crashed = rowsOf(listOf(SESSIONS).map((row, i) => (i < 200 ? row : { ...row, ...scaled(row, 0.6) })));
    expect(kinds(crashed)).toEqual([]);
  });
});

const scaled = ({ open, high, low, close }: OneRow, by: number) => ({ open: open * by, high: high * by, low: low * by, close: close * by });

describe('gaps', () => {
  test('within a session, told from the last bar to the next', () => {
    const rows = without(SESSIONS, ({ startsAt }) => startsAt >= OPEN + 100 * MINUTE_MS && startsAt < OPEN + 140 * MINUTE_MS);
    expect(findings(rows)).toMatchObject([
      { kind: 'gap', from: OPEN + 100 * MINUTE_MS, to: OPEN + 140 * MINUTE_MS, detail: 'no bar for 40 minutes while the market was open' },
    ]);
    expect(kinds(rows, { maxGapMs: HOUR_MS })).toEqual([]);
  });

  test('at the end of a session, by the calendar and not by the clock', () => {
    const rows = without(SESSIONS, ({ startsAt }) => startsAt >= OPEN + 350 * MINUTE_MS && startsAt < OPEN + DAY_MS);
    expect(findings(rows).map(({ from, to }) => [iso(from), iso(to)])).toEqual([['2019-02-11T20:20:00.000Z', '2019-02-11T21:00:00.000Z']]);
  });

  test('of whole days', () => {
    const rows = rowsOf([...listOf(minutes(390)), ...listOf(minutes(390, OPEN + 3 * DAY_MS))]);
    expect(findings(rows).map(({ kind, from }) => [kind, iso(from)])).toEqual([
      ['gap', '2019-02-12T14:30:00.000Z'],
      ['gap', '2019-02-13T14:30:00.000Z'],
    ]);
  });

  test('between spans that were never stored', () => {
    const rows = rowsOf([...listOf(minutes(390)), ...listOf(minutes(390, OPEN + DAY_MS))]);
    const complete = [0, 1].map((day) => ({ from: OPEN + day * DAY_MS, to: OPEN + day * DAY_MS + 390 * MINUTE_MS }));
    expect(kinds(rows, { complete })).toEqual([]);
    const far = rowsOf([...listOf(minutes(390)), ...listOf(minutes(390, OPEN + 2 * DAY_MS))]);
    const apart = [0, 2].map((day) => ({ from: OPEN + day * DAY_MS, to: OPEN + day * DAY_MS + 390 * MINUTE_MS }));
    expect(findings(far, { complete: apart })).toMatchObject([{ kind: 'gap', from: OPEN + 390 * MINUTE_MS, to: OPEN + 2 * DAY_MS }]);
  });

  test('of days: a session that is left out, not a holiday', () => {
    const { timeframe } = keyOf('AAPL', '1Day');
    // Friday, then Tuesday after Presidents' Day, then Thursday.
    const days = ['2019-02-15', '2019-02-19', '2019-02-21'].map((date) => Date.parse(`${date}T05:00:00Z`));
    const rows = rowsOf(listOf(minutes(3)).map((row, i) => ({ ...row, startsAt: days[i]! })));
    expect(findings(rows, { timeframe }).map(({ kind, from }) => [kind, iso(from)])).toEqual([['gap', '2019-02-20T14:30:00.000Z']]);
  });

  test('of pairs: at any time', () => {
    const rows = without(minutes(600), ({ startsAt }) => startsAt >= OPEN + 100 * MINUTE_MS && startsAt < OPEN + 170 * MINUTE_MS);
    expect(kinds(rows, { calendar: 'always', isPair: true })).toEqual(['gap']);
    expect(kinds(rows, { calendar: undefined, isPair: true })).toEqual([]);
  });

  test('none before a listing', () => {
    expect(kinds(SESSIONS, { complete: [{ from: OPEN - 30 * DAY_MS, to: OPEN + 30 * DAY_MS }] })).toEqual([]);
  });
});

describe('other sins', () => {
  test('a bar on a Sunday, and on a holiday', () => {
    const sunday = rowsOf([...listOf(minutes(2, OPEN - DAY_MS)), ...listOf(SESSIONS)]);
    expect(findings(sunday)).toMatchObject([{ kind: 'closedMarket', from: OPEN - DAY_MS }]);
    // A minute after seven on Friday evening in New York is Saturday in UTC.
    const friday = rowsOf([...listOf(minutes(1, Date.parse('2019-02-09T00:00:00Z'))), ...listOf(SESSIONS)]);
    expect(kinds(friday)).toEqual([]);
  });

  test('a price that leaves its neighbours and comes back', () => {
    expect(findings(changed(SESSIONS, 77, { low: 0.01 }))).toMatchObject([
      { kind: 'priceSpike', detail: expect.stringContaining('low 0.01 is -100.0 %') },
    ]);
    expect(findings(changed(SESSIONS, 78, { high: 200 }))).toMatchObject([
      { kind: 'priceSpike', detail: expect.stringContaining('high 200') },
    ]);
  });

  test('a volume beyond all others', () => {
    expect(findings(changed(SESSIONS, 0, { volume: 14_900_000_000 }))).toMatchObject([{ kind: 'volumeSpike', from: OPEN }]);
  });

  test.each([
    [7, '7:1'],
    [1.5, '1.5:1'],
    [1 / 20, '1:20'],
  ])('a split by %d that nobody told of', (ratio, text) => {
    const night = SESSIONS.open[390]! / SESSIONS.close[389]!;
    const split = rowsOf(listOf(SESSIONS).map((row, i) => (i < 390 ? { ...row, ...scaled(row, ratio * night) } : row)));
    expect(findings(split)).toMatchObject([{ kind: 'splitSuspected', detail: expect.stringContaining(`looks like a split of ${text}`) }]);
    const day = Math.floor((OPEN + DAY_MS) / DAY_MS);
    expect(kinds(split, { knownSplits: [{ day, ratio }] })).toEqual([]);
    // In adjusted bars there is no excuse for it.
    expect(kinds(split, { isRaw: false, knownSplits: [{ day, ratio }] })).toEqual(['splitSuspected']);
    expect(kinds(split, { isPair: true })).toEqual([]);
  });

  test('raw bars in which a known split does not show', () => {
    const day = Math.floor((OPEN + DAY_MS) / DAY_MS);
    expect(kinds(SESSIONS, { knownSplits: [{ day, ratio: 4 }] })).toEqual(['splitMissing']);
    expect(kinds(SESSIONS, { isRaw: false, knownSplits: [{ day, ratio: 4 }] })).toEqual([]);
  });

  test('bars in a row without volume, unless there never is any', () => {
    const still = rowsOf(listOf(SESSIONS).map((row, i) => (i >= 50 && i < 62 ? { ...row, volume: 0 } : row)));
    expect(findings(still)).toMatchObject([{ kind: 'zeroVolume', detail: '12 bars in a row without volume' }]);
    expect(kinds(still, { isPair: true })).toEqual([]);
    expect(kinds(rowsOf(listOf(SESSIONS).map((row) => ({ ...row, volume: 0 }))))).toEqual([]);
  });

  test('candles that can not be, and stamps that do not rise', () => {
    expect(kinds(changed(SESSIONS, 5, { high: 1 }))).toEqual(['impossible']);
    expect(kinds(changed(SESSIONS, 5, { startsAt: OPEN + 4 * MINUTE_MS }))).toEqual(['disorder']);
  });
});
