/** Reads a configuration file: JSON with an object at the top, and nobody else's eyes on the secrets in it. */
import { readFileSync, statSync } from 'node:fs';
import type { ConfigFault } from './fault.ts';
import { readJson } from './json-text.ts';
import { isTree, type Tree } from './layers.ts';

export interface FileReading {
  /** Absent when the file can not be understood. */
  readonly tree?: Tree;
  readonly fault?: ConfigFault;
}

export const SECRET_KEYS: readonly string[] = ['databaseUrl', 'redisUrl', 'keys'];
const OTHERS_MAY_LOOK = 0o077;

/** Nothing when there is no such file. */
export function readConfigFile(path: string): FileReading | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    return { fault: { where: path, problem: `can not be read (${code ?? message})`, remedy: 'make it a file that you may read' } };
  }
  const reading = readJson(text.replace(/^\uFEFF/, ''));
  if (!('value' in reading)) {
    const { line, column, problem } = reading;
    return { fault: { where: `${path}, line ${line}, column ${column}`, problem: `not JSON: ${problem}`, remedy: 'correct it there' } };
  }
  if (!isTree(reading.value)) {
    return {
      fault: { where: path, problem: 'not a JSON object', remedy: 'write { "key": value, … }; docs/configuration.md has the keys' },
    };
  }
  const tree = reading.value;
  const secrets = SECRET_KEYS.filter((key) => Object.hasOwn(tree, key));
  if (secrets.length > 0 && othersMayLook(path)) {
    const problem = `holds ${secrets.join(' and ')}, and others may read the file`;
    return { tree, fault: { where: path, problem, remedy: `chmod 600 ${path}` } };
  }
  return { tree };
}

/** Windows has no such bits. */
const othersMayLook = (path: string): boolean => process.platform !== 'win32' && (statSync(path).mode & OTHERS_MAY_LOOK) !== 0;
