/** Text into HTML: names of symbols and agents, reasons and file names come from outside and are text, never markup. */

/** Markup. Only `html`, `joined` and `trusted` make it, so nothing gets into a page unescaped by being forgotten. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Characters that steer what shows them: control characters, and those that turn the direction of the text around them. */
const STEERING = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\p{Cs}]/gu;

/** For elements, and for attributes in double quotes. */
export const escapeText = (text: string): string => text.replace(STEERING, '\uFFFD').replace(/[&<>"']/g, (found) => ENTITIES[found] ?? '');

/** A template whose holes are escaped, unless they are Html. */
export function html(texts: TemplateStringsArray, ...pieces: readonly (string | number | Html)[]): Html {
  let whole = texts[0] ?? '';
  pieces.forEach((piece, nth) => {
    whole += (piece instanceof Html ? piece.markup : escapeText(String(piece))) + (texts[nth + 1] ?? '');
  });
  return new Html(whole);
}

export const joined = (parts: readonly Html[]): Html => new Html(parts.map(({ markup }) => markup).join(''));

export const NOTHING = new Html('');

/** Markup of our own that no outside text went into. */
export const trusted = (markup: string): Html => new Html(markup);

/** JSON within a script element of data: no end tag can begin in it. */
export const jsonData = (value: unknown): Html => new Html(JSON.stringify(value).replace(/</g, '\\u003c'));
