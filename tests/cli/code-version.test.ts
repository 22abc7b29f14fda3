/** Which code this is: by its commit, by what differs from it, and without a lock on the repository that a killed process leaves behind. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '#tests/config/folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PARTS = ['package.json', 'tsconfig.json', 'config', 'scripts', 'server', 'drizzle'];

/** A repository of its own with this code in it. */
function checkout(path: string): { git(...args: string[]): string; version(): string } {
  for (const part of PARTS) cpSync(join(ROOT, part), join(path, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(path, 'node_modules'));
  writeFileSync(join(path, '.gitignore'), 'node_modules\n');
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', ...args], { cwd: path, encoding: 'utf8' });
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'all of it');
  const program = `import { codeVersionText } from '${join(path, 'scripts/cli/code-version-text.ts')}'; console.log(codeVersionText());`;
  const version = (): string =>
    execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: path, encoding: 'utf8' }).trim();
  return { git, version };
}

test('two different changes of a checkout had one version, so that what was armed for the one held for the other', {
  timeout: 60_000,
}, () => {
  using folder = temporaryFolder();
  const { git, version } = checkout(folder.path);
  const commit = git('rev-parse', 'HEAD').slice(0, 12);
  expect(version()).toBe(`0.1.0 (commit ${commit})`);
  const judge = join(folder.path, 'server/risk/judge.ts');
  appendFileSync(judge, '// one\n');
  const one = version();
  expect(one).toMatch(new RegExp(`^0\\.1\\.0 \\(commit ${commit}, changed: [0-9a-f]{8}\\)$`));
  expect(version()).toBe(one);
  appendFileSync(judge, '// two\n');
  expect(version()).not.toBe(one);
});

test('asking for the version took the lock of the index, which stayed behind when the process was killed', { timeout: 60_000 }, () => {
  using folder = temporaryFolder();
  const { version } = checkout(folder.path);
  const index = join(folder.path, '.git/index');
  const before = statSync(index).ino;
  // What git has to look at again: it would write down what it found, under that lock.
  utimesSync(join(folder.path, 'server/risk/judge.ts'), new Date(), new Date(Date.now() - 60_000));
  expect(version()).toMatch(/^0\.1\.0 \(commit [0-9a-f]{12}\)$/);
  expect(statSync(index).ino).toBe(before);
});
