/** What goes wrong on a simulated day. Drawn up front as a list, so that a failing day can be repeated with a part of it. */
import type { EngagedLevel } from '#server/domain/kill.ts';
import { MINUTE_MS, SECOND_MS } from '#server/domain/time.ts';
import type { FaultName } from '#server/exchange/faults/catalogue.ts';
import type { FaultRule } from '#server/exchange/faults/rule.ts';
import { Chance } from '../machine/chance.ts';
import type { DaySettings } from './settings.ts';
import { drawSituations } from './situations.ts';

export type Mishap = {
  /** Its place in the list that was drawn. */
  readonly nth: number;
  /** Milliseconds after the day began. */
  readonly atMs: number;
} & (
  | { readonly kind: 'fault'; readonly rule: FaultRule; readonly lastsMs: number }
  | { readonly kind: 'loss'; readonly there: number; readonly back: number; readonly lastsMs: number }
  | { readonly kind: 'slow'; readonly latencyMs: number; readonly lastsMs: number }
  | { readonly kind: 'twice'; readonly probability: number; readonly lastsMs: number }
  | { readonly kind: 'cut' | 'refused'; readonly lastsMs: number }
  | { readonly kind: 'dropStreams' }
  | { readonly kind: 'kill'; readonly downMs: number; readonly again: number }
  | { readonly kind: 'restart'; readonly cancelOrders: boolean }
  | { readonly kind: 'pause'; readonly lastsMs: number }
  | { readonly kind: 'clockStep'; readonly ms: number; readonly lastsMs: number }
  | { readonly kind: 'disk'; readonly what: 'full' | 'refuses' | 'lies' | 'slow'; readonly size: number; readonly lastsMs: number }
  | { readonly kind: 'secondDaemon'; readonly lastsMs: number }
  | { readonly kind: 'engage'; readonly level: EngagedLevel; readonly releaseAfterMs: number }
  | { readonly kind: 'outsideOrder'; readonly symbol: string; readonly side: 'buy' | 'sell'; readonly qty: string }
  | { readonly kind: 'halt'; readonly symbol: string; readonly lastsMs: number }
  | { readonly kind: 'ambush'; readonly moment: Moment; readonly deed: 'kill'; readonly downMs: number }
  | { readonly kind: 'ambush'; readonly moment: Moment; readonly deed: 'fillDisk'; readonly lastsMs: number }
  | {
      readonly kind: 'ambush';
      readonly moment: Moment;
      readonly deed: 'engage';
      readonly level: EngagedLevel;
      readonly releaseAfterMs: number;
    }
  | { readonly kind: 'engageTwice'; readonly first: EngagedLevel; readonly second: EngagedLevel; readonly releaseAfterMs: number }
  | { readonly kind: 'blindStart'; readonly downMs: number; readonly lastsMs: number }
  | { readonly kind: 'restingOrder'; readonly symbol: string; readonly qty: string }
  | { readonly kind: 'transfer'; readonly symbol: string; readonly qty: string; readonly price: string; readonly releaseAfterMs: number }
);

/**
 * A moment of the daemon's own work that a time of day hardly ever meets: the entry of an order that opens is being written; it is
 * written, and nothing was done yet; it has just left; another entry is being written while such an order waits for its turn to leave.
 */
export type Moment = 'writing' | 'written' | 'sent' | 'waiting';

/** What it is, before it has its place and its time. */
type Undated<M> = M extends Mishap ? Omit<M, 'nth' | 'atMs'> : never;

/** What it is and when, before it has its place. */
export type Drawn = Undated<Mishap> & { readonly atMs: number };

export type MishapKind = Mishap['kind'];
/** Those that the list below draws. */
type SwarmKind = Exclude<MishapKind, 'twice'>;

/** Each kind's chance to be of the day at all (swarm), and how often at most. */
const SWARM: readonly { readonly kind: SwarmKind; readonly chance: number; readonly most: number }[] = [
  { kind: 'fault', chance: 0.85, most: 9 },
  { kind: 'loss', chance: 0.35, most: 3 },
  { kind: 'slow', chance: 0.3, most: 2 },
  { kind: 'cut', chance: 0.25, most: 2 },
  { kind: 'refused', chance: 0.15, most: 1 },
  { kind: 'dropStreams', chance: 0.4, most: 3 },
  { kind: 'kill', chance: 0.5, most: 4 },
  { kind: 'restart', chance: 0.15, most: 1 },
  { kind: 'pause', chance: 0.2, most: 2 },
  { kind: 'clockStep', chance: 0.1, most: 1 },
  { kind: 'disk', chance: 0.3, most: 2 },
  { kind: 'secondDaemon', chance: 0.08, most: 1 },
  { kind: 'engage', chance: 0.35, most: 2 },
  { kind: 'outsideOrder', chance: 0.35, most: 3 },
  { kind: 'halt', chance: 0.15, most: 1 },
  { kind: 'ambush', chance: 0.6, most: 4 },
  { kind: 'engageTwice', chance: 0.1, most: 1 },
  { kind: 'blindStart', chance: 0.1, most: 1 },
  { kind: 'restingOrder', chance: 0.2, most: 2 },
  { kind: 'transfer', chance: 0.06, most: 1 },
];

