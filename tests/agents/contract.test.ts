/** What every registered agent keeps to, whatever it looks for. A new agent is tested here by being registered. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { seededRandom, walk } from '#scripts/bench/walk.ts';
import type { AgentKind } from '#server/agents/agent.ts';
import { agents } from '#server/agents/registry.ts';
import type { AgentAtWork, Opinion } from '#server/domain/agent.ts';
import { bar } from '#tests/support/builders.ts';

const closes = fc.array(
  fc.integer({ min: 9_000, max: 11_000 }).map((cents) => cents / 100),
  { minLength: 1, maxLength: 80 },
);
/** Small periods, so that short series are enough; every other field at its default. */
const small: Readonly<Record<string, unknown>> = {
  'ma-cross': { fast: 2, slow: 5 },
  'rsi-reversion': { period: 3 },
  'bollinger-reversion': { period: 8 },
  'macd-trend': { fast: 2, slow: 4, signal: 3 },
  'adx-trend': { period: 3 },
  'stochastic-swing': { period: 4 },
  'vwap-reversion': { settleBars: 3 },
  'obv-confirm': { period: 4 },
  'atr-breakout': { period: 3, breakout: 1 },
  'composite-technical': { period: 3, fast: 2, slow: 5 },
};

const listen = (agent: AgentAtWork, prices: readonly number[]): (Opinion | undefined)[] =>
  prices.map((price, nth) => agent.onBar(bar(nth, price)));

function hire(kind: AgentKind, config: unknown = small[kind.name] ?? {}): AgentAtWork {
  return kind.hire(kind.schema.parse(config));
}

test('the registry knows every agent under its own name', () => {
  expect(Object.keys(agents).length).toBeGreaterThanOrEqual(11);
  for (const [name, kind] of Object.entries(agents)) expect(kind.name).toBe(name);
});

describe.each(Object.values(agents).map((kind) => [kind.name, kind] as const))('%s', (_name, kind) => {
  test('every field has a default, and a field it does not know is refused', () => {
    expect(kind.schema.safeParse({}).success).toBe(true);
    expect(kind.schema.safeParse({ nonsense: 1 }).success).toBe(false);
    expect(kind.help.length).toBeGreaterThan(40);
  });

  test('every number of its configuration is bounded on both sides, and described', () => {
    const defaults = kind.schema.parse({}) as Record<string, unknown>;
    const { shape } = kind.schema as unknown as z.ZodObject;
    for (const [field, value] of Object.entries(defaults)) {
      expect((shape[field] as z.ZodType).description, field).toBeTruthy();
      if (typeof value !== 'number') continue;
      for (const beyond of [-1e9, 1e9, Number.NaN]) expect(kind.schema.safeParse({ [field]: beyond }).success, field).toBe(false);
    }
  });

  test.each(['small', 'default'])('with its %s configuration no opinion is possible before warmUpBars, and one is at it', (which) => {
    const config = kind.schema.parse(which === 'small' ? (small[kind.name] ?? {}) : {});
    const warmUp = kind.warmUpBars(config);
    let earliest = Number.POSITIVE_INFINITY;
    for (const turn of shapes(warmUp)) {
      const first = listen(kind.hire(config), turn).findIndex((opinion) => opinion !== undefined);
      if (first >= 0) earliest = Math.min(earliest, first + 1);
    }
    expect(earliest).toBe(warmUp);
  });

  test('saved as JSON and loaded at any point, it goes on saying the same', () => {
    fc.assert(
      fc.property(closes, closes, (before, after) => {
        const original = hire(kind);
        listen(original, before);
        const loaded = hire(kind);
        loaded.load(JSON.parse(JSON.stringify(original.save())));
        expect(listen(loaded, after)).toEqual(listen(original, after));
        expect(JSON.stringify(loaded.save())).toBe(JSON.stringify(original.save()));
      }),
    );
  });

  test('the same bars are answered the same, and two at work share nothing', () => {
    fc.assert(
      fc.property(closes, (prices) => {
        const [one, other] = [hire(kind), hire(kind)];
        const said = listen(one, prices);
        expect(listen(other, prices)).toEqual(said);
      }),
    );
  });

  test('an opinion is a change of mind, with a confidence from 0 to 1 and the close or average that decided', () => {
    const random = seededRandom(4);
    let price = 100;
    const prices = Array.from({ length: 3_000 }, () => {
      price = Math.round((price + (random() - 0.5) * 4 + (100 - price) / 50) * 100) / 100;
      return price;
    });
    const opinions = listen(hire(kind), prices).filter((opinion) => opinion !== undefined);
    expect(opinions.length).toBeGreaterThan(20);
    opinions.forEach((opinion, nth) => {
      expect(opinion.direction).not.toBe(opinions[nth - 1]?.direction);
      expect(opinion.confidence).toBeGreaterThanOrEqual(0);
      expect(opinion.confidence).toBeLessThanOrEqual(1);
      expect(opinion.reason).toMatch(/\d\.\d/);
    });
  });

  test('a flat series is no reason for an opinion, at any price', () => {
    for (const price of [0.000008295, 0.123456789, 33.33, 250.07, 63_245.123]) {
      expect(listen(hire(kind), Array(60).fill(price)).filter(Boolean)).toEqual([]);
    }
  });
});

test('on a month of minute bars each default has something to say, with numbers', () => {
  const bars = walk('AAPL', 8_000, 3);
  for (const kind of Object.values(agents)) {
    const agent = hire(kind, {});
    const opinions = bars.flatMap((one) => agent.onBar(one) ?? []);
    expect(opinions.length, kind.name).toBeGreaterThan(2);
    for (const { confidence, reason } of opinions) {
      expect(confidence >= 0 && confidence <= 1, `${kind.name}: ${confidence}`).toBe(true);
      expect(reason).not.toMatch(/NaN|undefined|Infinity/);
    }
  }
});

/** Series of the length of a warm-up, and a little more, that ask for an opinion in every way we know. */
function shapes(warmUp: number): number[][] {
  const flat = Array<number>(warmUp - 1).fill(100);
  const slope = (step: number): number[] => Array.from({ length: warmUp - 1 }, (_, nth) => 1000 + nth * step);
  const curve = (step: number): number[] => Array.from({ length: warmUp - 1 }, (_, nth) => 1000 + (nth * nth * step) / warmUp);
  return [flat, slope(-1), slope(1), curve(-1), curve(1)].flatMap((start) => [50, 500, 5_000].map((last) => [...start, last, last, last]));
}
