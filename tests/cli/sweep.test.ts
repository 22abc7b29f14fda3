/** `tradar sweep` and `tradar validate` as a person calls them: what they say, and what is left when they are stopped. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { walk } from '#scripts/bench/walk.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { inProcess } from './in-process.ts';
import { tradar } from './tradar.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const stamp = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

function bars(count: number): string {
  const lines = walk('AAPL', count, 5).map((bar) => `${stamp(bar.startsAt)},${bar.open},${bar.high},${bar.low},${bar.close},${bar.volume}`);
  return ['timestamp,open,high,low,close,volume', ...lines, ''].join('\n');
}

function place(count: number) {
  const folder = temporaryFolder();
  mkdirSync(folder.path, { recursive: true });
  writeFileSync(`${folder.path}/AAPL.csv`, bars(count));
  const env = { TRADAR_HOME: `${folder.path}/home` };
  const over = ['--bars', `${folder.path}/AAPL.csv`, '--hours', 'always'];
  return { folder, env, over };
}

interface Told {
  readonly folder: string;
  readonly trials: number;
  readonly resumed: number;
  readonly whole: boolean;
  readonly best: { readonly params: Record<string, number>; readonly finalEquity: string };
  readonly top: readonly unknown[];
}

const GRID = ['sweep', '--agent', 'ma-cross', '--vary', 'fast=5,10,20', '--vary', 'slow=10,30', '--objective', 'totalReturn', '--json'];

const trialLines = (folder: string): string[] =>
  existsSync(`${folder}/trials.jsonl`) ? readFileSync(`${folder}/trials.jsonl`, 'utf8').trimEnd().split('\n').slice(1) : [];

const sorted = (lines: readonly string[]): unknown[] =>
  lines.map((line) => JSON.parse(line) as { nth: number }).sort((a, b) => a.nth - b.nth);

/** Each of them is several processes. */
const PATIENT = { timeout: 90_000 };

describe('tradar sweep', PATIENT, () => {
  test('a grid: what does not fit together is left out, the best is what a backtest says, and the same call has nothing left to do', async () => {
    const { folder, env, over } = place(2_000);
    using _ = folder;
    const first = await tradar({ args: [...GRID, ...over], env });
    expect(first).toMatchObject({ code: 0, err: '' });
    const told = JSON.parse(first.out) as Told;
    expect(told).toMatchObject({ trials: 4, resumed: 0, whole: true, impossible: 2 });
    const params = Object.entries(told.best.params).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const alone = await tradar({ args: ['backtest', '--agent', 'ma-cross', ...params, ...over, '--json'], env });
    expect((JSON.parse(alone.out) as { finalEquity: string }).finalEquity).toBe(told.best.finalEquity);
    const again = JSON.parse((await tradar({ args: [...GRID, ...over], env })).out) as Told;
    expect(again).toMatchObject({ trials: 4, resumed: 4, best: told.best, top: told.top });
  });

  test.each([
    ['SIGINT', 1],
    ['SIGTERM', 1],
    ['SIGKILL', null],
  ] as const)('ended by %s in the middle, the same call ends up where an undisturbed one does', async (signal, code) => {
    const { folder, env, over } = place(8_000);
    using _ = folder;
    const search = [
      'sweep',
      '--agent',
      'ma-cross',
      '--vary',
      'fast=2..20',
      '--vary',
      'slow=21..80',
      '--search',
      'tpe',
      '--trials',
      '64',
      '--json',
    ];
    const args = [...search, ...over, '--out', `${folder.path}/kept`];
    const child = spawn(process.execPath, ['scripts/tradar.ts', ...args], { cwd: ROOT, env: { ...process.env, ...env }, stdio: 'pipe' });
    await trialsIn(`${folder.path}/kept`, child);
    child.kill(signal);
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(code);
    expect(existsSync(`${folder.path}/kept/sweep.json`)).toBe(false);
    const before = trialLines(`${folder.path}/kept`).length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(64);
    const resumed = await tradar({ args, env });
    expect(JSON.parse(resumed.out)).toMatchObject({ trials: 64, resumed: before, whole: true });
    const undisturbed = await tradar({ args: [...search, ...over, '--out', `${folder.path}/undisturbed`], env });
    expect(undisturbed.code).toBe(0);
    expect(sorted(trialLines(`${folder.path}/kept`))).toEqual(sorted(trialLines(`${folder.path}/undisturbed`)));
  });

  /** A file system of 64 KiB, where one can be mounted. */
  test('a full disk is said, and what was whole before it counts', async ({ skip }) => {
    const { folder, env, over } = place(2_000);
    using _ = folder;
    const small = `${folder.path}/small`;
    mkdirSync(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small], { stdio: 'ignore' });
    } catch {
      skip('a small file system can not be mounted here');
    }
    try {
      const args = [
        'sweep',
        '--agent',
        'ma-cross',
        '--vary',
        'fast=2..20',
        '--vary',
        'slow=21..60',
        '--workers',
        '1',
        ...over,
        '--out',
        small,
      ];
      const { code, err } = await tradar({ args, env });
      expect(code).toBe(1);
      expect(err).toContain('ENOSPC');
      expect(err).toContain('the same call then goes on');
      expect(existsSync(`${small}/sweep.json`)).toBe(false);
      for (const line of trialLines(small).slice(0, -1)) expect(() => JSON.parse(line)).not.toThrow();
    } finally {
      execFileSync('umount', [small]);
    }
  });

  test('what is set is not held against the default of what varies', async () => {
    const { folder, over } = place(300);
    using _ = folder;
    const args = [
      'sweep',
      '--agent',
      'ma-cross',
      '--vary',
      'fast=2,3',
      '--set',
      'slow=9',
      '--out',
      `${folder.path}/kept`,
      '--json',
      ...over,
    ];
    const { code, out } = await inProcess(...args);
    expect({ code, ...(JSON.parse(out) as object) }).toMatchObject({ code: 0, trials: 2 });
  });

  test.each([
    ['an unknown agent', ['--agent', 'ma-corss', '--vary', 'fast=1,2'], 'did you mean ma-cross?'],
    ['nothing that varies', ['--agent', 'ma-cross'], 'what is to vary?'],
    ['an unknown parameter', ['--agent', 'ma-cross', '--vary', 'fsat=1,2'], 'has no parameter fsat'],
    ['a parameter out of bounds', ['--agent', 'ma-cross', '--vary', 'fast=5..5000:5'], 'can not have fast=505'],
    [
      'a grid that is impossible as a whole',
      ['--agent', 'ma-cross', '--vary', 'fast=50,60', '--vary', 'slow=20,30'],
      'takes none of the 4 points',
    ],
    ['set and varied', ['--agent', 'ma-cross', '--vary', 'fast=1,2', '--set', 'fast=3'], 'is set and varied'],
    ['an unknown objective', ['--agent', 'ma-cross', '--vary', 'fast=1,2', '--objective', 'sharp'], 'did you mean sharpe?'],
    ['a grid without a step', ['--agent', 'rsi-reversion', '--vary', 'oversold=5..45', '--search', 'grid'], 'give the range a step'],
    ['no bars', ['--agent', 'ma-cross', '--vary', 'fast=1,2'], '--bars is missing'],
    ['remote without a Redis', ['--agent', 'ma-cross', '--vary', 'fast=1,2', '--workers', 'remote', '--bars', 'AAPL'], 'set REDIS_URL'],
  ])('%s is wrong usage', async (_, args, because) => {
    const { folder, over } = place(200);
    using __ = folder;
    const wanted = args.map((one) => (one === 'AAPL' ? (over[1] as string) : one));
    const { code, err } = await inProcess('sweep', ...wanted);
    expect(err).toContain(because);
    expect(code).toBe(2);
  });
});

