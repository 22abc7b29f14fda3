/** Lengths of files and functions, and the first line of a file. */
import { closing } from './mask.ts';
import { type Complaint, lineAt, type Source } from './source.ts';

const FILE_LINES = 300;
const FUNCTION_LINES = 60;
/** What watches must be read in one sitting. */
const GUARD_LINES = 500;

const typescript = (sources: readonly Source[]): Source[] => sources.filter(({ path }) => path.endsWith('.ts'));

export const longFiles = (sources: readonly Source[]): Complaint[] =>
  typescript(sources)
    .map(({ path, text }) => ({ path, line: 1, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > FILE_LINES)
    .map(({ path, line, lines }) => ({ path, line, what: `${lines} lines; at most ${FILE_LINES}` }));

export function longGuard(sources: readonly Source[]): Complaint[] {
  const guard = typescript(sources).filter(({ path }) => path.startsWith('server/guard/'));
  const lines = guard.reduce((sum, { text }) => sum + text.trimEnd().split('\n').length, 0);
  return lines > GUARD_LINES ? [{ path: 'server/guard', line: 1, what: `${lines} lines in all; at most ${GUARD_LINES}` }] : [];
}

export const unopenedFiles = (sources: readonly Source[]): Complaint[] =>
  typescript(sources)
    .filter(({ text }) => !text.replace(/^#!.*\n/, '').startsWith('/**'))
    .map(({ path }) => ({ path, line: 1, what: 'opens without a /** … */ line that says what it is for' }));

/** A block after these is a statement's, not a function's. */
const STATEMENT_WORD = /(?:^|[^.\w])(?:if|for|while|switch|catch|with|await)\s*$/;
/** What a type still has to be followed by a type: a brace here is part of the type. */
const WANTS_TYPE = /(?:[:|&<,]|\b(?:is|keyof|typeof|readonly|extends|infer|asserts))\s*$/;

/** The brace that opens the body after a return type that begins at `from` (a colon), or none. */
function bodyAfterType(code: string, from: number): number | undefined {
  for (let at = from + 1; at < code.length; at += 1) {
    const char = code[at] ?? '';
    if (char === '{' && !WANTS_TYPE.test(code.slice(from, at))) return at;
    if (char === '{' || char === '(' || char === '[') at = closing(code, at);
    else if (/[;,)\]}?]/.test(char) && !insideAngles(code.slice(from, at))) return undefined;
    else if (code.startsWith('=>', at)) return undefined;
  }
  return undefined;
}

function insideAngles(type: string): boolean {
  const arrowless = type.replaceAll('=>', '');
  return arrowless.split('<').length > arrowless.split('>').length;
}

function bodies(code: string): number[] {
  const found = [...code.matchAll(/=>\s*\{/g)].map((match) => match.index + match[0].length - 1);
  for (const { index } of code.matchAll(/\(/g)) {
    if (STATEMENT_WORD.test(code.slice(Math.max(0, index - 12), index))) continue;
    const rest = /^\s*([{:])/.exec(code.slice(closing(code, index) + 1, closing(code, index) + 40));
    if (rest === null) continue;
    const next = closing(code, index) + rest[0].length;
    const body = rest[1] === '{' ? next : bodyAfterType(code, next);
    if (body !== undefined) found.push(body);
  }
  return found;
}

/** A suite of tests is a list, not a function: what counts are its tests. */
const SUITE = /^\s*describe\b/;

export function longFunctions(sources: readonly Source[]): Complaint[] {
  return typescript(sources).flatMap(({ path, code }) => {
    if (code.split('\n').length < FUNCTION_LINES) return [];
    return bodies(code).flatMap((open) => {
      const line = lineAt(code, open);
      const lines = lineAt(code, closing(code, open)) - line + 1;
      const head = code.split('\n')[line - 1] ?? '';
      return lines < FUNCTION_LINES || SUITE.test(head)
        ? []
        : [{ path, line, what: `a function of ${lines} lines; fewer than ${FUNCTION_LINES}` }];
    });
  });
}
