/** Gathers the evidence for real money: from the journal of the paper run, from what checks and drills left in the home, from the configuration. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '#config/config.ts';
import { paperMode } from '#config/ledger-mode.ts';
import { readEvidence } from '#server/adapters/evidence.ts';
import { type EvidenceRecord, type PaperEvidence, type Requirement, readiness } from '#server/runtime/readiness.ts';
import { newestRun } from './stored-journal.ts';

const TERMS = new URL('../../config/live-terms.txt', import.meta.url);
const DIGITS = 16;

/** What is to be accepted, and the name under which that is put on record. */
export function liveTerms(): { readonly text: string; readonly id: string } {
  const text = readFileSync(TERMS, 'utf8');
  return { text, id: createHash('sha256').update(text).digest('hex').slice(0, DIGITS) };
}

export async function requirementsOf(config: Config, version: string): Promise<readonly Requirement[]> {
  const records = readEvidence(config.home);
  return readiness(
    {
      paper: await paperEvidence(config, records),
      records,
      keysAreThere: config.keys !== undefined,
      guardIsEnabled: config.guard.enabled,
      terms: liveTerms().id,
      version,
      nowMs: Date.now(),
    },
    config.live,
  );
}

async function paperEvidence(config: Config, records: readonly EvidenceRecord[]): Promise<PaperEvidence | undefined> {
  const { databaseUrl, home } = config;
  const { hasJournal, openJournalReader } = await import('#server/adapters/store/journal-reader.ts');
  if (!hasJournal(databaseUrl?.reveal(), home)) return undefined;
  const { readAnchors } = await import('#server/adapters/store/anchors.ts');
  const reader = await openJournalReader(databaseUrl?.reveal(), home);
  try {
    const run = newestRun(await reader.runs(), paperMode(config));
    if (run === undefined) return undefined;
    const { head, broken } = await reader.check(run.id, readAnchors(home, run.id).anchors);
    const replayed = records.flatMap((one) => (one.kind === 'replayVerified' && one.run === run.id ? [one.seq] : []));
    const [trail, hashes] = [await reader.trail(run.id), await reader.hashes(run.id, replayed)];
    return { run: run.id, broken: broken?.text, endSeq: head.seq, ...trail, hashes };
  } finally {
    await reader.close();
  }
}
