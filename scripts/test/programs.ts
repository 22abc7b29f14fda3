/** The servers that the tests start, and the Debian packages that hold them. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const PROGRAMS: Readonly<Record<string, string>> = {
  mariadbd: 'mariadb-server-core',
  'mariadb-install-db': 'mariadb-server-core',
  /** Called by mariadb-install-db. */
  my_print_defaults: 'mariadb-client-core',
  'redis-server': 'redis-server',
};

/** /usr/sbin is not in everybody's PATH, and it is where Debian keeps mariadbd. */
const folders = (): string[] => [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'].filter((folder) => folder !== '');

function isThere(program: string): boolean {
  return folders().some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export const missingPrograms = (): string[] => Object.keys(PROGRAMS).filter((program) => !isThere(program));

export const packagesOf = (programs: readonly string[]): string[] => [...new Set(programs.map((program) => PROGRAMS[program] ?? program))];
