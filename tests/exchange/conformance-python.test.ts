/** Python clients as processes of their own; what is not installed is said, not passed over in silence. */
import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type TestContext, test } from 'vitest';
import { createExchange } from '#server/exchange/exchange.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { startControlServer } from '#server/exchange/wire/control.ts';
import { createManualClock } from '#server/exchange/wire/market-clock.ts';
import { startExchangeServer } from '#server/exchange/wire/server.ts';
import { flat, OPEN, series } from './harness.ts';
import { KEYS } from './wire-harness.ts';

const FOLDER = fileURLToPath(new URL('../conformance/', import.meta.url));
const PYTHON = process.env['TRADAR_PYTHON'] ?? 'python3';
const SERIES = [series('AAPL', flat(240, 390)), series('BTC/USD', flat(5_000, 395), OPEN - 5 * 60_000)];

function needs(context: TestContext, what: string, program: string): void {
  try {
    execFileSync(PYTHON, ['-c', program], { stdio: 'ignore' });
  } catch {
    console.warn(`SKIPPED: ${PYTHON} has no ${what}; TRADAR_PYTHON names another one`);
    context.skip(`no ${what}`);
  }
}

async function runs(script: string): Promise<void> {
  const exchange = createExchange({ tape: makeTape({ series: SERIES }), settings: { partialFillChance: 0 } });
  const clock = createManualClock(exchange.startsAt);
  const server = await startExchangeServer({ exchange, clock, keys: KEYS, requestsPerMinute: 0, turnEveryMs: 0 });
  const control = await startControlServer({ exchange, clock, server });
  const env = { ...process.env, APCA_API_KEY_ID: KEYS.keyId, APCA_API_SECRET_KEY: KEYS.secretKey };
  const child = spawn(PYTHON, [FOLDER + script, server.url, control.url], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text));
  child.stderr.on('data', (text: Buffer) => (said += text));
  const code = await new Promise((done) => child.once('close', done));
  await control.close();
  await server.close();
  if (code !== 0) throw new Error(`${script} ended with ${code}\n${said}`);
}

test("a newcomer's bot in the standard library alone", async (context) => {
  needs(context, 'Python 3.9', 'import sys; sys.exit(sys.version_info < (3, 9))');
  await runs('newcomer.py');
});

test('alpaca-py', { timeout: 60_000 }, async (context) => {
  needs(context, 'alpaca-py', 'import alpaca.trading.client, alpaca.data.live');
  await runs('alpaca_py.py');
});
