/** The tracked files, as the rules see them. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maskCode } from './mask.ts';

export interface Source {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
  /** The text without comments and strings, position for position; empty for what is no TypeScript. */
  readonly code: string;
}

export interface Complaint {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

export const source = (path: string, text: string): Source => ({ path, text, code: path.endsWith('.ts') ? maskCode(text) : '' });

export const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length;

/** One complaint for each place where the pattern (with the flag g) is found. */
export function findAll({ path, text }: Source, where: string, pattern: RegExp, what: (found: string) => string): Complaint[] {
  return [...where.matchAll(pattern)].map((match) => ({ path, line: lineAt(text, match.index), what: what(match[0].trim()) }));
}

const BINARY = /\.(?:gz|zip|png|jpe?g|ico|woff2?)$/;

export function readTree(root: string): Source[] {
  const paths = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
  return paths
    .filter((path) => path !== '' && !BINARY.test(path) && existsSync(join(root, path)))
    .map((path) => source(path, readFileSync(join(root, path), 'utf8')));
}
