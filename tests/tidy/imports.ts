/** What a file imports: whom, and whether the import is there at run time. */
import { posix } from 'node:path';
import type { Source } from './source.ts';

export interface Import {
  /** A path from the root (`server/domain/bar.ts`), `node:fs`, or a package's name with its subpath. */
  readonly target: string;
  readonly kind: 'file' | 'node' | 'npm';
  readonly typeOnly: boolean;
  readonly position: number;
}

const STATEMENT = /(?:^|[\n;])\s*(?:import|export)\s+(type\s+(?!from\b))?[^;'"()=]*?\bfrom\s*(?=['"])/g;
const BARE = /(?:^|[\n;])\s*import\s*(?=['"])/g;
/** `import('…')` as a call runs, as a type it does not: only a call stands behind these. */
const CALL = /\b(?:import|require)\s*\(\s*(?=['"])/g;
const TYPE_CONTEXT = /(?:[:<|&]|\btypeof|\bas|\bextends|type\s+\w+\s*=)\s*$/;

function resolve(path: string, specifier: string): Pick<Import, 'target' | 'kind'> {
  if (specifier.startsWith('.')) return { kind: 'file', target: posix.join(posix.dirname(path), specifier) };
  if (specifier.startsWith('#')) return { kind: 'file', target: specifier.slice(1) };
  return { kind: specifier.startsWith('node:') ? 'node' : 'npm', target: specifier };
}

export function importsOf({ path, text, code }: Source): Import[] {
  const at = (position: number, typeOnly: boolean): Import => {
    const specifier = text.slice(position + 1, text.indexOf(text[position] ?? '', position + 1));
    return { ...resolve(path, specifier), typeOnly, position };
  };
  const statements = [...code.matchAll(STATEMENT)].map((match) => at(match.index + match[0].length, match[1] !== undefined));
  const bare = [...code.matchAll(BARE)].map((match) => at(match.index + match[0].length, false));
  const calls = [...code.matchAll(CALL)].map((match) => at(match.index + match[0].length, TYPE_CONTEXT.test(code.slice(0, match.index))));
  return [...statements, ...bare, ...calls];
}
