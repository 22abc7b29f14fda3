/** What a search leaves on disk: whole after every kind of end, and nobody else's. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LoggedTrial, openTrialLog, readReturns, returnsFile, TrialLogError, trialsFile } from '#server/backtest/shell/trial-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trials-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const search = { search: 'ma-cross over AAA', instants: 3 };
const open = (options = search) => openTrialLog({ folder, ...options });

const trial = (nth: number): { line: LoggedTrial; returns: Float64Array } => ({
  line: { nth, point: { fast: nth, kind: 'sma' }, score: nth / 2, finalEquity: '100.5', trades: 4, metrics: { sharpe: null } },
  returns: Float64Array.from([nth, nth + 0.5, -nth]),
});

function write(...numbers: number[]): void {
  const log = open();
  log.append(numbers.map(trial));
  log.close();
}

const nths = (): number[] => {
  const log = open();
  log.close();
  return log.done.map(({ nth }) => nth);
};

describe('the trial log', () => {
  test('goes on where it was', () => {
    write(0, 1);
    write(2);
    expect(nths()).toEqual([0, 1, 2]);
    expect(readReturns(folder, 3, 3)).toEqual([0, 1, 2].map((nth) => trial(nth).returns));
  });

  test.each([1, 5, 20])('a last line torn after a kill, %i bytes short, does not count, and neither do its returns', (bytes) => {
    write(0, 1);
    const path = trialsFile(folder);
    truncateSync(path, readFileSync(path).length - bytes);
    expect(nths()).toEqual([0]);
    write(7);
    expect(nths()).toEqual([0, 7]);
    expect(readReturns(folder, 2, 3)[1]).toEqual(trial(7).returns);
  });

  test('returns without a line, as a full disk leaves them, are overwritten', () => {
    write(0);
    appendFileSync(returnsFile(folder), new Uint8Array(13));
    write(1);
    expect(readReturns(folder, 2, 3)).toEqual([trial(0).returns, trial(1).returns]);
  });

  test('of another search is refused', () => {
    write(0);
    expect(() => open({ ...search, search: 'ma-cross over BBB' })).toThrow(TrialLogError);
    expect(() => open({ ...search, instants: 4 })).toThrow('belongs to another search');
  });

  test('a line that is no trial is named', () => {
    write(0);
    appendFileSync(trialsFile(folder), '{"nth":"one"}\n');
    expect(() => open()).toThrow('line 3 is not a trial');
  });

  test('lines without their returns are refused, not read as nothing', () => {
    write(0, 1);
    writeFileSync(returnsFile(folder), new Uint8Array(24));
    expect(() => readReturns(folder, 2, 3)).toThrow('shorter than its 2 trials');
  });
});
