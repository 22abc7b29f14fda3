/** A copy of the checkout that mutants may be planted in, beside the real one, with its packages. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = new URL('../../', import.meta.url).pathname;
/** What the simulation is made of. */
const PARTS = ['config', 'drizzle', 'scripts', 'server', 'tests', 'package.json', 'tsconfig.json'];

export interface Tree {
  readonly folder: string;
  /** Nothing when it was planted, else why it does not fit. */
  plant(patchFile: string): string | undefined;
  /** Takes out what was planted. */
  uproot(patchFile: string): void;
  remove(): void;
}

export function makeTree(checkout = ROOT): Tree {
  const folder = mkdtempSync(join(tmpdir(), 'tradar-mutants-'));
  for (const part of PARTS.filter((name) => existsSync(join(checkout, name))))
    cpSync(join(checkout, part), join(folder, part), { recursive: true });
  symlinkSync(realpathSync(join(checkout, 'node_modules')), join(folder, 'node_modules'));
  const apply = (...args: string[]): string | undefined => {
    const { status, stderr } = spawnSync('git', ['apply', ...args], { cwd: folder, encoding: 'utf8' });
    return status === 0 ? undefined : stderr.trim();
  };
  return {
    folder,
    plant: (patchFile) => apply('--recount', patchFile),
    uproot: (patchFile) => {
      const complaint = apply('--recount', '-R', patchFile);
      if (complaint !== undefined) throw new Error(`${patchFile} does not come out again: ${complaint}`);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
