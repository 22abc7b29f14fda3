/**
 * Texts that were once in use, so that none is used twice: their hashes, eight bytes each, in sorted runs. A run never
 * changes; two of like size become one, so there are few of them, and whoever saves them writes each down once.
 */
import { type LongHash, longHashOf } from './text-hash.ts';

export interface UsedNames {
  /** Adds many at once: what is added together begins as a run. */
  add(names: readonly string[]): void;
  has(name: string): boolean;
  count(): number;
  /** The runs, the largest first: each stays the same object, with the same content. */
  runs(): Uint8Array<ArrayBuffer>[];
  load(runs: readonly Uint8Array<ArrayBuffer>[]): void;
}

interface Run {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same as pairs of words, the lower half of a hash first. */
  readonly words: Uint32Array<ArrayBuffer>;
}

const HASH_BYTES = 8;
const WORD = 2 ** 32;

export function createUsedNames(): UsedNames {
  let runs: Run[] = [];
  const unite = (): void => {
    for (;;) {
      const [larger, smaller] = runs.slice(-2);
      if (!larger || !smaller || larger.bytes.length > 2 * smaller.bytes.length) return;
      runs.splice(-2, 2, merged(larger, smaller));
    }
  };
  return {
    add: (names) => {
      if (names.length === 0) return;
      runs.push(sorted(names));
      unite();
    },
    has: (name) => {
      if (runs.length === 0) return false;
      const hash = longHashOf(name);
      return runs.some(({ words }) => isIn(words, hash));
    },
    count: () => runs.reduce((sum, { bytes }) => sum + bytes.length / HASH_BYTES, 0),
    runs: () => runs.map(({ bytes }) => bytes),
    load: (saved) => {
      runs = saved.map((bytes) => {
        const isAligned = bytes.byteOffset % HASH_BYTES === 0;
        return runOf(isAligned ? bytes : bytes.slice());
      });
    },
  };
}

const runOf = (bytes: Uint8Array<ArrayBuffer>): Run => ({
  bytes,
  words: new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4),
});

function sorted(names: readonly string[]): Run {
  const run = runOf(new Uint8Array(names.length * HASH_BYTES));
  names.forEach((name, index) => {
    const { low, high } = longHashOf(name);
    run.words[2 * index] = low;
    run.words[2 * index + 1] = high;
  });
  new BigUint64Array(run.bytes.buffer).sort();
  return run;
}

function merged({ words: a }: Run, { words: b }: Run): Run {
  const run = runOf(new Uint8Array((a.length + b.length) * 4));
  const { words } = run;
  let [i, j] = [0, 0];
  for (let at = 0; at < words.length; at += 2) {
    if (j >= b.length || (i < a.length && isBefore(a, i, b, j))) {
      words[at] = a[i] ?? 0;
      words[at + 1] = a[i + 1] ?? 0;
      i += 2;
    } else {
      words[at] = b[j] ?? 0;
      words[at + 1] = b[j + 1] ?? 0;
      j += 2;
    }
  }
  return run;
}

function isBefore(a: Uint32Array, i: number, b: Uint32Array, j: number): boolean {
  const [x, y] = [a[i + 1] ?? 0, b[j + 1] ?? 0];
  return x === y ? (a[i] ?? 0) <= (b[j] ?? 0) : x < y;
}

/** Hashes are spread evenly, so a place is guessed well from a value: a few looks find it among a million. */
function isIn(words: Uint32Array, { low, high }: LongHash): boolean {
  let [from, to] = [0, words.length / 2];
  let [least, most] = [0, WORD];
  while (from < to) {
    const guess = Math.min(to - 1, from + Math.floor(((to - from) * (high - least)) / (most - least)));
    const value = words[2 * guess + 1] ?? 0;
    if (value === high) return isAmongEqual(words, guess, low, high);
    if (value < high) [from, least] = [guess + 1, value];
    else [to, most] = [guess, value];
  }
  return false;
}

/** Looks at all hashes with the same upper half. */
function isAmongEqual(words: Uint32Array, place: number, low: number, high: number): boolean {
  let first = place;
  while (first > 0 && words[2 * first - 1] === high) first -= 1;
  for (let at = first; words[2 * at + 1] === high; at++) if (words[2 * at] === low) return true;
  return false;
}
