/** What was done to whom and when: told when something went wrong, so that somebody can think. */

const TOLD = 60;

export class Story {
  readonly #begunMs = performance.now();
  readonly #lines: string[] = [];

  tell(what: string): void {
    this.#lines.push(`${((performance.now() - this.#begunMs) / 1_000).toFixed(3).padStart(9)} s  ${what}`);
  }

  whole(): readonly string[] {
    return this.#lines;
  }

  /** The end of it. */
  end(): readonly string[] {
    return this.#lines.slice(-TOLD);
  }
}

/** A promise of the program was broken: the run ends here. */
export class Violation extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'Violation';
  }
}
