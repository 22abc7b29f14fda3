/**
 * The inputs of the exchange on disk, one a line, in files that are named after the first number in them. A torn last
 * line is an input that nobody was told about.
 */
import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../../domain/time.ts';
import type { ChangeRequest } from '../requests.ts';

/** A request, or without one the word that the market was played up to an instant. */
export interface Input {
  readonly n: number;
  readonly at: Instant;
  readonly request?: ChangeRequest;
}

export interface InputLog {
  /** Goes on in a new file, which begins with this number. */
  startFile(n: number): void;
  /** Returns the number of bytes. */
  append(input: Input): number;
  /** Removes the files in which all inputs have smaller numbers. */
  dropBefore(n: number): void;
  close(): void;
}

const NAME = /^exchange-inputs-(\d+)\.jsonl$/;

/** The first numbers of the files, ascending. */
const filesIn = (folder: string): number[] =>
  readdirSync(folder)
    .map((name) => Number(NAME.exec(name)?.[1] ?? Number.NaN))
    .filter((n) => !Number.isNaN(n))
    .sort((a, b) => a - b);

export const inputFile = (folder: string, n: number): string => join(folder, `exchange-inputs-${n}.jsonl`);

export function createInputLog(folder: string): InputLog {
  let file: number | undefined;
  const close = (): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  return {
    startFile: (n) => {
      close();
      // A file of this name can only hold a torn line: its first input would have been read.
      file = openSync(inputFile(folder, n), 'w');
    },
    append: (input) => {
      if (file === undefined) throw new Error(`input ${input.n} came after the end: the files of ${folder} are closed`);
      return writeSync(file, `${JSON.stringify(input)}\n`);
    },
    dropBefore: (n) => {
      for (const first of filesIn(folder)) if (first < n) rmSync(inputFile(folder, first));
    },
    close,
  };
}

/** All whole inputs after number `n`, in order. */
export function* readInputs(folder: string, n: number): Generator<Input> {
  let last = n;
  for (const first of filesIn(folder)) {
    const path = inputFile(folder, first);
    for (const input of wholeLines(path)) {
      if (input.n <= last) continue;
      if (input.n !== last + 1)
        throw new Error(`${path} jumps from input ${last} to ${input.n}; the file was edited: remove the folder to begin anew`);
      last = input.n;
      yield input;
    }
  }
}

/** What follows the last newline was cut off by the end of the process. */
function wholeLines(path: string): Input[] {
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