const LEVELS: readonly EngagedLevel[] = ['reduceOnly', 'halt', 'cancelOpening', 'cancelAll', 'flatten'];

export function drawMishaps(settings: DaySettings, dayMs: number): Mishap[] {
  const drawn: Mishap[] = [];
  const swarm = new Chance(settings.seed, 'swarm');
  // One day in twelve has fair weather: what is wrong there is wrong without any excuse.
  if (swarm.happens(1 / 12)) return drawn;
  for (const { kind, chance, most } of SWARM) {
    const own = new Chance(settings.seed, kind);
    if (!swarm.happens(chance)) continue;
    const count = own.whole(1, most);
    // What the daemon has to find by comparing statements is given the time for it.
    const untilMs = kind === 'transfer' ? dayMs * 0.7 : dayMs;
    for (let i = 0; i < count; i++) drawn.push({ nth: 0, atMs: own.between(0, untilMs), ...drawOne(kind, own, settings) } as Mishap);
  }
  for (const one of drawSituations(settings.seed, dayMs)) drawn.push({ nth: 0, ...one } as Mishap);
  return drawn.sort((a, b) => a.atMs - b.atMs).map((mishap, nth) => ({ ...bounded(mishap), nth }));
}

/** A broker that refuses every cancel for most of the day leaves nothing to look at. */
const LONGEST_FAULT_MS = 60 * MINUTE_MS;

/** For an old answer the exchange goes back in its time and forth again: an hour of them takes longer than all the rest of a day. */
const LONGEST_STALE_MS = 20 * MINUTE_MS;

function bounded(mishap: Mishap): Mishap {
  if (mishap.kind !== 'fault') return mishap;
  const mostMs = mishap.rule.fault === 'staleList' ? LONGEST_STALE_MS : LONGEST_FAULT_MS;
  return { ...mishap, lastsMs: Math.min(mishap.lastsMs, mostMs) };
}

/** Most are short, some are long. */
const duration = (chance: Chance): number => (chance.happens(0.8) ? chance.between(1, 60) * SECOND_MS : chance.between(1, 30) * MINUTE_MS);

function drawOne(kind: SwarmKind, chance: Chance, { stocks }: DaySettings): Undated<Mishap> {
  const lastsMs = duration(chance);
  switch (kind) {
    case 'fault':
      return { kind, rule: drawRule(chance), lastsMs: lastsMs * 10 };
    case 'loss':
      return { kind, there: chance.between(0, 0.5), back: chance.happens(0.2) ? 1 : chance.between(0, 0.6), lastsMs: lastsMs * 5 };
    case 'slow':
      return { kind, latencyMs: chance.pick([300, 2_000, 8_000, 20_000]), lastsMs };
    case 'cut':
    case 'refused':
    case 'pause':
    case 'secondDaemon':
      return { kind, lastsMs };
    case 'dropStreams':
      return { kind };
    case 'kill':
      return {
        kind,
        downMs: chance.happens(0.7) ? chance.between(0.1, 5) * SECOND_MS : lastsMs,
        again: chance.happens(0.3) ? chance.whole(1, 3) : 0,
      };
    case 'restart':
      return { kind, cancelOrders: chance.happens(0.5) };
    case 'clockStep':
      return { kind, ms: chance.pick([-3_600_000, -5_000, -500, 500, 5_000, 600_000]), lastsMs: lastsMs * 10 };
    case 'disk':
      return { kind, what: chance.pick(['full', 'refuses', 'lies', 'slow']), size: chance.between(0.05, 0.9), lastsMs };
    case 'engage':
      return { kind, level: chance.pick(LEVELS), releaseAfterMs: chance.between(1, 20) * MINUTE_MS };
    case 'outsideOrder':
      // Of a pair whose price nobody knows yet it would keep all else from being opened.
      return { kind, symbol: chance.pick(stocks), side: chance.pick(['buy', 'sell']), qty: String(chance.whole(1, 5)) };
    case 'halt':
      return { kind, symbol: chance.pick(stocks), lastsMs };
    case 'ambush':
      return drawAmbush(chance);
    case 'engageTwice':
      return { kind, first: chance.pick(LEVELS), second: chance.pick(LEVELS), releaseAfterMs: chance.between(1, 20) * MINUTE_MS };
    case 'blindStart':
      return { kind, downMs: chance.between(0.1, 5) * SECOND_MS, lastsMs: chance.between(10, 60) * MINUTE_MS };
    case 'restingOrder':
      return { kind, symbol: chance.pick(stocks), qty: String(chance.pick([2, 40, 120])) };
    case 'transfer':
      return {
        ...{ kind, symbol: chance.pick(stocks), qty: String(chance.whole(1, 5)) },
        ...{ price: String(chance.whole(20, 400)), releaseAfterMs: chance.between(30, 60) * MINUTE_MS },
      };
    default:
      return kind satisfies never;
  }
}

