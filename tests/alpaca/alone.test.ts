/** D2: a read that is tried again keeps its process alive: nothing else does, in the direct kill and at a start without a network. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const PROGRAM = `
  import { createClient } from '#server/adapters/alpaca/client.ts';
  import { demoOrigins } from '#server/adapters/alpaca/origins.ts';
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const client = createClient({ origins: demoOrigins('http://127.0.0.1:9'), keyId: 'k', secretKey: 's', log });
  const answer = await client.read('kill', (alpaca) => alpaca.trading.account.getAccountRaw());
  console.log('answered', answer.kind);
`;

test('D2: a program with nothing but a read that fails ends with the answer, not in silence', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    cwd: new URL('../..', import.meta.url),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  expect(said).toMatch(/answered silence/);
  expect(code).toBe(0);
});
