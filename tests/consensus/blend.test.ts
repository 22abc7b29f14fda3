/** Votes → score, agreement, quorum → action. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { targetOf, votesOf } from '#server/consensus/blend.ts';
import type { Market } from '#server/domain/books.ts';
import type { DeploymentId } from '#server/domain/ids.ts';
import type { BlendPolicy } from '#server/domain/plan.ts';
import type { Direction, Target } from '#server/domain/signal.ts';
import { HOUR_MS, plus } from '#server/domain/time.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { newMarket } from '#server/engine/genesis.ts';
import { AAPL, NOON, portfolio, scripted } from '#tests/support/builders.ts';

/** A claim: direction, confidence, weight; nothing for a deployment that is asleep. */
type Claim = readonly [Direction, number, number] | undefined;

interface Setting {
  readonly claims: readonly Claim[];
  readonly held?: number;
  readonly blend?: Partial<BlendPolicy>;
  readonly mayShort?: boolean;
  readonly horizonMs?: number;
  readonly ageMs?: number;
}

function scene({ claims, held = 0, blend = {}, mayShort = false, horizonMs }: Setting) {
  const ofPortfolio = portfolio({
    mayShort,
    blend: { ...portfolio().blend, ...blend },
    deployments: claims.map((claim, nth) => ({
      id: `d${nth}` as DeploymentId,
      agent: 'scripted',
      weight: claim?.[2] ?? 1,
      timeframe: MINUTE,
      hire: scripted([]),
    })),
  });
  const market: Market = newMarket(AAPL, ofPortfolio);
  market.held = held;
  claims.forEach((claim, nth) => {
    if (claim === undefined) return;
    const [direction, confidence] = claim;
    market.seats[nth]!.standing = { direction, confidence, at: NOON, horizonMs, reason: `claim ${nth}` };
  });
  return { ofPortfolio, market };
}

function think(setting: Setting): Target {
  const { ofPortfolio, market } = scene(setting);
  return targetOf(ofPortfolio, market, votesOf(market, plus(NOON, setting.ageMs ?? 0)));
}

const rounded = ({ score, agreement, quorum, action, stance }: Target) => [
  ...[score, agreement, quorum].map((value) => Math.round(value * 1000) / 1000),
  action,
  stance,
];
const up = (confidence = 1, weight = 1): Claim => ['up', confidence, weight];
const down = (confidence = 1, weight = 1): Claim => ['down', confidence, weight];
const nothing = (weight = 1): Claim => ['flat', 1, weight];

test.each<[string, Claim[], unknown[]]>([
  ['one agent is a classic bot', [up(0.6)], [0.6, 1, 1, 'enter', 1]],
  ['nobody awake', [undefined, undefined], [0, 0, 0, 'hold', 0]],
  ['two agree', [up(0.6), up(1)], [0.8, 1, 1, 'enter', 1]],
  ['two disagree', [up(1), down(1)], [0, 0, 1, 'hold', 0]],
  ['one abstains: not counted, but missed by the quorum', [up(0.6), undefined], [0.6, 1, 0.5, 'enter', 1]],
  ['one says flat: counted as nothing', [up(0.6), nothing()], [0.3, 1, 1, 'enter', 1]],
  ['too many are asleep', [up(1), undefined, undefined], [1, 1, 0.333, 'hold', 0]],
  ['one of three asleep', [up(1, 1), undefined, up(1, 1)], [1, 1, 0.667, 'enter', 1]],
  ['weights decide', [up(1, 3), down(1, 1)], [0.5, 0.5, 1, 'hold', 0]],
  ['a majority that is large enough', [up(1, 4), down(1, 1)], [0.6, 0.6, 1, 'enter', 1]],
  ['all say flat', [nothing(), nothing()], [0, 0, 1, 'hold', 0]],
  ['no weight at all', [up(1, 0), up(1, 0)], [0, 0, 0, 'hold', 0]],
  ['down, and the portfolio may not short', [down(1)], [-1, 1, 1, 'hold', 0]],
])('%s', (_name, claims, expected) => {
  expect(rounded(think({ claims }))).toEqual(expected);
});

test('the weight that is asleep counts against the quorum as the heads do', () => {
  const { ofPortfolio, market } = scene({ claims: [up(1, 1), up(1, 1), up(1, 8)] });
  market.seats[2]!.standing = undefined;
  expect(targetOf(ofPortfolio, market, votesOf(market, NOON))).toMatchObject({ quorum: 0.2, action: 'hold' });
});

