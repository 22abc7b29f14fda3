/** `tradar backtest --plan` over bars longer than a minute, and a run that is stopped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { dropAbandonedDrafts } from '#server/backtest/shell/abandoned-drafts.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { tradar } from './tradar.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HEADER = 'timestamp,open,high,low,close,volume';
const csv = (count: number, stepMs: number): string =>
  [
    HEADER,
    ...Array.from({ length: count }, (_, i) => `${new Date(1_577_836_800_000 + i * stepMs).toISOString().slice(0, 19)}Z,100,101,99,100,9`),
    '',
  ].join('\n');

function place(bars: string, timeframe: string | undefined) {
  const folder = temporaryFolder();
  mkdirSync(folder.path, { recursive: true });
  const deployments = [{ id: 'cross', agent: 'ma-cross', ...(timeframe === undefined ? {} : { timeframe }) }];
  writeFileSync(`${folder.path}/BTCUSD.csv`, bars);
  writeFileSync(`${folder.path}/plan.json`, JSON.stringify({ portfolios: [{ id: 'one', symbols: ['BTC/USD'], deployments }] }));
  const args = ['backtest', '--bars', `BTC/USD=${folder.path}/BTCUSD.csv`, '--plan', `${folder.path}/plan.json`, '--json'];
  return { folder, args, env: { TRADAR_HOME: `${folder.path}/home` } };
}

test('a plan of minutes over daily bars is told that it sees days', async () => {
  const { folder, args, env } = place(csv(5, 86_400_000), undefined);
  using _ = folder;
  const { remarks } = JSON.parse((await tradar({ args, env })).out) as { remarks: string[] };
  expect(remarks).toContain('the bars are of 1Day, and so is what 1Min means in this plan: cross counted its windows in them');
});

test('a plan of five minutes over daily bars is refused', async () => {
  const { folder, args, env } = place(csv(5, 86_400_000), '5Min');
  using _ = folder;
  const { code, out } = await tradar({ args, env });
  expect([code, out]).toEqual([2, expect.stringContaining('cross looks at bars of 5Min, which bars of 1Day can not be made into')]);
});

test('regression: vwap-reversion took bars of a day, of which each session has one, and never had an opinion', async () => {
  const { folder, args, env } = place(csv(5, 86_400_000), undefined);
  using _ = folder;
  const refusal = expect.stringContaining('vwap-reversion looks at bars within a session, and of 1Day there is at most one in each');
  const bars = args.slice(1, 3);
  const vary = ['--vary', 'settleBars=2..4', '--json'];
  const planned = (changes: object) => {
    const deployments = [{ id: 'reversion', agent: 'vwap-reversion', ...changes }];
    writeFileSync(`${folder.path}/plan.json`, JSON.stringify({ portfolios: [{ id: 'one', symbols: ['BTC/USD'], deployments }] }));
    return tradar({ args, env });
  };
  for (const run of [
    tradar({ args: ['backtest', '--agent', 'vwap-reversion', ...bars, '--json'], env }),
    tradar({ args: ['sweep', '--agent', 'vwap-reversion', ...bars, ...vary], env }),
    tradar({ args: ['validate', '--agent', 'vwap-reversion', ...bars, '--json'], env }),
    planned({}),
  ]) {
    const { code, out } = await run;
    expect([code, out]).toEqual([2, refusal]);
  }
  const { code, out } = await planned({ timeframe: '1Day' });
  expect([code, out]).toEqual([2, refusal]);
}, 60_000);

test('regression: the second of two portfolios with one symbol got nothing, and nobody said so', async () => {
  const { folder, args, env } = place(csv(5, 60_000), '1Min');
  using _ = folder;
  const portfolio = { id: 'one', symbols: ['BTC/USD'], deployments: [{ id: 'cross', agent: 'ma-cross' }] };
  writeFileSync(`${folder.path}/plan.json`, JSON.stringify({ portfolios: [portfolio, portfolio] }));
  const { code, out } = await tradar({ args, env });
  expect(code).toBe(2);
  for (const said of [
    'portfolios.1.id: the portfolio \\"one\\" is there already',
    'portfolios.1.deployments.0.id: the deployment \\"cross\\" is there already',
    'portfolios.1.symbols.0: the symbol \\"BTC/USD\\" is there already',
  ])
    expect(out).toContain(said);
});

test.each([
  ['SIGINT', 1],
  ['SIGTERM', 1],
  ['SIGKILL', null],
] as const)(
  '%s leaves no folder of a run, and what is left of it goes with the next one',
  async (signal, code) => {
    const { folder, args, env } = place(csv(500_000, 60_000), '1Min');
    using _ = folder;
    const runs = `${folder.path}/home/runs`;
    const child = spawn(process.execPath, ['scripts/tradar.ts', ...args], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    const hasDraft = (): boolean => existsSync(runs) && readdirSync(runs).length > 0;
    while (!hasDraft() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill(signal);
    expect(await ended).toEqual([code, code === null ? signal : null]);
    expect(readdirSync(runs).filter((name) => !name.startsWith('.'))).toEqual([]);
    // Of one that was killed the draft lies there, until the next run begins.
    expect(readdirSync(runs)).toHaveLength(code === null ? 1 : 0);
    const alive = `.theirs.${process.pid}.draft`;
    mkdirSync(`${runs}/${alive}`);
    dropAbandonedDrafts(runs);
    expect(readdirSync(runs)).toEqual([alive]);
  },
  60_000,
);
