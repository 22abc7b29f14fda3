/** A disk that is full while a backtest is kept: said with its place and what to do, and nothing half-written is left. */
import { readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '#tests/config/folder.ts';
import { smallDisk } from '#tests/support/small-disk.ts';
import { tradar } from './tradar.ts';

const stamp = (minute: number): string => new Date(Date.UTC(2024, 0, 3, 15, minute)).toISOString().replace('.000Z', 'Z');
const BARS = [
  'timestamp,open,high,low,close,volume',
  ...Array.from({ length: 5_000 }, (_, nth) => `${stamp(nth)},100,101,99,${100 + (nth % 7) / 10},1000`),
  '',
].join('\n');

function place(disk: string) {
  const folder = temporaryFolder();
  writeFileSync(`${folder.path}/AAPL.csv`, BARS);
  const args = ['backtest', '--agent', 'ma-cross', '--bars', `${folder.path}/AAPL.csv`, '--hours', 'always'];
  const run = (...more: string[]) => tradar({ args: [...args, ...more], env: { TRADAR_HOME: `${folder.path}/home` } });
  return { folder, run, left: () => readdirSync(disk) };
}

describe('a full disk', { timeout: 60_000 }, () => {
  test.for([
    ['from the first byte on', true],
    ['on the way', false],
  ] as const)('regression: the run folder, %s', async ([, isFull], { skip }) => {
    using disk = smallDisk('64k');
    if (disk === undefined) return skip('a small file system can not be mounted here');
    if (isFull) disk.fill();
    const { folder, run, left } = place(disk.path);
    using _folder = folder;
    const { code, err } = await run('--out', `${disk.path}/run`);
    expect(code).toBe(1);
    expect(err).toContain(`the run can not be written to ${disk.path}/run: ENOSPC`);
    expect(err).toContain('make room, or give another --out');
    expect(left()).toEqual(isFull ? ['filler'] : []);
  });

  test('regression: the report', async ({ skip }) => {
    using disk = smallDisk('8k');
    if (disk === undefined) return skip('a small file system can not be mounted here');
    const { folder, run, left } = place(disk.path);
    using _ = folder;
    const { code, err } = await run('--html', `${disk.path}/report.html`);
    expect(code).toBe(1);
    expect(err).toContain(`the report can not be written to ${disk.path}/report.html: ENOSPC`);
    expect(err).toMatch(/make room, or give another --html; the run itself is whole in .*runs/);
    expect(left()).toEqual([]);
  });
});
