/**
 * What a search has tried, on disk: `trials.jsonl` (a first line that says what is searched, then a line a trial) and
 * `returns.f64` (a row of returns a trial, little-endian). Returns are written before the line that counts them, so after a
 * kill or a full disk everything up to the last whole line is there and nothing else counts.
 */
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Value = z.union([z.number(), z.string(), z.boolean()]);

const Line = z.object({
  /** Its place in the search: a grid knows by it what is left. */
  nth: z.int().min(0),
  point: z.record(z.string(), Value),
  score: z.number().nullable(),
  finalEquity: z.string(),
  trades: z.int().min(0),
  metrics: z.record(z.string(), z.unknown()),
});

export type LoggedTrial = z.infer<typeof Line>;

const Head = z.object({ search: z.string(), instants: z.int().min(0) });

/** A search that can not be gone on with; the message says why and what to do. */
export class TrialLogError extends Error {
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.name = 'TrialLogError';
    this.hint = hint;
  }
}

export interface TrialLog {
  /** What was there already, in order of writing. */
  readonly done: readonly LoggedTrial[];
  /** Durable when it returns. `returns` has as many values as the first trial's. */
  append(trials: readonly { readonly line: LoggedTrial; readonly returns: Float64Array }[]): void;
  close(): void;
}

export interface TrialLogOptions {
  readonly folder: string;
  /** Everything that decides a trial's result, as canonical text: another search may not go on in the same files. */
  readonly search: string;
  /** Returns of each trial. */
  readonly instants: number;
}

const ROW = Float64Array.BYTES_PER_ELEMENT;

export const trialsFile = (folder: string): string => join(folder, 'trials.jsonl');
export const returnsFile = (folder: string): string => join(folder, 'returns.f64');

export function openTrialLog({ folder, search, instants }: TrialLogOptions): TrialLog {
  const lines = openSync(trialsFile(folder), 'a+', 0o600);
  const rows = openSync(returnsFile(folder), 'a+', 0o600);
  try {
    const { done, bytes } = whole(trialsFile(folder), search, instants);
    ftruncateSync(lines, bytes);
    ftruncateSync(rows, done.length * instants * ROW);
    if (bytes === 0) write(lines, `${JSON.stringify({ search, instants })}\n`);
    fsyncSync(lines);
    return {
      done,
      append(trials) {
        for (const { returns } of trials) write(rows, new Uint8Array(returns.buffer, returns.byteOffset, returns.byteLength));
        fsyncSync(rows);
        write(lines, trials.map(({ line }) => `${JSON.stringify(line)}\n`).join(''));
        fsyncSync(lines);
      },
      close() {
        closeSync(lines);
        closeSync(rows);
      },
    };
  } catch (error) {
    closeSync(lines);
    closeSync(rows);
    throw error;
  }
}

/** A short write is a full disk: whatever was written of it does not count, because its line is not there. */
function write(file: number, data: string | Uint8Array): void {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at);
}

/** The whole lines of the file, and where they end. */
function whole(path: string, search: string, instants: number): { done: LoggedTrial[]; bytes: number } {
  const text = readFileSync(path, 'utf8');
  const end = text.lastIndexOf('\n') + 1;
  const [first, ...rest] = text.slice(0, end).split('\n').slice(0, -1);
  if (first === undefined) return { done: [], bytes: 0 };
  const head = parsed(path, 1, first, Head);
  if (head.search !== search || head.instants !== instants) {
    throw new TrialLogError(`${path} belongs to another search`, 'give another folder with --out, or the options of that search');
  }
  return { done: rest.map((line, nth) => parsed(path, nth + 2, line, Line)), bytes: Buffer.byteLength(text.slice(0, end)) };
}

function parsed<T>(path: string, line: number, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new TrialLogError(`${path}, line ${line} is not a trial of this version`, 'remove the folder and search again');
  }
}

/** The returns of every trial that counts, row by row. */
export function readReturns(folder: string, trials: number, instants: number): Float64Array[] {
  const file = openSync(returnsFile(folder), 'r');
  try {
    return Array.from({ length: trials }, (_, nth) => {
      const row = new Float64Array(instants);
      const bytes = new Uint8Array(row.buffer);
      const count = readSync(file, bytes, 0, bytes.length, nth * bytes.length);
      if (count === bytes.length) return row;
      throw new TrialLogError(`${returnsFile(folder)} is shorter than its ${trials} trials`, 'remove the folder and search again');
    });
  } finally {
    closeSync(file);
  }
}
