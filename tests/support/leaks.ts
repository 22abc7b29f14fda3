/**
 * A test file that leaves a listening port, a connection, a watcher or a child process behind is red: the next one would
 * meet it. Loaded into every test file before its own tests; what is still closing gets a moment.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect } from 'vitest';

const WATCHED: Readonly<Record<string, string>> = {
  TCPServerWrap: 'a listening port',
  TCPSocketWrap: 'an open connection',
  ProcessWrap: 'a child process',
  FSEventWrap: 'a file watcher',
};
const CLOSING_MS = 2_000;
const LOOK_EVERY_MS = 10;

const left = (): string[] => process.getActiveResourcesInfo().filter((name) => name in WATCHED);

const before = left().length;

afterAll(async () => {
  const deadline = performance.now() + CLOSING_MS;
  while (left().length > before && performance.now() < deadline) await pause(LOOK_EVERY_MS);
  const leaked = left().slice(before);
  expect(
    leaked.map((name) => WATCHED[name]),
    'left behind by this file',
  ).toEqual([]);
});
