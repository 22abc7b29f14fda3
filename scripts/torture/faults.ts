/** Handfuls of the exchange's faults, as a bad day brings them together. Durations are of the wall. */
import type { FaultRuleInput } from '#server/exchange/wire/faults-rule.ts';
import type { Dice } from './dice.ts';

export interface Handful {
  readonly name: string;
  readonly weight: number;
  rules(dice: Dice): readonly FaultRuleInput[];
}

const PLACE = { method: 'POST', path: '/v2/orders' } as const;
const CANCEL = { method: 'DELETE', path: '/v2/orders*' } as const;
const READ = { method: 'GET', path: '/v2/*' } as const;
const LIST = { method: 'GET', path: '/v2/orders' } as const;
const BY_NAME = { method: 'GET', path: '/v2/orders*' } as const;
const UPDATES = '/stream';

const APPLIED = ['responseLost', 'serverErrorAfter', 'gatewayTimeout', 'truncatedJson', 'htmlBody'] as const;
const TURNED_AWAY = ['requestLost', 'serverErrorBefore'] as const;
const FRAMES = ['lostFrame', 'duplicateFrame', 'reorderedFrames', 'lateFrame'] as const;

export const HANDFULS: readonly Handful[] = [
  {
    name: 'orders are taken, and the answer does not arrive',
    weight: 5,
    rules: (dice) => [{ ...PLACE, fault: dice.pick(APPLIED), probability: dice.pick([0.3, 0.6, 1]), next: dice.whole(1, 6) }],
  },
  {
    name: 'orders are slow, and so are their answers',
    weight: 4,
    rules: (dice) => [
      { ...PLACE, fault: dice.pick(['latency', 'lateAnswer']), ms: 5, toMs: dice.pick([60, 400]), probability: 0.7, next: 20 },
    ],
  },
  {
    name: 'orders are turned away without a word of sense',
    weight: 3,
    rules: (dice) => [
      { ...PLACE, fault: dice.pick(TURNED_AWAY), probability: 0.5, next: dice.whole(1, 3) },
      ...(dice.chance(0.3) ? [{ ...PLACE, fault: 'rateLimited' as const, ms: 300, withReset: dice.chance(0.5), next: 1 }] : []),
    ],
  },
  {
    name: 'cancels cross fills, get stuck, or are not answered',
    weight: 3,
    rules: (dice) => [
      { fault: 'cancelThenFill', probability: 0.3, next: dice.whole(1, 4) },
      { fault: 'stuckPendingCancel', ms: 700, probability: 0.3, next: 2 },
      { ...CANCEL, fault: dice.pick([...APPLIED, ...TURNED_AWAY]), probability: 0.4, next: dice.whole(1, 4) },
    ],
  },
  {
    name: 'lists are stale, and new orders can not be found yet',
    weight: 3,
    rules: (dice) => [
      { ...LIST, fault: dice.pick(['staleList', 'omittedItem']), ...{ probability: 0.5, next: 10 } },
      { ...BY_NAME, fault: 'notFoundYet', ms: dice.whole(100, 900), probability: 0.7, next: 20 },
    ],
  },
  {
    name: 'reads fail',
    weight: 3,
    rules: (dice) => [
      { ...READ, fault: dice.pick([...APPLIED, ...TURNED_AWAY]), probability: dice.pick([0.1, 0.4]), next: dice.whole(3, 25) },
      { ...READ, fault: 'latency', ms: 1, toMs: 150, probability: 0.2, next: 30 },
    ],
  },
  {
    name: 'the stream of orders loses, repeats and shuffles',
    weight: 5,
    rules: (dice) => [
      { fault: dice.pick(FRAMES), stream: UPDATES, probability: dice.pick([0.1, 0.4, 1]), next: dice.whole(3, 60) },
      { fault: dice.pick(FRAMES), stream: UPDATES, probability: 0.2, next: 20 },
    ],
  },
  {
    name: 'streams break, stall and are not let in',
    weight: 3,
    rules: (dice) => [
      { fault: 'streamDrop', probability: 0.05, next: dice.whole(1, 3) },
      { fault: 'silentStall', stream: UPDATES, ms: 800, probability: 0.1, next: 1 },
      ...(dice.chance(0.3) ? [{ fault: 'connectionLimit' as const, next: 1 }] : []),
    ],
  },
  {
    name: 'bars are lost, repeated and late',
    weight: 2,
    rules: (dice) => [{ fault: dice.pick(FRAMES), event: 'b', probability: 0.2, next: dice.whole(5, 40) }],
  },
];
