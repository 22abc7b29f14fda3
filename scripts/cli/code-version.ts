/** Which code this is: the package's version, and the commit when there is a repository. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { processSources } from '#config/load.ts';
import packageJson from '../../package.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What git needs to find itself and its settings: none of our secrets is its business. */
function bareEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '' } = processSources({}).env;
  return { PATH, HOME };
}

const MOST_BYTES = 64 * 1024 * 1024;

/** Without the lock of the index: it would get in the way of whoever commits, and stay behind where this process is killed. */
const git = (...args: string[]): string =>
  execFileSync('git', ['--no-optional-locks', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: MOST_BYTES,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: bareEnvironment(),
  });

export interface CodeVersion {
  readonly version: string;
  readonly commit: string | null;
  /** Tracked files differ from the commit. */
  readonly changed: boolean | null;
}

export function codeVersion(): CodeVersion {
  const { version } = packageJson;
  if (!existsSync(`${ROOT}.git`)) return { version, commit: null, changed: null };
  try {
    return { version, commit: git('rev-parse', 'HEAD').trim(), changed: git('status', '--porcelain', '--untracked-files=no') !== '' };
  } catch {
    // A machine without git still runs backtests.
    return { version, commit: null, changed: null };
  }
}

/** Of what tracked files differ in from the commit; the same differences, the same name. */
export const nameOfChanges = (): string =>
  createHash('sha256')
    .update(git('diff', 'HEAD', '--binary'))
    .digest('hex');
