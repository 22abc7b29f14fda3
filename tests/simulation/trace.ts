/** The trace of a day as one hash: two runs of a seed are the same when everything that was said and done was. */
import { createHash } from 'node:crypto';

const HASHED_AT_ONCE = 65_536;

export class Trace {
  readonly #hash = createHash('sha256');
  readonly #watch: ((line: string) => void) | undefined;
  /** Not hashed yet: a call for each line costs more than the hash. */
  #text = '';
  lines = 0;

  constructor(watch: ((line: string) => void) | undefined) {
    this.#watch = watch;
  }

  note(at: number, line: string): void {
    this.lines++;
    this.#text += `${at} ${line}\n`;
    if (this.#text.length > HASHED_AT_ONCE) this.#flush();
    this.#watch?.(line);
  }

  #flush(): void {
    this.#hash.update(this.#text);
    this.#text = '';
  }

  digest(): string {
    this.#flush();
    return this.#hash.copy().digest('hex').slice(0, 16);
  }
}