/** Waits until some trials are durable, or complains of a child that ended before. */
async function trialsIn(folder: string, child: ChildProcess): Promise<void> {
  await expect
    .poll(
      () => {
        expect(child.exitCode).toBeNull();
        return trialLines(folder).length;
      },
      { interval: 10, timeout: 45_000 },
    )
    .toBeGreaterThan(0);
}

describe('tradar validate', PATIENT, () => {
  test('every check says something of the agent, with trials of earlier calls counted', async () => {
    const { folder, env, over } = place(4_000);
    using _ = folder;
    await tradar({ args: [...GRID, ...over], env });
    const args = ['validate', '--agent', 'ma-cross', '--set', 'fast=10', '--set', 'slow=30', ...over, '--draws', '100', '--json'];
    const { code, out, err } = await tradar({ args, env });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { checks } = JSON.parse(out) as { checks: Record<string, { state: string; says: string; trials?: number }> };
    expect(Object.keys(checks)).toEqual([
      ...['walkForwardRolling', 'walkForwardAnchored', 'purgedCrossValidation', 'overfitting', 'deflatedSharpe'],
      ...['sensitivity', 'monteCarloTrades', 'monteCarloBars', 'lookAhead', 'randomEntry'],
    ]);
    expect(checks['lookAhead']).toMatchObject({ state: 'pass' });
    // A market without memory, in which an average knows nothing.
    expect(checks['randomEntry']?.state).not.toBe('pass');
  });

  test('regression: what was searched before deflates the best of it that is shown alone, as if it were shown among all', async () => {
    const { folder, env, over } = place(8_000);
    using _ = folder;
    const swept = JSON.parse((await tradar({ args: [...GRID, ...over], env })).out) as Told & { deflatedSharpe: number };
    const { fast, slow } = swept.best.params;
    const alone = ['--vary', `fast=${fast}`, '--vary', `slow=${slow}`];
    const args = ['validate', '--agent', 'ma-cross', ...alone, '--only', 'deflatedSharpe', ...over, '--json'];
    const told = JSON.parse((await tradar({ args, env })).out) as { config: unknown; checks: Record<string, Record<string, number>> };
    expect(told.config).toMatchObject({ fast, slow });
    expect(told.checks['deflatedSharpe']?.['trials']).toBe(swept.trials + 1);
    expect(told.checks['deflatedSharpe']?.['expectedByLuck']).toBeGreaterThan(0);
  });

  test('an unknown check is wrong usage', async () => {
    const { folder, over } = place(200);
    using _ = folder;
    expect((await inProcess('validate', '--only', 'list')).out.split('\n')).toContain('lookAhead');
    const { code, err } = await inProcess('validate', '--agent', 'ma-cross', '--only', 'lokAhead', ...over);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('there is no check') as string });
  });
});