describe('at the boundary', () => {
  test.each<[string, Setting, string]>([
    ['a score of exactly enterAt enters', { claims: [up(0.3)] }, 'enter'],
    ['just below it holds', { claims: [up(0.2999)] }, 'hold'],
    ['an agreement of exactly minAgreement enters', { claims: [up(1, 3), down(1, 1)], blend: { minAgreement: 0.5 } }, 'enter'],
    ['just below it holds', { claims: [up(1, 3), down(1, 1)], blend: { minAgreement: 0.5001 } }, 'hold'],
    ['a quorum of exactly minQuorum enters', { claims: [up(), undefined] }, 'enter'],
    ['just below it holds', { claims: [up(), undefined], blend: { minQuorum: 0.5001 } }, 'hold'],
    ['held, a score of exactly exitBelow stays', { claims: [up(0.1)], held: 5 }, 'hold'],
    ['just below it exits', { claims: [up(0.0999)], held: 5 }, 'exit'],
    ['a short is carried by a negative score', { claims: [down(0.1)], held: -5 }, 'hold'],
    ['and not by less of it', { claims: [down(0.0999)], held: -5 }, 'exit'],
    ['nor by a positive one', { claims: [up(1)], held: -5 }, 'exit'],
    ['a dissent that would bar an entry bars no exit', { claims: [up(0.1, 3), down(1, 1), undefined, undefined], held: 1 }, 'exit'],
    ['nobody awake carries nothing', { claims: [undefined], held: 1 }, 'exit'],
    ['a portfolio that may short enters below', { claims: [down(0.3)], mayShort: true }, 'enter'],
  ])('%s', (_name, setting, action) => {
    expect(think(setting).action).toBe(action);
  });
});

test('a score of nothing is no side to enter on, even when every threshold is zero', () => {
  const blend = { enterAt: 0, exitBelow: 0, minAgreement: 0, minQuorum: 0 };
  for (const claims of [[undefined], [nothing()], [up(), down()], [up(0)]]) {
    expect(think({ claims, blend, mayShort: true })).toMatchObject({ action: 'hold', stance: 0 });
  }
});

test('a claim with a horizon halves every half horizon and is asleep at its end', () => {
  const at = (ageMs: number) => {
    const { score, quorum } = think({ claims: [up(0.8)], horizonMs: HOUR_MS, ageMs });
    return [Math.round(score * 1e6) / 1e6, quorum];
  };
  expect(at(0)).toEqual([0.8, 1]);
  expect(at(HOUR_MS / 2)).toEqual([0.4, 1]);
  expect(at(HOUR_MS / 4)).toEqual([0.565685, 1]);
  expect(at(HOUR_MS - 1)[1]).toBe(1);
  expect(at(HOUR_MS)).toEqual([0, 0]);
  expect(think({ claims: [up(0.8)], ageMs: 1_000 * HOUR_MS }).score).toBe(0.8);
});

test('a vote keeps what was said, and what it counts', () => {
  const { market } = scene({ claims: [down(0.5, 3), undefined, nothing()] });
  expect(votesOf(market, NOON)).toEqual([
    { deployment: 'd0', direction: 'down', confidence: 0.5, value: -0.5, weight: 3, reason: 'claim 0' },
    { deployment: 'd2', direction: 'flat', confidence: 1, value: 0, weight: 1, reason: 'claim 2' },
  ]);
});

test('the reason names the number that decided and its bound', () => {
  const reasons = [
    think({ claims: [up(0.2)] }),
    think({ claims: [up(1, 3), down(1, 1)] }),
    think({ claims: [up(), undefined, undefined] }),
    think({ claims: [down()] }),
    think({ claims: [up()] }),
    think({ claims: [up(0.05)], held: 1 }),
    think({ claims: [up(0.5)], held: 1 }),
  ].map(({ reason }) => reason);
  expect(reasons).toEqual([
    'score 0.20 is within ±0.3',
    'agreement 0.50 is below 0.6',
    'quorum 0.33 is below 0.5',
    'score -1.00 says short, and the portfolio may not',
    'score 1.00 is beyond ±0.3',
    'score 0.05 no longer carries the position (0.1)',
    'score 0.50 carries the position',
  ]);
});

test('for any claims: all ratios are ratios, nobody gains by silence, and the mirror image is mirrored', () => {
  const claim = fc.option(
    fc.tuple(fc.constantFrom<Direction>('up', 'flat', 'down'), fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 5 })),
    { nil: undefined },
  );
  const mirror = { up: 'down', flat: 'flat', down: 'up' } as const;
  fc.assert(
    fc.property(fc.array(claim, { maxLength: 6 }), fc.constantFrom(-1, 0, 1), (claims, held) => {
      const target = think({ claims, held, mayShort: true });
      expect(Math.abs(target.score)).toBeLessThanOrEqual(1);
      for (const ratio of [target.agreement, target.quorum]) expect(ratio >= 0 && ratio <= 1 + 1e-12).toBe(true);
      const mirrored = claims.map((one): Claim => one && [mirror[one[0]], one[1], one[2]]);
      const other = think({ claims: mirrored, held: -held, mayShort: true });
      expect([other.action, other.stance + 0]).toEqual([target.action, -target.stance + 0]);
      expect(other.score + target.score).toBe(0);
    }),
  );
});
