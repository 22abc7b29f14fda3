/** What must be there before real money is traded, each judged by evidence that was left behind, and by nothing that anybody says of himself. */

import { DAY_MS } from '#server/domain/time.ts';
import type { DrillStep } from './drill.ts';

/** A journal that was stepped over again and came out the same, as it was then. */
export interface ReplayEvidence {
  readonly kind: 'replayVerified';
  readonly at: string;
  readonly run: string;
  readonly mode: string;
  /** The last entry that was compared, and its hash in the chain. */
  readonly seq: number;
  readonly hash: string;
  readonly version: string;
}

/** A rehearsal of the kill switch on an exchange, and whether every step of it came out as it must. */
export interface DrillEvidence {
  readonly kind: 'drill';
  readonly at: string;
  readonly passed: boolean;
  /** Not in what was left behind before 0.2. */
  readonly steps?: readonly DrillStep[] | undefined;
  readonly version: string;
}

/** The one thing that somebody says: that he has read the terms, by their hash. */
export interface TermsEvidence {
  readonly kind: 'termsAccepted';
  readonly at: string;
  readonly terms: string;
}

export type EvidenceRecord = ReplayEvidence | DrillEvidence | TermsEvidence;

/** What the journal of the paper run proves. */
export interface PaperEvidence {
  readonly run: string;
  readonly hours: number;
  /** When the books of each session were certified, oldest first. */
  readonly sessions: readonly { readonly date: string; readonly atMs: number }[];
  /** What its hashes, its anchors or its ledger say against it. */
  readonly broken: string | undefined;
  readonly endSeq: number;
  /** Of the entries that replays name, as they are in the chain now. */
  readonly hashes: ReadonlyMap<number, string>;
}

export interface ReadinessFacts {
  readonly paper: PaperEvidence | undefined;
  readonly records: readonly EvidenceRecord[];
  readonly keysAreThere: boolean;
  readonly guardIsEnabled: boolean;
  /** Hash of the terms as they are now. */
  readonly terms: string;
  readonly version: string;
  readonly nowMs: number;
}

export interface ReadinessDemand {
  readonly minPaperHours: number;
  readonly minCleanSessions: number;
  readonly evidenceMaxAgeDays: number;
}

export interface Requirement {
  readonly name: 'keys' | 'guard' | 'terms' | 'paperHours' | 'cleanSessions' | 'journalSound' | 'replayVerified' | 'drill';
  readonly met: boolean;
  readonly needed: string;
  readonly found: string;
  /** What to do about it. */
  readonly remedy: string;
}

type Judge = (facts: ReadinessFacts, demand: ReadinessDemand) => Omit<Requirement, 'name'>;

const newest = <K extends EvidenceRecord['kind']>(facts: ReadinessFacts, kind: K) =>
  facts.records.findLast((one): one is Extract<EvidenceRecord, { kind: K }> => one.kind === kind);

const isFresh = (at: string, { nowMs }: ReadinessFacts, { evidenceMaxAgeDays }: ReadinessDemand): boolean => {
  const ageMs = nowMs - Date.parse(at);
  return ageMs >= 0 && ageMs <= evidenceMaxAgeDays * DAY_MS;
};

const NO_PAPER = 'no paper run in this home';

const judges: Readonly<Record<Requirement['name'], Judge>> = {
  keys: ({ keysAreThere }) => ({
    met: keysAreThere,
    needed: 'the key of the live account',
    found: keysAreThere ? 'there' : 'none',
    remedy: 'store it sealed: tradar keys add live',
  }),
  guard: ({ guardIsEnabled }) => ({
    met: guardIsEnabled,
    needed: 'guard.enabled',
    found: String(guardIsEnabled),
    remedy: 'set guard.enabled to true, and run "tradar guard --mode live" beside the daemon',
  }),
  terms: (facts) => {
    const accepted = newest(facts, 'termsAccepted');
    const met = accepted?.terms === facts.terms;
    const found = accepted === undefined ? 'not accepted' : `${met ? 'these' : 'other ones'}, accepted at ${accepted.at}`;
    return { met, needed: `the terms ${facts.terms}`, found, remedy: 'read and accept them: tradar ready --accept-terms' };
  },
  paperHours: ({ paper }, { minPaperHours }) => ({
    met: paper !== undefined && paper.hours >= minPaperHours,
    needed: `${minPaperHours} hours on paper`,
    found: paper === undefined ? NO_PAPER : `${paper.hours.toFixed(1)} hours in run ${paper.run}`,
    remedy: 'let it trade on: tradar start --mode paper',
  }),
  cleanSessions: (facts, demand) => {
    const sessions = (facts.paper?.sessions ?? []).filter(({ atMs }) => isFresh(new Date(atMs).toISOString(), facts, demand));
    const found = facts.paper === undefined ? NO_PAPER : `${sessions.length} in ${demand.evidenceMaxAgeDays} days`;
    return {
      met: sessions.length >= demand.minCleanSessions,
      needed: `${demand.minCleanSessions} sessions whose end the journal certifies`,
      found,
      remedy: 'let it run over the close, until the books agree with the broker: tradar start --mode paper',
    };
  },
  journalSound: ({ paper }) => ({
    met: paper !== undefined && paper.broken === undefined,
    needed: 'a paper journal that holds',
    found: paper === undefined ? NO_PAPER : (paper.broken ?? `sound up to entry ${paper.endSeq}`),
    remedy: 'look at it: tradar journal verify --mode paper',
  }),
  replayVerified: (facts, demand) => {
    const { paper, version } = facts;
    const remedy = 'step over it again with this version: tradar replay --verify --mode paper';
    const needed = `the paper run replayed by ${version}, in the last ${demand.evidenceMaxAgeDays} days`;
    const replayed = facts.records.findLast((one) => one.kind === 'replayVerified' && one.run === paper?.run);
    if (paper === undefined || replayed?.kind !== 'replayVerified') return { met: false, needed, found: 'none', remedy };
    const isOfThis = replayed.version === version && paper.hashes.get(replayed.seq) === replayed.hash;
    const met = isOfThis && isFresh(replayed.at, facts, demand);
    return { met, needed, found: `entries up to ${replayed.seq}, by ${replayed.version}, at ${replayed.at}`, remedy };
  },
  drill: (facts, demand) => {
    const drill = newest(facts, 'drill');
    const found = drill === undefined ? 'none' : `${drill.passed ? 'passed' : 'FAILED'} at ${drill.at}, by ${drill.version}`;
    return {
      met: drill?.passed === true && drill.version === facts.version && isFresh(drill.at, facts, demand),
      needed: `a drill of the kill switch that passed with ${facts.version}, in the last ${demand.evidenceMaxAgeDays} days`,
      found,
      remedy: 'rehearse it: tradar kill --drill',
    };
  },
};

/** In the order in which one would work them off. */
export function readiness(facts: ReadinessFacts, demand: ReadinessDemand): readonly Requirement[] {
  return Object.entries(judges).map(([name, judge]) => ({ name: name as Requirement['name'], ...judge(facts, demand) }));
}
