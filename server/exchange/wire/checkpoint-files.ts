/**
 * Checkpoints on disk: one file of what goes on changing, and one for each part that does not, written once and read again
 * at the next start. The file of the state names its parts, and takes its place by a rename when all of them are safe.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint, HistoryName, HistoryPart } from '../history-part.ts';
import { makeFolder } from './make-folder.ts';

export interface SavedCheckpoint {
  /** Names tape and settings: a state can only go on with the same. */
  readonly identity: string;
  /** Number of the last input that is part of it. */
  readonly n: number;
  readonly checkpoint: Checkpoint;
}

export interface CheckpointFiles {
  /** What was saved last, or nothing. */
  load(): SavedCheckpoint | undefined;
  /** Saves before it returns. */
  saveNow(saved: SavedCheckpoint): void;
  /** Saves beside whatever else goes on; false when another was saved in the meantime, which stands. */
  save(saved: SavedCheckpoint): Promise<boolean>;
  /** Bytes of what goes on changing, when it was saved last. */
  stateBytes(): number;
}

interface ListedPart {
  readonly history: HistoryName;
  readonly index: number;
  readonly file: string;
  readonly bytes: number;
}

/** The first line of the file; the state is the second. */
interface Header {
  readonly format: typeof FORMAT;
  readonly identity: string;
  readonly n: number;
  readonly parts: readonly ListedPart[];
}

interface Write {
  readonly path: string;
  readonly data: string | Uint8Array;
}

interface Draft {
  readonly writes: readonly Write[];
  readonly path: string;
  readonly names: ReadonlyMap<Uint8Array, string>;
  readonly stateBytes: number;
}

const FORMAT = 2;
export const SNAPSHOT_FILE = 'exchange-snapshot.json';
export const HISTORY_FOLDER = 'exchange-history';
/** Durable before it is relied upon. */
const FLUSHED = { flush: true } as const;

export function openCheckpointFiles(folder: string): CheckpointFiles {
  const historyFolder = join(folder, HISTORY_FOLDER);
  const snapshotPath = join(folder, SNAPSHOT_FILE);
  makeFolder(historyFolder);
  const fresh = freshNames(historyFolder);
  /** The file of each part that was saved, by the part's bytes themselves. */
  let known: ReadonlyMap<Uint8Array, string> = new Map();
  let stateBytes = 0;
  let saves = 0;
  const commit = (draft: Draft): void => {
    renameSync(draft.path, snapshotPath);
    known = draft.names;
    stateBytes = draft.stateBytes;
    sweep(historyFolder, new Set(known.values()));
  };
  return {
    load: () => {
      if (!existsSync(snapshotPath)) return undefined;
      const { header, state } = readSnapshot(snapshotPath);
      const parts = header.parts.map((part) => readPart(historyFolder, part));
      known = new Map(parts.map(({ bytes }, place) => [bytes, header.parts[place]?.file ?? '']));
      stateBytes = state.length;
      return { identity: header.identity, n: header.n, checkpoint: { state, parts } };
    },
    saveNow: (saved) => {
      saves += 1;
      const draft = draftOf(saved, historyFolder, known, fresh);
      for (const { path, data } of draft.writes) writeFileSync(path, data, FLUSHED);
      commit(draft);
    },
    save: async (saved) => {
      saves += 1;
      const mine = saves;
      const draft = draftOf(saved, historyFolder, known, fresh);
      for (const { path, data } of draft.writes) await writeFile(path, data, FLUSHED);
      if (saves !== mine) return false;
      commit(draft);
      return true;
    },
    stateBytes: () => stateBytes,
  };
}

/** Names that no file in the folder has, or has had since the start. */
function freshNames(folder: string): (ending: string) => string {
  let count = Math.max(0, ...readdirSync(folder).map((name) => Number.parseInt(name, 10) || 0));
  return (ending) => {
    count += 1;
    return `${String(count).padStart(8, '0')}.${ending}`;
  };
}

/** What must be written for a checkpoint, the parts first. */
function draftOf(
  { identity, n, checkpoint: { state, parts } }: SavedCheckpoint,
  folder: string,
  known: ReadonlyMap<Uint8Array, string>,
  fresh: (ending: string) => string,
): Draft {
  const writes: Write[] = [];
  const names = new Map<Uint8Array, string>();
  const listed = parts.map(({ history, index, bytes }): ListedPart => {
    const file = known.get(bytes) ?? fresh('bin');
    if (!known.has(bytes)) writes.push({ path: join(folder, file), data: bytes });
    names.set(bytes, file);
    return { history, index, file, bytes: bytes.length };
  });
  const path = join(folder, fresh('new'));
  const header: Header = { format: FORMAT, identity, n, parts: listed };
  writes.push({ path, data: `${JSON.stringify(header)}\n${state}\n` });
  return { writes, path, names, stateBytes: state.length };
}

/** Removes what the state does not name; what an overtaken save still writes goes the next time. */
function sweep(folder: string, named: ReadonlySet<string>): void {
  for (const file of readdirSync(folder)) if (!named.has(file)) rmSync(join(folder, file), { force: true });
}

const ANEW = 'remove the folder to begin anew';

function readSnapshot(path: string): { header: Header; state: string } {
  const text = readFileSync(path, 'utf8');
  const [first = '', state = ''] = text.split('\n', 2);
  const header = readHeader(path, first);
  if (header.format !== FORMAT) throw new Error(`${path} was written by another version of this program; ${ANEW}`);
  return { header, state };
}

function readHeader(path: string, line: string): Header {
  try {
    return JSON.parse(line) as Header;
  } catch (error) {
    throw new Error(`${path} can not be read (${error instanceof Error ? error.message : String(error)}); ${ANEW}`);
  }
}

function readPart(folder: string, { history, index, file, bytes: size }: ListedPart): HistoryPart {
  const path = join(folder, file);
  if (!existsSync(path)) throw new Error(`${path} is missing, and the state is not whole without it; ${ANEW}`);
  const bytes = new Uint8Array(readFileSync(path));
  if (bytes.length !== size) throw new Error(`${path} has ${bytes.length} bytes, not ${size}; the disk failed: ${ANEW}`);
  return { history, index, bytes };
}
