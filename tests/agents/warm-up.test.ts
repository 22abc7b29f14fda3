/** The declared warm-up of every agent, over configurations that nobody chose: no opinion comes before it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { seededRandom } from '#scripts/bench/walk.ts';
import { agents } from '#server/agents/registry.ts';
import { bar } from '#tests/support/builders.ts';

interface Shape {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Windows stay short, so that series can be. */
const LONGEST = 40;

function settingOf({ type, enum: words, minimum = 0, maximum = 1 }: Shape): fc.Arbitrary<unknown> {
  if (words !== undefined) return fc.constantFrom(...words);
  if (type === 'integer') return fc.integer({ min: minimum, max: Math.min(maximum, LONGEST) });
  return fc.double({ min: minimum, max: maximum, noNaN: true });
}

test.each(Object.values(agents).map((kind) => [kind.name, kind] as const))('%s says nothing before its warm-up is over', (_, kind) => {
  const { properties } = z.toJSONSchema(kind.schema, { io: 'input' }) as { properties: Record<string, Shape> };
  const settings = Object.entries(properties).map(([name, shape]) => [name, settingOf(shape)] as const);
  const configs = fc.record(Object.fromEntries(settings)).filter((raw) => kind.schema.safeParse(raw).success);
  let spoke = 0;
  fc.assert(
    fc.property(configs, fc.nat(), (raw, seed) => {
      const config = kind.schema.parse(raw);
      const warmUp = kind.warmUpBars(config);
      const agent = kind.hire(config);
      const random = seededRandom(seed);
      for (let nth = 1; nth <= warmUp + 40; nth++) {
        // Leaps in both directions ask for an opinion at every bar.
        const opinion = agent.onBar(bar(nth, Math.round(100 * (50 + 100 * random())) / 100));
        if (opinion === undefined) continue;
        spoke++;
        expect(nth).toBeGreaterThanOrEqual(warmUp);
        return;
      }
    }),
    { numRuns: 200 },
  );
  expect(spoke).toBeGreaterThan(20);
});
