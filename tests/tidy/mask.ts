/**
 * TypeScript with its comments, strings, templates and regular expressions blanked out, character for character, so that a
 * position in the one is the same position in the other. (TypeScript 7 has no compiler API to ask.)
 */

/** A slash after one of these begins a regular expression; after anything else it divides. */
const BEFORE_REGEX = /(?:^|[=(,;:!&|?{}[+\-*%<>~^]|\b(?:return|typeof|case|in|of|do|else|void|delete|throw|await|yield|instanceof))$/;

class Masker {
  readonly #text: string;
  readonly #out: string[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#out = [...text.split('')];
  }

  mask(): string {
    this.#code(false);
    return this.#out.join('');
  }

  /** Code up to the end, or up to the brace that closes a template's `${`. */
  #code(inTemplate: boolean): void {
    let depth = 0;
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at];
      if (char === '}' && inTemplate && depth === 0) return;
      if (char === '{') depth += 1;
      if (char === '}') depth -= 1;
      if (!this.#literal(char)) this.#at += 1;
    }
  }

  /** Blanks what begins here, if it is no code. */
  #literal(char: string | undefined): boolean {
    const two = this.#text.slice(this.#at, this.#at + 2);
    if (two === '//' || (this.#at === 0 && two === '#!')) this.#blankTo(this.#endOf('\n', this.#at));
    else if (two === '/*') this.#blankTo(this.#endOf('*/', this.#at + 2) + 2);
    else if (char === "'" || char === '"') this.#string(char);
    else if (char === '`') this.#template();
    else if (char === '/' && BEFORE_REGEX.test(this.#before())) this.#regex();
    else return false;
    return true;
  }

  #string(quote: string): void {
    const from = this.#at + 1;
    this.#at = from;
    while (this.#at < this.#text.length && this.#text[this.#at] !== quote && this.#text[this.#at] !== '\n') this.#skip();
    this.#blank(from, this.#at);
    this.#at += 1;
  }

  #template(): void {
    this.#at += 1;
    while (this.#at < this.#text.length && this.#text[this.#at] !== '`') {
      if (this.#text.startsWith('${', this.#at)) {
        this.#at += 2;
        this.#code(true);
        this.#at += 1;
      } else {
        const from = this.#at;
        this.#skip();
        this.#blank(from, this.#at);
      }
    }
    this.#at += 1;
  }

  #regex(): void {
    const from = this.#at + 1;
    let inClass = false;
    this.#at = from;
    while (this.#at < this.#text.length && this.#text[this.#at] !== '\n') {
      const char = this.#text[this.#at];
      if (char === '/' && !inClass) break;
      if (char === '[') inClass = true;
      if (char === ']') inClass = false;
      this.#skip();
    }
    this.#blank(from, this.#at);
    this.#at += 1;
  }

  /** One character, or two when the first is a backslash. */
  #skip(): void {
    this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
  }

  /** The last code on this side, without comments: those are blank already. */
  #before(): string {
    let end = this.#at;
    while (end > 0 && /\s/.test(this.#out[end - 1] ?? '')) end -= 1;
    return this.#out.slice(Math.max(0, end - 12), end).join('');
  }

  #endOf(what: string, from: number): number {
    const end = this.#text.indexOf(what, from);
    return end === -1 ? this.#text.length : end;
  }

  #blankTo(end: number): void {
    this.#blank(this.#at, end);
    this.#at = end;
  }

  #blank(from: number, to: number): void {
    for (let at = from; at < Math.min(to, this.#out.length); at += 1) if (this.#out[at] !== '\n') this.#out[at] = ' ';
  }
}

export const maskCode = (text: string): string => new Masker(text).mask();

/** The position of the bracket that closes the one at `open`, in masked code. */
export function closing(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at += 1) {
    const char = code[at];
    if (char === '(' || char === '[' || char === '{') depth += 1;
    if (char === ')' || char === ']' || char === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return code.length;
}
