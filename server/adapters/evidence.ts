/** What checks and drills leave behind: `evidence.jsonl` in the home, a line each, flushed; a line that can not be read proves nothing. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { EvidenceRecord } from '#server/runtime/readiness.ts';

const OWNER_ONLY = 0o600;
const at = z.iso.datetime();
const seq = z.int().min(1);
const steps = z.array(z.object({ name: z.string(), milliseconds: z.number(), passed: z.boolean(), found: z.string() })).optional();
const record = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('replayVerified'), at, run: z.string(), mode: z.string(), seq, hash: z.string(), version: z.string() }),
  z.object({ kind: z.literal('drill'), at, passed: z.boolean(), version: z.string(), steps }),
  z.object({ kind: z.literal('termsAccepted'), at, terms: z.string() }),
]);

export const evidenceFile = (home: string): string => join(home, 'evidence.jsonl');

export function leaveEvidence(home: string, evidence: EvidenceRecord): void {
  const descriptor = openSync(evidenceFile(home), 'a', OWNER_ONLY);
  try {
    // Begins a line of its own, also after one that a crash has torn; all of it or an error, also where the disk has little room.
    writeFileSync(descriptor, `\n${JSON.stringify(evidence)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Oldest first. */
export function readEvidence(home: string): readonly EvidenceRecord[] {
  const file = evidenceFile(home);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').flatMap(recordIn);
}

function recordIn(line: string): readonly EvidenceRecord[] {
  try {
    const { data } = record.safeParse(JSON.parse(line));
    return data === undefined ? [] : [data];
  } catch {
    return [];
  }
}
