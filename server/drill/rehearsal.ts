/**
 * The rehearsal of the kill switch: on an exchange made for it in this process, with an account that is thrown away. Every step is what
 * happens in earnest (the same daemon, journal, adapter and client), is timed, and either came out as it must or not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Approved, Intent } from '#server/domain/decision.ts';
import type { AssetSymbol, DeploymentId, OrderId, PortfolioId } from '#server/domain/ids.ts';
import { parsePrice, parseQuantity } from '#server/domain/money.ts';
import { type DemoExchange, startDemoExchange } from '#server/exchange/wire/demo.ts';
import { DEMO_KEYS } from '#server/exchange/wire/demo-keys.ts';
import type { DrillReport, DrillStep } from '#server/runtime/drill.ts';
import { phraseFor } from '#server/runtime/release-ceremony.ts';
import { type RehearsalDaemon, startRehearsalDaemon } from './rehearsal-daemon.ts';

const SYMBOL = 'BTC/USD' as AssetSymbol;
const RESTING_ORDERS = 20;
const SPEED = 60;
const STEP_BOUND_MS = 15_000;
const LOOK_EVERY_MS = 5;
const HEADERS = { 'APCA-API-KEY-ID': DEMO_KEYS.id, 'APCA-API-SECRET-KEY': DEMO_KEYS.secret, 'content-type': 'application/json' };

interface Stage extends RehearsalDaemon {
  readonly url: string;
}

/** What must be seen, in the order in which it is done; a step resolves with what speaks against it. */
const STEPS: readonly (readonly [name: string, deed: (stage: Stage) => string | Promise<string>])[] = [
  ['reconciled', async ({ daemon }) => await until(async () => (daemon.desk.books.reconciled ? '' : 'the books were not compared'))],
  ['ordersRest', async (stage) => await restOrders(stage)],
  ['blockedInMemory', ({ daemon, gate }) => blocked(() => void daemon.desk.engage('cancelAll', 'drill', 'a rehearsal'), gate)],
  ['openingHeldBack', async (stage) => await tryToOpen(stage)],
  ['durable', async ({ daemon }) => await until(async () => (daemon.desk.books.kill.level === 'cancelAll' ? '' : 'not in the journal'))],
  ['cancelsConfirmed', async ({ url }) => await until(async () => ((await openOrders(url)) === 0 ? '' : 'orders are still open'))],
  ['releaseDenied', async ({ daemon }) => await release(daemon, 'please').then(denied, () => '')],
  ['brokerSuspended', async (stage) => await suspended(stage)],
  ['released', async ({ daemon }) => ((await release(daemon)) === 'armed' ? '' : 'still engaged')],
];

export async function rehearse(barsFolder: string): Promise<DrillReport> {
  const at = new Date().toISOString();
  const home = mkdtempSync(join(tmpdir(), 'tradar-drill-'));
  const exchange = await startDemoExchange({ barsFolder, speed: SPEED, keyId: DEMO_KEYS.id, secretKey: DEMO_KEYS.secret });
  try {
    const steps = await play(exchange, home);
    return { at, passed: steps.length === STEPS.length && steps.every(({ passed }) => passed), steps };
  } finally {
    await exchange.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Ends with the first step that fails: what comes after it would prove nothing. */
async function play({ url }: DemoExchange, home: string): Promise<DrillStep[]> {
  const stage = { ...(await startRehearsalDaemon(url, home, SYMBOL)), url };
  const steps: DrillStep[] = [];
  try {
    for (const [name, deed] of STEPS) {
      const { found, milliseconds } = await timed(() => deed(stage));
      steps.push({ name, milliseconds, passed: found === '', found });
      if (found !== '') break;
    }
  } finally {
    await stage.close();
  }
  return steps;
}

/** What is done at once is timed without the turns that others take before we go on. */
async function timed(deed: () => string | Promise<string>): Promise<{ found: string; milliseconds: number }> {
  const began = performance.now();
  const sinceMs = (): number => Math.round((performance.now() - began) * 1_000) / 1_000;
  try {
    const found = deed();
    if (typeof found === 'string') return { found, milliseconds: sinceMs() };
    return { found: await found, milliseconds: sinceMs() };
  } catch (error) {
    return { found: error instanceof Error ? error.message : String(error), milliseconds: sinceMs() };
  }
}

async function until(look: () => Promise<string>): Promise<string> {
  const deadline = performance.now() + STEP_BOUND_MS;
  for (;;) {
    const found = await look();
    if (found === '' || performance.now() > deadline) return found;
    await pause(LOOK_EVERY_MS);
  }
}

const ask = (url: string, path: string, method = 'GET', body?: object): Promise<Response> =>
  fetch(`${url}${path}`, { method, headers: HEADERS, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

const openOrders = async (url: string): Promise<number> =>
  ((await (await ask(url, '/v2/orders?status=open&limit=500')).json()) as unknown[]).length;

const resting = { symbol: SYMBOL, qty: '0.1', side: 'buy', type: 'limit', limit_price: '200', time_in_force: 'gtc' };

async function restOrders({ url }: Stage): Promise<string> {
  for (let nth = 0; nth < RESTING_ORDERS; nth++) await ask(url, '/v2/orders', 'POST', resting);
  const open = await openOrders(url);
  return open === RESTING_ORDERS ? '' : `${open} orders rest`;
}

/** Within one turn of the event loop: what the next order's last look reads. */
function blocked(engage: () => void, gate: Stage['gate']): string {
  engage();
  return gate.level() === 'cancelAll' ? '' : `the level is ${gate.level()}`;
}

/** An order that opens, given past the engine: what keeps it back is the last look alone. */
async function tryToOpen({ hand }: Stage): Promise<string> {
  const intent = {
    ...{ symbol: SYMBOL, side: 'buy', quantity: parseQuantity('0.1'), type: 'market', timeInForce: 'gtc', purpose: 'open' },
    ...{ exit: undefined, expectedPrice: parsePrice('1'), portfolio: 'drill' as PortfolioId, deployments: [] as DeploymentId[] },
    reason: 'a rehearsal',
  } as const;
  // The brand is judge()'s to give: here it is forged, to see that the last look does not need it.
  hand.perform({ kind: 'place', order: 'drill-0-0' as OrderId, intent: intent as Intent as Approved<Intent> });
  const event = await hand.heard();
  return event.kind === 'orderRejected' && event.code === 'KILL_LATCH' ? '' : `it came to ${event.kind}`;
}

async function release({ desk }: Stage['daemon'], phrase = phraseFor(desk.kill())): Promise<string> {
  const { level } = await desk.release({ latchId: desk.kill().latchId, by: 'drill', note: 'the rehearsal is over', phrase });
  return level;
}

const denied = (): string => 'it was released without the phrase';

async function suspended({ url, daemon }: Stage): Promise<string> {
  const configurations = (isSuspended: boolean) => ask(url, '/v2/account/configurations', 'PATCH', { suspend_trade: isSuspended });
  await configurations(true);
  const { status } = await ask(url, '/v2/orders', 'POST', resting);
  if (status !== 403) return `the broker answered an order with ${status}`;
  return await until(async () => (daemon.desk.killState().sources.broker === 'halt' ? '' : 'the daemon has not seen it'));
}
