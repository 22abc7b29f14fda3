/** Situations that mishaps drawn one by one hardly ever bring about. Each has dice of its own, so that they change no other's day. */
import { MINUTE_MS, SECOND_MS } from '#server/domain/time.ts';
import type { FaultRule } from '#server/exchange/faults/rule.ts';
import { Chance } from '../machine/chance.ts';
import type { Drawn } from './mishaps.ts';

interface Situation {
  readonly name: string;
  /** Chance to be of the day at all, and how often at most. */
  readonly chance: number;
  readonly most: number;
  draw(chance: Chance, dayMs: number): readonly Drawn[];
}

/** What may become of a cancel. */
const CANCELS: readonly Partial<FaultRule>[] = [
  { fault: 'serverErrorBefore', method: 'DELETE', path: '/v2/orders/*' },
  // Refused, and so asked for again: what has no bound shows here.
  { fault: 'serverErrorBefore', status: 422, method: 'DELETE', path: '/v2/orders/*' },
  { fault: 'serverErrorBefore', status: 422, method: 'DELETE', path: '/v2/orders/*' },
  { fault: 'requestLost', method: 'DELETE', path: '/v2/orders/*' },
  { fault: 'cancelThenFill' },
  { fault: 'stuckPendingCancel', ms: 120_000 },
];
/** What a broker does to an order's later requests; among all the other faults they are hardly ever drawn. */
const ODDITIES: readonly Partial<FaultRule>[] = [
  { fault: 'stuckPendingCancel', ms: 300_000 },
  { fault: 'serverErrorBefore', status: 422, method: 'DELETE', path: '/v2/orders/*' },
  { fault: 'serverErrorAfter', method: 'POST', path: '/v2/orders' },
  { fault: 'replaceThenFill' },
  { fault: 'replaceErrorButReplaced' },
  { fault: 'staleList', ms: 5_000, path: '/v2/orders*' },
  { fault: 'reorderedFrames', stream: '/stream' },
  { fault: 'lateFrame', stream: '/stream', ms: 100, toMs: 20_000 },
];
const UNHEARD: readonly Pick<FaultRule, 'fault' | 'method' | 'path' | 'stream'>[] = [
  { fault: 'responseLost', method: 'POST', path: '/v2/orders' },
  { fault: 'serverErrorBefore', path: '/v2/orders:by_client_order_id' },
  { fault: 'lostFrame', stream: '/stream' },
];
/** So long before the close the last mishap of a day may come. */
const LAST_MS = 40 * MINUTE_MS;

const SITUATIONS: readonly Situation[] = [
  {
    // A statement is asked for right after something was traded, and its lists do not have that yet.
    name: 'lists behind what was just traded',
    chance: 0.12,
    most: 1,
    draw: (chance, dayMs) => {
      const beginsAtMs = Math.floor(chance.between(0.1, 0.5) * (dayMs / MINUTE_MS)) * MINUTE_MS;
      const drops = Array.from({ length: 8 }, (_, nth): Drawn => {
        const afterMs = nth * 2 * MINUTE_MS + chance.between(0.5, 3) * SECOND_MS;
        return { kind: 'dropStreams', atMs: beginsAtMs + afterMs };
      });
      const rule = { probability: 1, skip: 0, fault: 'staleList', path: '/v2/positions', ms: 5_000 } as const;
      return [{ kind: 'fault', atMs: beginsAtMs, rule, lastsMs: drops.length * 2 * MINUTE_MS }, ...drops];
    },
  },
  {
    name: 'cancels in vain',
    chance: 0.35,
    most: 2,
    draw: (chance, dayMs) => [
      {
        kind: 'fault',
        atMs: chance.between(0, dayMs / 2),
        rule: { probability: chance.happens(0.7) ? 1 : chance.between(0.2, 0.8), skip: 0, fault: 'latency', ...chance.pick(CANCELS) },
        lastsMs: chance.between(20, 60) * MINUTE_MS,
      },
    ],
  },
  {
    // An order's answer is lost, nobody tells of it, and no question about it is answered: only the account knows.
    name: 'questions in vain',
    chance: 0.15,
    most: 2,
    draw: (chance, dayMs) => {
      const [atMs, lastsMs] = [chance.between(0, dayMs), chance.between(5, 40) * MINUTE_MS];
      return UNHEARD.map((fault) => ({ kind: 'fault', atMs, rule: { probability: 1, skip: 0, ...fault }, lastsMs }));
    },
  },
  {
    name: 'a broker with its oddities',
    chance: 0.4,
    most: 2,
    draw: (chance, dayMs) => [
      {
        kind: 'fault',
        atMs: chance.between(0, dayMs),
        rule: { probability: chance.happens(0.4) ? 1 : chance.between(0.02, 0.6), skip: 0, fault: 'latency', ...chance.pick(ODDITIES) },
        lastsMs: chance.between(10, 120) * MINUTE_MS,
      },
    ],
  },
  {
    // A proxy thinks that the first one was lost.
    name: 'requests that arrive twice',
    chance: 0.15,
    most: 1,
    draw: (chance, dayMs) => [
      {
        kind: 'twice',
        atMs: chance.between(0, dayMs),
        probability: chance.between(0.1, 1),
        lastsMs: chance.between(1, 60) * MINUTE_MS,
      },
    ],
  },
  {
    name: 'flat over night',
    chance: 0.12,
    most: 1,
    draw: (chance, dayMs) => [
      { kind: 'engage', atMs: dayMs - chance.between(SECOND_MS, LAST_MS), level: 'flatten', releaseAfterMs: dayMs },
    ],
  },
  {
    // Nobody waits for their answers any more when they arrive, and until then the broker does not know them.
    name: 'orders that arrive late',
    chance: 0.15,
    most: 1,
    draw: (chance, dayMs) => [
      {
        kind: 'fault',
        atMs: chance.between(0, dayMs),
        rule: {
          probability: chance.between(0.2, 1),
          skip: 0,
          fault: 'latency',
          method: 'POST',
          path: '/v2/orders',
          ms: 12_000,
          toMs: 55_000,
        },
        lastsMs: chance.between(10, 90) * MINUTE_MS,
      },
    ],
  },
];

export function drawSituations(seed: number, dayMs: number): Drawn[] {
  const swarm = new Chance(seed, 'situations');
  return SITUATIONS.flatMap(({ name, chance, most, draw }) => {
    const own = new Chance(seed, name);
    if (!swarm.happens(chance)) return [];
    return Array.from({ length: own.whole(1, most) }, () => draw(own, dayMs)).flat();
  });
}
