/** Installs Debian packages without letting any of their services start. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Debian's packages ask this file before they start a service; 101 means "you may not". */
const POLICY = '/usr/sbin/policy-rc.d';

function withoutServices<T>(work: () => T): T {
  const before = existsSync(POLICY) ? readFileSync(POLICY) : undefined;
  // A Ctrl-C ends apt-get, and us only after the policy is as it was.
  const waitForChild = (): void => {};
  process.on('SIGINT', waitForChild).on('SIGTERM', waitForChild);
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n');
  chmodSync(POLICY, 0o755);
  try {
    return work();
  } finally {
    if (before === undefined) rmSync(POLICY, { force: true });
    else writeFileSync(POLICY, before);
    process.off('SIGINT', waitForChild).off('SIGTERM', waitForChild);
  }
}

function apt(...args: readonly string[]): boolean {
  const { status, stdout, stderr, error } = spawnSync('apt-get', args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status === 0) return true;
  process.stderr.write(`apt-get ${args.join(' ')} failed: ${error?.message ?? ''}\n${stdout ?? ''}${stderr ?? ''}\n`);
  return false;
}

export const mayInstall = (): boolean => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

export const installCommand = (packages: readonly string[]): string =>
  `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;

export const installPackages = (packages: readonly string[]): boolean =>
  withoutServices(() => apt('-qq', 'update') && apt('-qq', 'install', '-y', '--no-install-recommends', ...packages));
