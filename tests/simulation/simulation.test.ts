/** A bounded number of simulated days, the days that once failed, the same day twice, and the tripwire that keeps real time out. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';

const MAIN = new URL('./main.ts', import.meta.url).pathname;
const Corpus = z.array(z.object({ seed: z.int(), found: z.string() }));
const corpus = Corpus.parse(JSON.parse(readFileSync(new URL('./corpus.json', import.meta.url), 'utf8')));
const Counts = z.object({ seeds: z.int(), violations: z.int(), marksMissed: z.int(), daysPerSecond: z.number() });

/** The seeds that every change is tried on; `npm run simulate` takes as many as there is time for. */
const SEEDS = 100;
const PATIENCE_MS = 900_000;

async function simulate(...args: readonly string[]): Promise<{ text: string; counts: z.output<typeof Counts> }> {
  const run = promisify(execFile)(process.execPath, [MAIN, ...args, '--json'], { maxBuffer: 64 * 1024 * 1024 });
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return { text: stdout, counts: Counts.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')) };
}

test(`${SEEDS} days break no invariant`, { timeout: PATIENCE_MS }, async () => {
  const { text, counts } = await simulate('--seeds', String(SEEDS), '--from', '1000');
  expect(counts, text).toMatchObject({ seeds: SEEDS, violations: 0 });
});

test('the days that once failed do not fail again', { timeout: PATIENCE_MS }, async () => {
  const seeds = corpus.map(({ seed }) => seed);
  const { text, counts } = await simulate('--list', seeds.join(','));
  expect(counts, text).toMatchObject({ seeds: seeds.length, violations: 0 });
});

test('the same seeds give the same trace in another process', { timeout: PATIENCE_MS }, async () => {
  const { text, counts } = await simulate('--seeds', '6', '--from', '300', '--twice');
  expect(counts, text).toMatchObject({ seeds: 6, violations: 0 });
});
