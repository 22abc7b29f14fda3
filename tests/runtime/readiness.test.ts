/** Readiness for real money: each requirement met by its own evidence and by no other, and only while that is young and of this version. */
import { expect, test } from 'vitest';
import { type Arming, armingProblems } from '#server/runtime/arming.ts';
import { type EvidenceRecord, type ReadinessFacts, readiness } from '#server/runtime/readiness.ts';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const DAY_MS = 86_400_000;
const DEMAND = { minPaperHours: 10, minCleanSessions: 2, evidenceMaxAgeDays: 30 };
const ago = (days: number): string => new Date(NOW - days * DAY_MS).toISOString();

const REPLAY = { kind: 'replayVerified', at: ago(1), run: 'r1', mode: 'paper', seq: 9, hash: 'h9', version: 'v' } as const;
const DRILL = { kind: 'drill', at: ago(1), passed: true, version: 'v' } as const;
const TERMS = { kind: 'termsAccepted', at: ago(400), terms: 't' } as const;
const PAPER = {
  run: 'r1',
  hours: 10,
  sessions: [1, 2].map((days) => ({ date: ago(days).slice(0, 10), atMs: NOW - days * DAY_MS })),
  broken: undefined,
  endSeq: 9,
  hashes: new Map([[9, 'h9']]),
};
const READY: ReadinessFacts = {
  ...{ paper: PAPER, records: [REPLAY, DRILL, TERMS], keysAreThere: true, guardIsEnabled: true },
  ...{ terms: 't', version: 'v', nowMs: NOW },
};

const missing = (change: Partial<ReadinessFacts>): string[] =>
  readiness({ ...READY, ...change }, DEMAND)
    .filter(({ met }) => !met)
    .map(({ name }) => name);

const records = (...changed: readonly EvidenceRecord[]): Partial<ReadinessFacts> => ({ records: [...READY.records, ...changed] });

test('with all evidence nothing is missing, with none everything is', () => {
  expect(missing({})).toEqual([]);
  const nothing = { paper: undefined, records: [], keysAreThere: false, guardIsEnabled: false };
  expect(missing(nothing)).toEqual(readiness(READY, DEMAND).map(({ name }) => name));
});

test.for<readonly [string, Partial<ReadinessFacts>, readonly string[]]>([
  ['too few hours', { paper: { ...PAPER, hours: 9.99 } }, ['paperHours']],
  ['one session', { paper: { ...PAPER, sessions: PAPER.sessions.slice(1) } }, ['cleanSessions']],
  [
    'old sessions',
    { paper: { ...PAPER, sessions: PAPER.sessions.map((one) => ({ ...one, atMs: NOW - 31 * DAY_MS })) } },
    ['cleanSessions'],
  ],
  ['a journal that does not hold', { paper: { ...PAPER, broken: 'entry 3 is missing' } }, ['journalSound']],
  ['a replay of another entry', { paper: { ...PAPER, hashes: new Map([[9, 'other']]) } }, ['replayVerified']],
  ['a replay of another run', { paper: { ...PAPER, run: 'r2' } }, ['replayVerified']],
  ['an old replay', records({ ...REPLAY, at: ago(31) }), ['replayVerified']],
  ['a replay of tomorrow', records({ ...REPLAY, at: ago(-1) }), ['replayVerified']],
  ['a replay by another version', records({ ...REPLAY, version: 'w' }), ['replayVerified']],
  ['a drill that failed after one that passed', records({ ...DRILL, passed: false }), ['drill']],
  ['an old drill', records({ ...DRILL, at: ago(31) }), ['drill']],
  ['a drill of another version', records({ ...DRILL, version: 'w' }), ['drill']],
  ['other terms', { terms: 'u' }, ['terms']],
  ['another version of the code', { version: 'w' }, ['replayVerified', 'drill']],
])('%s', ([, change, expected]) => {
  expect(missing(change)).toEqual(expected);
});

const ARMING: Arming = { account: 'A', broker: 'b', configHash: 'c', version: 'v', armedAt: ago(0.5), expiresAt: ago(-0.5) };
const START = { broker: 'b', configHash: 'c', version: 'v', nowMs: NOW };

test.for<readonly [string, Partial<Arming> | undefined, number]>([
  ['none', undefined, 1],
  ['one that holds', {}, 0],
  ['one that ends now', { expiresAt: ago(0) }, 1],
  ['one of the future', { armedAt: ago(-0.1) }, 1],
  ['one for all other things', { broker: 'x', configHash: 'x', version: 'x' }, 3],
])('an arming: %s', ([, change, problems]) => {
  expect(armingProblems(change === undefined ? undefined : { ...ARMING, ...change }, START)).toHaveLength(problems);
});
