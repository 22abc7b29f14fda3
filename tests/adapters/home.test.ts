/** The data folder, and a place where none can be made. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeHome } from '#server/adapters/home.ts';

test('it is made with everything above it, for its owner alone, and may be there already', () => {
  const folder = mkdtempSync(join(tmpdir(), 'home-'));
  const home = join(folder, 'a', 'b');
  makeHome(home);
  makeHome(home);
  expect(statSync(home).mode & 0o777).toBe(0o700);
  rmSync(folder, { recursive: true });
});

test('a place that takes no folders in is named, at once', () => {
  expect(() => makeHome('/proc/tradar')).toThrow(/\/proc\/tradar.*TRADAR_HOME/);
  const folder = mkdtempSync(join(tmpdir(), 'home-'));
  writeFileSync(join(folder, 'file'), '');
  expect(() => makeHome(join(folder, 'file', 'home'))).toThrow(/TRADAR_HOME/);
  rmSync(folder, { recursive: true });
});
