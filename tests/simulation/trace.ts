/** The trace of a day as one hash: two runs of a seed are the same when everything that was said and done was. */
import { createHash } from 'node:crypto';

export class Trace {
  readonly #hash = createHash('sha256');
  readonly #watch: ((line: string) => void) | undefined;
  lines = 0;

  constructor(watch: ((line: string) => void) | undefined) {
    this.#watch = watch;
  }

  note(at: number, line: string): void {
    this.lines++;
    this.#hash.update(`${at} ${line}\n`);
    this.#watch?.(line);
  }

  digest(): string {
    return this.#hash.copy().digest('hex').slice(0, 16);
  }
}