function drawAmbush(chance: Chance): Undated<Mishap & { kind: 'ambush' }> {
  const moment = chance.pick(MOMENTS);
  if (moment === 'sent' || (moment !== 'waiting' && chance.happens(0.4)))
    return { kind: 'ambush', moment, deed: 'kill', downMs: chance.between(0.1, 5) * SECOND_MS };
  if (moment === 'waiting' && chance.happens(0.4))
    return { kind: 'ambush', moment, deed: 'fillDisk', lastsMs: chance.between(1, 5) * MINUTE_MS };
  const level = chance.pick(moment === 'waiting' ? LEVELS_OF_WAITING : LEVELS);
  return { kind: 'ambush', moment, deed: 'engage', level, releaseAfterMs: chance.between(1, 20) * MINUTE_MS };
}

const MOMENTS: readonly Moment[] = ['writing', 'written', 'sent', 'waiting'];
/** Those at which what is out is cancelled leave nothing that waits. */
const LEVELS_OF_WAITING: readonly EngagedLevel[] = ['reduceOnly', 'halt', 'cancelOpening'];

const ANY_ORDER = '/v2/orders*';
/** Which of the exchange's faults strike what. Those that forge an execution are told apart: nobody could see through them. */
const STRIKES: readonly Partial<FaultRule>[] = [
  ...(
    ['latency', 'requestLost', 'serverErrorBefore', 'responseLost', 'serverErrorAfter', 'lateAnswer', 'gatewayTimeout'] as FaultName[]
  ).flatMap((fault) => [{ fault, path: ANY_ORDER }, { fault, method: 'POST', path: ANY_ORDER }, { fault }]),
  { fault: 'rateLimited', ms: 5_000 },
  { fault: 'rateLimited', ms: 5_000, withReset: false, method: 'POST' },
  { fault: 'notFoundYet', ms: 30_000 },
  // Of one list at a time: a statement of which a part is old is the one that misleads.
  ...['/v2/positions', '/v2/orders*', '/v2/account'].map((path) => ({ fault: 'staleList', ms: 5_000, path }) as const),
  { fault: 'cancelThenFill' },
  { fault: 'stuckPendingCancel', ms: 120_000 },
  { fault: 'replaceThenFill' },
  { fault: 'replaceErrorButReplaced' },
  { fault: 'htmlBody' },
  { fault: 'truncatedJson' },
  { fault: 'unknownEnum', path: ANY_ORDER },
  { fault: 'unknownEnum', stream: '/stream' },
  { fault: 'extraField' },
  { fault: 'clockSkew', ms: 3_600_000 },
  { fault: 'lostFrame' },
  { fault: 'lostFrame', stream: '/stream' },
  { fault: 'lostFrame', stream: '/stream', event: 'fill' },
  { fault: 'duplicateFrame', toMs: 30_000 },
  { fault: 'reorderedFrames' },
  { fault: 'lateFrame', ms: 100, toMs: 20_000 },
  { fault: 'silentStall', stream: '/stream', ms: 120_000, next: 1 },
  { fault: 'silentStall', stream: '/v2/iex', ms: 0, next: 1 },
  { fault: 'streamDrop', next: 3 },
  { fault: 'halfDeadSlot', next: 1 },
  { fault: 'connectionLimit', next: 3 },
  { fault: 'takeover', next: 2 },
  { fault: 'missingLegEvents' },
];

function drawRule(chance: Chance): FaultRule {
  const probability = chance.happens(0.2) ? 1 : chance.between(0.02, 0.6);
  return { probability, skip: 0, fault: 'latency', ...chance.pick(STRIKES) };
}
