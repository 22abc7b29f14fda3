/**
 * The exchange's memory across processes: inputs are written down before anything that follows from them is told to
 * anyone, and now and then a checkpoint makes the older ones unnecessary. While one is being written the market goes on,
 * with its inputs in a new file; inputs are numbered, so whatever a crash leaves behind repeats nothing.
 */
import { join } from 'node:path';
import type { Instant } from '../../domain/time.ts';
import type { Exchange } from '../contract.ts';
import type { OutgoingEvent } from '../events.ts';
import type { ChangeRequest } from '../requests.ts';
import { openCheckpointFiles, type SavedCheckpoint, SNAPSHOT_FILE } from './checkpoint-files.ts';
import { createInputLog, type Input, readInputs } from './input-log.ts';
import { makeFolder } from './make-folder.ts';

export interface StateJournal {
  /** Notes a request before it is handled. */
  request(request: ChangeRequest, at: Instant): void;
  /** Notes that the market was played up to `at`, before what happened is published. */
  mark(at: Instant): void;
  /** Begins a checkpoint when enough inputs have come since the last one; call it between inputs. */
  checkpointWhenDue(): void;
  /** Writes a checkpoint now: after the state was changed by other than inputs. */
  checkpoint(): void;
  /** Waits for a checkpoint that has begun. */
  close(): Promise<void>;
}

export interface StateJournalOptions {
  readonly folder: string;
  readonly exchange: Exchange;
  /** Names tape and settings: a state can only go on with the same. */
  readonly identity: string;
  /** Inputs from one checkpoint to the next: at a start as many are repeated. */
  readonly checkpointEvery?: number;
  /** Told of what had followed from the inputs since the last checkpoint, as they are repeated. */
  readonly onRepeated?: (events: readonly OutgoingEvent[]) => void;
}

const CHECKPOINT_EVERY = 20_000;
/** Writing checkpoints may cost at most so many times what the log costs. */
const CHECKPOINT_SHARE = 16;

/** Restores what the folder remembers into the exchange, and goes on writing there. */
export function openStateJournal(options: StateJournalOptions): StateJournal {
  const { folder, exchange, identity, checkpointEvery = CHECKPOINT_EVERY } = options;
  makeFolder(folder);
  const files = openCheckpointFiles(folder);
  const log = createInputLog(folder);
  const saved = files.load();
  let n = restore(options, saved);
  let sinceCheckpoint = 0;
  // A checkpoint grows with what it holds; the log may grow as large before the next one is due.
  let loggedBytes = 0;
  let writing: Promise<void> | undefined;
  let failure: unknown;
  const append = (input: Omit<Input, 'n'>): void => {
    if (failure !== undefined) throw failure;
    n += 1;
    sinceCheckpoint += 1;
    loggedBytes += log.append({ n, ...input });
  };
  const begin = (): SavedCheckpoint => {
    const taken = { identity, n, checkpoint: exchange.checkpoint() };
    log.startFile(n + 1);
    sinceCheckpoint = 0;
    loggedBytes = 0;
    return taken;
  };
  const checkpoint = (): void => {
    const taken = begin();
    files.saveNow(taken);
    log.dropBefore(taken.n + 1);
  };
  const checkpointBeside = async (): Promise<void> => {
    try {
      const taken = begin();
      if (await files.save(taken)) log.dropBefore(taken.n + 1);
    } catch (error) {
      // Nothing is lost yet, but what can not be written once can not be written the next time either.
      failure = error;
    }
    writing = undefined;
  };
  const isDue = (): boolean => sinceCheckpoint >= checkpointEvery && loggedBytes >= files.stateBytes() / CHECKPOINT_SHARE;
  if (n !== saved?.n) checkpoint();
  else log.startFile(n + 1);
  return {
    request: (request, at) => append({ at, request }),
    mark: (at) => append({ at }),
    checkpointWhenDue: () => {
      if (isDue()) writing ??= checkpointBeside();
    },
    checkpoint,
    close: async () => {
      await writing;
      log.close();
    },
  };
}

/** Returns the number of the last input. */
function restore({ folder, exchange, identity, onRepeated }: StateJournalOptions, saved: SavedCheckpoint | undefined): number {
  if (saved !== undefined && saved.identity !== identity) {
    throw new Error(
      `${join(folder, SNAPSHOT_FILE)} belongs to another market (${saved.identity}, now ${identity}); remove the folder to begin anew, or start with the old bars and seed`,
    );
  }
  if (saved) exchange.resume(saved.checkpoint);
  let n = saved?.n ?? 0;
  for (const input of readInputs(folder, n)) {
    n = input.n;
    if (input.request) exchange.handle(input.request, input.at);
    else exchange.advance(input.at);
    const repeated = exchange.drain();
    onRepeated?.(repeated);
  }
  return n;
}
