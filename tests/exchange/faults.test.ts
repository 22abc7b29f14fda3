/** The plan of faults: what the seed and the rules decide, without a wire. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULT_NAMES } from '#server/exchange/faults/catalogue.ts';
import { distorted } from '#server/exchange/faults/distort.ts';
import { createFaultPlan, type FaultPlan, type Occasion } from '#server/exchange/faults/plan.ts';
import { type FaultRuleInput, ruleSchema } from '#server/exchange/wire/faults-rule.ts';

const POST: Occasion = { target: 'request', method: 'POST', path: '/v2/orders' };
const FILL: Occasion = { target: 'frame', stream: '/stream', event: 'fill', symbol: 'AAPL' };

const arm = (plan: FaultPlan, rule: FaultRuleInput) => plan.arm(ruleSchema.parse(rule));
const names = (plan: FaultPlan, on: Occasion): string[] => plan.strikes(on, 0).map(({ fault }) => fault);

describe('a rule', () => {
  it('strikes the next N occasions that fit, after those it lets pass, and then rests', () => {
    const plan = createFaultPlan(1);
    arm(plan, { fault: 'responseLost', method: 'post', path: '/v2/ord*', skip: 1, next: 2 });
    expect(plan.isQuiet('frame')).toBe(true);
    expect([1, 2, 3, 4].map(() => names(plan, POST).length)).toEqual([0, 1, 1, 0]);
    expect(names(plan, { ...POST, method: 'GET' })).toEqual([]);
    expect(names(plan, { ...POST, path: '/v2/account' })).toEqual([]);
    expect(plan.rules()).toMatchObject([{ id: 'f1', seen: 4, struck: 2 }]);
    expect(plan.fired(0).map(({ n, fault, rule }) => [n, fault, rule])).toEqual([
      [1, 'responseLost', 'f1'],
      [2, 'responseLost', 'f1'],
    ]);
    expect(plan.fired(1).length).toBe(1);
    expect(plan.disarm('f1')).toBe(1);
    expect(names(plan, POST)).toEqual([]);
  });

  it('fits streams, events and symbols', () => {
    const plan = createFaultPlan(1);
    arm(plan, { fault: 'lostFrame', stream: '/stream', event: 'fill', symbol: 'AAPL' });
    expect(names(plan, FILL)).toEqual(['lostFrame']);
    expect(names(plan, { ...FILL, event: 'new' })).toEqual([]);
    expect(names(plan, { ...FILL, symbol: 'MSFT' })).toEqual([]);
    expect(names(plan, POST)).toEqual([]);
  });

  it('leaves a stage to the rule that was first, but bodies may be bent by many', () => {
    const plan = createFaultPlan(1);
    for (const fault of ['serverErrorBefore', 'rateLimited', 'latency', 'extraField', 'missingField'] as const) arm(plan, { fault });
    expect(names(plan, POST)).toEqual(['serverErrorBefore', 'latency', 'extraField', 'missingField']);
  });

  it.each([
    [{ fault: 'nothing' }, 'Invalid option'],
    [{ fault: 'lostFrame', path: '/v2/orders' }, 'lostFrame takes stream, event, symbol'],
    [{ fault: 'responseLost', ms: 5 }, 'responseLost takes method, path'],
    [{ fault: 'latency', ms: 5, toMs: 4 }, 'must not be less than ms'],
    [{ fault: 'latency', probability: 2 }, '<=1'],
    [{ fault: 'latency', chance: 1 }, 'Unrecognized key'],
  ])('%j is refused: %s', (rule, why) => {
    const { success, error } = ruleSchema.safeParse(rule);
    expect(success).toBe(false);
    expect(error?.message).toContain(why);
  });
});

describe('the dice', () => {
  const run = (seed: number, rules: readonly FaultRuleInput[], times = 200): string => {
    const plan = createFaultPlan(seed);
    for (const rule of rules) arm(plan, rule);
    return Array.from({ length: times }, () =>
      plan
        .strikes(POST, 0)
        .map(({ fault, ms }) => `${fault}${ms}`)
        .join('+'),
    ).join(' ');
  };

  it('the same seed decides the same, another one differently, in about the asked share', () => {
    const rules: FaultRuleInput[] = [{ fault: 'latency', ms: 10, toMs: 90, probability: 0.3 }];
    expect(run(7, rules)).toBe(run(7, rules));
    expect(run(7, rules)).not.toBe(run(8, rules));
    const times = run(7, rules, 10_000).match(/latency(\d+)/g) ?? [];
    expect(times.length).toBeGreaterThan(2_800);
    expect(times.length).toBeLessThan(3_200);
    const drawn = times.map((text) => Number(text.slice(7)));
    expect([Math.min(...drawn) >= 10, Math.max(...drawn) < 90, new Set(drawn).size > 50]).toEqual([true, true, true]);
  });

  it('one rule more does not change what another does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.double({ min: 0.05, max: 1, noNaN: true }), (seed, probability) => {
        const one: FaultRuleInput = { fault: 'responseLost', probability };
        const alone = run(seed, [one], 50);
        const beside = run(seed, [one, { fault: 'latency', ms: 1 }], 50).replaceAll(/\+?latency1/g, '');
        expect(beside).toBe(alone);
      }),
      { numRuns: 50 },
    );
  });
});

describe('distortions', () => {
  const strike = (rule: FaultRuleInput) => {
    const plan = createFaultPlan(1);
    arm(plan, rule);
    return plan.strikes(POST, 0)[0]!;
  };
  const order = { id: 'a', status: 'new', filled_qty: '0', legs: [{ status: 'held' }] };

  it('bend the usual field, or the named one, in each item of a list', () => {
    expect(distorted([order, order], strike({ fault: 'unknownEnum' }), '')).toEqual(
      Array(2).fill({ ...order, status: 'quantum_entangled' }),
    );
    expect(distorted({ order }, strike({ fault: 'missingField' }), 'order.')).not.toHaveProperty('order.filled_qty');
    expect(distorted(order, strike({ fault: 'extraField', field: 'more', value: 3 }), '')).toEqual({ ...order, more: 3 });
    expect(distorted(order, strike({ fault: 'unknownEnum', field: 'legs.status', value: 'odd' }), '')).toEqual({
      ...order,
      legs: [{ status: 'odd' }],
    });
    expect(distorted({ cash: '1' }, strike({ fault: 'unknownEnum' }), '')).toEqual({ cash: '1' });
    expect(distorted('text', strike({ fault: 'unknownEnum' }), '')).toBe('text');
  });
});

it('docs/exchange.md has every fault', () => {
  const page = readFileSync(new URL('../../docs/exchange.md', import.meta.url), 'utf8');
  for (const name of FAULT_NAMES) expect(page).toContain(`| \`${name}\` |`);
});
