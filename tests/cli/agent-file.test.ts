/** Agents of a user's own: they run like built-in ones, and the one that looks ahead is named. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { walk } from '#scripts/bench/walk.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { tradar } from './tradar.ts';

const stamp = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

function place() {
  const folder = temporaryFolder();
  mkdirSync(folder.path, { recursive: true });
  const lines = walk('AAPL', 400, 5).map((bar) => `${stamp(bar.startsAt)},${bar.open},${bar.high},${bar.low},${bar.close},${bar.volume}`);
  writeFileSync(`${folder.path}/AAPL.csv`, ['timestamp,open,high,low,close,volume', ...lines, ''].join('\n'));
  const over = ['--bars', `${folder.path}/AAPL.csv`, '--hours', 'always'];
  const write = (text: string): string => {
    writeFileSync(`${folder.path}/own.ts`, text);
    return `${folder.path}/own.ts`;
  };
  return { folder, env: { TRADAR_HOME: `${folder.path}/home` }, over, write };
}

const [LEAKING, HONEST] = ['docs/examples/leaking-agent.ts', 'docs/examples/z-score-agent.ts'];

/** Two closes up in a row: as in docs/agents.md, a function, since nothing is there to import. */
const OWN = `
type Bar = { close: number };
export const agent = ({ z }: any) => ({
  name: 'two-up',
  help: 'Two rising closes.',
  schema: z.strictObject({ run: z.int().min(1).max(9).default(2) }),
  warmUpBars: ({ run }: { run: number }) => run + 1,
  hire({ run }: { run: number }) {
    let [last, count] = [Infinity, 0];
    return {
      onBar({ close }: Bar) {
        count = close > last ? count + 1 : 0;
        last = close;
        return { direction: count >= run ? 'up' : 'flat', confidence: 1, horizonMs: undefined, reason: 'rose ' + count + ' times' };
      },
      save: () => [last, count],
      load([a, b]: [number, number]) { [last, count] = [a, b]; },
    };
  },
});
`;

describe('--agent-file', { timeout: 90_000 }, () => {
  test('validate ends with 1 and names agent, symbol and time of who looks ahead', async () => {
    const { folder, env, over } = place();
    using _ = folder;
    const args = ['validate', '--agent-file', LEAKING, '--only', 'lookAhead', ...over];
    const { code, out } = await tradar({ args, env });
    expect(code).toBe(1);
    expect(out).toMatch(/^FAIL +lookAhead +.*leaking-z-score.* AAPL .*20\d\d-\d\d-\d\dT/m);
  });

  test('validate lets the same pass where features know the past alone', async () => {
    const { folder, env, over } = place();
    using _ = folder;
    const args = ['validate', '--agent-file', HONEST, '--only', 'lookAhead,monteCarloBars', '--draws', '20', ...over, '--json'];
    const { code, out } = await tradar({ args, env });
    const { checks } = JSON.parse(out) as { checks: { lookAhead: { state: string; opinions: number }; monteCarloBars: { state: string } } };
    expect(checks.lookAhead.state).toBe('pass');
    expect(checks.lookAhead.opinions).toBeGreaterThan(5);
    expect(code).toBe(0);
  });

  test('sweep and backtest agree on an agent with features', async () => {
    const { folder, env, over } = place();
    using _ = folder;
    const swept = await tradar({
      args: ['sweep', '--agent-file', HONEST, '--vary', 'bars=20,50', '--objective', 'totalReturn', ...over, '--json'],
      env,
    });
    const { best } = JSON.parse(swept.out) as { best: { params: { bars: number }; finalEquity: string } };
    const args = ['backtest', '--agent-file', HONEST, '--set', `bars=${best.params.bars}`, ...over, '--json'];
    const told = JSON.parse((await tradar({ args, env })).out) as { finalEquity: string; trades: unknown[] };
    expect(told.trades.length).toBeGreaterThan(2);
    expect(told.finalEquity).toBe(best.finalEquity);
  });

  test('a file outside of any package is given zod', async () => {
    const { folder, env, over, write } = place();
    using _ = folder;
    const args = ['backtest', '--agent-file', write(OWN), '--set', 'run=3', ...over, '--json'];
    const { code, out } = await tradar({ args, env });
    expect(code).toBe(0);
    expect((JSON.parse(out) as { trades: unknown[] }).trades.length).toBeGreaterThan(2);
  });

  test.each([
    ['export default { name: 5 };', /own\.ts is no agent: it exports no object/],
    ['export const agent = {', /own\.ts can not be loaded: SyntaxError/],
    [OWN.replace("'two-up'", "'ma-cross'"), /the name "ma-cross" is taken/],
    [OWN.replace('.default(2)', ''), /every field of "schema" must have a default/],
    [OWN.replace('hire(', 'fire('), /"hire" must be a function/],
  ])('refuses what is no agent: %#', async (text, message) => {
    const { folder, env, over, write } = place();
    using _ = folder;
    const { code, err } = await tradar({ args: ['validate', '--agent-file', write(text), ...over], env });
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });
});
