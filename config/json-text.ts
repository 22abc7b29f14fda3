/** Reads JSON and, when it is malformed, says at which line and column: JSON.parse alone does not always. */

export type JsonReading = { readonly value: unknown } | { readonly line: number; readonly column: number; readonly problem: string };

export function readJson(text: string): JsonReading {
  try {
    return { value: JSON.parse(text) };
  } catch {
    const scanner = new Scanner(text);
    const problem = scanner.complaint();
    const before = text.slice(0, scanner.at).split('\n');
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, problem };
  }
}

const BLANK = /[ \t\n\r]*/y;
const LITERAL = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
// Control characters may not stand in a string as they are.
const TEXT = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;

/** Walks over a text that is known to be wrong, as far as it is right. */
class Scanner {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  complaint(): string {
    const problem = this.#value();
    if (problem !== undefined) return problem;
    return this.#found('the end of the file');
  }

  #found(expected: string): string {
    const rest = this.#text.slice(this.at);
    return `expected ${expected}, found ${rest === '' ? 'the end of the file' : JSON.stringify(String.fromCodePoint(rest.codePointAt(0) ?? 0))}`;
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.#text);
    if (match === null) return false;
    this.at += match[0].length;
    return true;
  }

  #sign(sign: string): boolean {
    this.#take(BLANK);
    if (this.#text[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  #value(): string | undefined {
    if (this.#sign('{')) return this.#list('}', () => this.#member());
    if (this.#sign('[')) return this.#list(']', () => this.#value());
    if (this.#take(LITERAL)) return this.#pass();
    if (this.#text[this.at] !== '"') return this.#found('a value');
    return this.#take(TEXT) ? this.#pass() : 'a string that is not closed on its line, or has a wrong escape';
  }

  #pass(): undefined {
    this.#take(BLANK);
  }

  #list(end: string, item: () => string | undefined): string | undefined {
    if (this.#sign(end)) return this.#pass();
    for (;;) {
      const problem = item();
      if (problem !== undefined) return problem;
      if (this.#sign(end)) return this.#pass();
      if (!this.#sign(',')) return this.#found(`"," or "${end}"`);
    }
  }

  #member(): string | undefined {
    this.#take(BLANK);
    if (!this.#take(TEXT)) return this.#found('a key in double quotes');
    return this.#sign(':') ? this.#value() : this.#found('":"');
  }
}
