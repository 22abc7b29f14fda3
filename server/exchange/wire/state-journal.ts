/**
 * The exchange's memory across processes: an append-only file of inputs, written before anything that follows from them
 * is told to anyone, and now and then a snapshot that makes the older ones unnecessary. Inputs are numbered, so a crash
 * between the snapshot and the truncation repeats nothing; a torn last line is an input that nobody was told about.
 */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../../domain/time.ts';
import type { Exchange } from '../contract.ts';
import type { OutgoingEvent } from '../events.ts';
import type { ChangeRequest } from '../requests.ts';

export interface StateJournal {
  /** Notes a request before it is handled. */
  request(request: ChangeRequest, at: Instant): void;
  /** Notes that the market was played up to `at`, before what happened is published. */
  mark(at: Instant): void;
  /** Writes a snapshot when enough inputs have come since the last one; call it between inputs. */
  snapshotWhenDue(): void;
  /** Writes a snapshot now: after the state was changed by other than inputs. */
  snapshot(): void;
  close(): void;
}

interface Input {
  readonly n: number;
  readonly at: Instant;
  readonly request?: ChangeRequest;
}

interface SavedState {
  readonly identity: string;
  /** Number of the last input that is part of it. */
  readonly n: number;
  readonly state: string;
}

export interface StateJournalOptions {
  readonly folder: string;
  readonly exchange: Exchange;
  /** Names tape and settings: a state can only go on with the same. */
  readonly identity: string;
  readonly snapshotEvery?: number;
  /** Told of what had followed from the inputs since the last snapshot, as they are repeated. */
  readonly onRepeated?: (events: readonly OutgoingEvent[]) => void;
}

/** Writing snapshots may cost at most so many times what the log costs. */
const SNAPSHOT_SHARE = 16;

/** Restores what the folder remembers into the exchange, and goes on writing there. */
export function openStateJournal(options: StateJournalOptions): StateJournal {
  const { folder, exchange, identity, snapshotEvery = 5_000 } = options;
  mkdirSync(folder, { recursive: true });
  const snapshotPath = join(folder, 'exchange-snapshot.json');
  const logPath = join(folder, 'exchange-inputs.jsonl');
  let n = restore(options, snapshotPath, logPath);
  const file = openSync(logPath, 'a');
  let sinceSnapshot = 0;
  // A snapshot grows with what it holds; the log may grow as large before the next one is due.
  let snapshotBytes = 0;
  let loggedBytes = 0;
  const append = (input: Omit<Input, 'n'>): void => {
    n += 1;
    sinceSnapshot += 1;
    loggedBytes += writeSync(file, `${JSON.stringify({ n, ...input })}\n`);
  };
  const snapshot = (): void => {
    const saved: SavedState = { identity, n, state: exchange.snapshot() };
    const text = JSON.stringify(saved);
    snapshotBytes = text.length;
    loggedBytes = 0;
    writeFileSync(`${snapshotPath}.new`, text, { flush: true });
    renameSync(`${snapshotPath}.new`, snapshotPath);
    truncateSync(logPath);
    sinceSnapshot = 0;
  };
  if (!existsSync(snapshotPath) || n > 0) snapshot();
  return {
    request: (request, at) => append({ at, request }),
    mark: (at) => append({ at }),
    snapshotWhenDue: () => {
      if (sinceSnapshot >= snapshotEvery && loggedBytes >= snapshotBytes / SNAPSHOT_SHARE) snapshot();
    },
    snapshot,
    close: () => closeSync(file),
  };
}

function restore({ exchange, identity, onRepeated }: StateJournalOptions, snapshotPath: string, logPath: string): number {
  let n = 0;
  if (existsSync(snapshotPath)) {
    const saved = readSaved(snapshotPath);
    if (saved.identity !== identity) {
      throw new Error(
        `${snapshotPath} belongs to another market (${saved.identity}, now ${identity}); remove the folder to begin anew, or start with the old bars and seed`,
      );
    }
    exchange.restore(saved.state);
    n = saved.n;
  }
  for (const input of readInputs(logPath)) {
    if (input.n <= n) continue;
    if (input.n !== n + 1)
      throw new Error(`${logPath} jumps from input ${n} to ${input.n}; the file was edited: remove the folder to begin anew`);
    n = input.n;
    if (input.request) exchange.handle(input.request, input.at);
    else exchange.advance(input.at);
    const repeated = exchange.drain();
    onRepeated?.(repeated);
  }
  return n;
}

function readSaved(path: string): SavedState {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as SavedState;
  } catch (error) {
    throw new Error(`${path} can not be read (${error instanceof Error ? error.message : String(error)}); remove the folder to begin anew`);
  }
}

/** All whole lines; what follows the last newline was cut off by the end of the process. */
function readInputs(path: string): Input[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop();
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as Input;
    } catch {
      throw new Error(`${path}, line ${index + 1} is not JSON; the file was edited or the disk failed: remove the folder to begin anew`);
    }
  });
}
