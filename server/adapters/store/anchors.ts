/**
 * Heads of the journal, noted outside of the database: a file in the home that only grows, one line an anchor, each flushed to the
 * disk. What the database loses or gives up later is missed by it. A line that a crash has torn is passed over.
 */
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { AnchorReason } from '#server/runtime/records.ts';
import { StoreError } from './error.ts';
import type { Head } from './journal.ts';

const OWNER_ONLY = 0o600;
const NEWLINE = 0x0a;

export interface Anchor extends Head {
  readonly run: string;
  /** Wall-clock time of the note, as ISO text. */
  readonly at: string;
  readonly why: AnchorReason;
}

/** Where anchors are kept: outside of the database, whatever that is. */
export interface AnchorBook {
  write(anchor: Anchor): void;
  of(run: string): readonly Anchor[];
}

export const anchorsIn = (home: string): AnchorBook => ({
  write: (anchor) => writeAnchor(home, anchor),
  of: (run) => readAnchors(home, run).anchors,
});

export const anchorsFile = (home: string): string => join(home, 'anchors.jsonl');

function writeAnchor(home: string, anchor: Anchor): void {
  const file = anchorsFile(home);
  const isNew = !existsSync(file);
  const descriptor = openSync(file, 'a+', OWNER_ONLY);
  try {
    const line = `${JSON.stringify(anchor)}\n`;
    writeSync(descriptor, endsWhole(descriptor) ? line : `\n${line}`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  if (isNew) syncFolder(home);
}

function endsWhole(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return last[0] === NEWLINE;
}

/** A new file is there after a power cut only when its folder was flushed as well. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export interface ReadAnchors {
  /** In the order in which they were written. */
  readonly anchors: readonly Anchor[];
  /** Lines that are no anchors: torn, or damaged. */
  readonly torn: number;
}

export function readAnchors(home: string, run: string): ReadAnchors {
  const file = anchorsFile(home);
  const lines = linesOf(file);
  const all = lines.filter((line) => line !== '').map(anchorOf);
  const whole = all.filter((one) => one !== undefined);
  return { anchors: whole.filter((one) => one.run === run), torn: all.length - whole.length };
}

function linesOf(file: string): string[] {
  if (!existsSync(file)) return [];
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    const what = `the anchors can not be read (${(error as NodeJS.ErrnoException).code})`;
    throw new StoreError(what, file, 'make it a file that you may read; without it the end of the journal is not guarded');
  }
}

function anchorOf(line: string): Anchor | undefined {
  try {
    const { run, seq, hash, at, why } = JSON.parse(line) as Partial<Anchor>;
    const isWhole = typeof run === 'string' && typeof seq === 'number' && typeof hash === 'string' && typeof at === 'string';
    return isWhole && why !== undefined ? { run, seq, hash, at, why } : undefined;
  } catch {
    return undefined;
  }
}
