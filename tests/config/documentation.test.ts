/** docs/configuration.md says of every key what the schema says, and its example is one. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadConfig } from '#config/load.ts';
import { temporaryFolder } from './folder.ts';
import { agentTable, settingsTable, sizingTable } from './settings-table.ts';

const text = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

test('every key is documented with default, values, variable and meaning', () => {
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  expect(rows).toEqual([...settingsTable(), ...sizingTable(), ...agentTable()]);
});

test('every key has a meaning', () => {
  expect([...settingsTable(), ...sizingTable(), ...agentTable()].filter((row) => row.endsWith('|  |'))).toEqual([]);
});

test('the example can be loaded', () => {
  using folder = temporaryFolder();
  const [, example = ''] = /```json\n([\s\S]*?)```/.exec(text) ?? [];
  writeFileSync(`${folder.path}/example.json`, example);
  const env = { APCA_API_KEY_ID: 'id', APCA_API_SECRET_KEY: 'secret' };
  expect(loadConfig({ env, flags: { config: 'example.json' }, cwd: folder.path })).not.toHaveProperty('faults');
});
