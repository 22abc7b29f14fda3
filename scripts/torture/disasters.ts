/** What happens to a daemon at work, one kind each; every one says what it did. Kills are the campaign's business. */
import { setTimeout as pause } from 'node:timers/promises';
import { OUTSIDE } from './compare.ts';
import type { Dice } from './dice.ts';
import { HANDFULS } from './faults.ts';
import { SYMBOLS } from './plan.ts';
import type { World } from './world.ts';

export interface Disaster {
  readonly name: string;
  readonly weight: number;
  /** May already happen while the daemon starts and recovers. */
  readonly early: boolean;
  strike(world: World, dice: Dice): Promise<string>;
}

const LONGEST_MS = 1_500;
const LEVELS = ['reduceOnly', 'halt', 'cancelOpening', 'cancelAll', 'flatten'] as const;

/** In the story and in orders; each name once. */
let outsiders = 0;

async function armFaults({ exchange }: World, dice: Dice): Promise<string> {
  const { name, rules } = dice.weighted(HANDFULS);
  const list = rules(dice);
  await exchange.arm(list);
  return `${name}: ${list.map((rule) => JSON.stringify(rule)).join(' ')}`;
}

async function restartExchange({ exchange }: World, dice: Dice): Promise<string> {
  const signal = dice.pick(['SIGKILL', 'SIGKILL', 'SIGTERM'] as const);
  const awayMs = dice.pick([0, 0, 200, 1_000]);
  await exchange.kill(signal);
  await pause(awayMs);
  await exchange.start();
  return `the exchange was ended by ${signal}, and started again after ${awayMs} ms`;
}

async function freezeExchange({ exchange }: World, dice: Dice): Promise<string> {
  const ms = dice.whole(20, LONGEST_MS);
  await exchange.process?.freeze(ms);
  return `the exchange was frozen for ${ms} ms`;
}

async function freezeDaemon({ daemon }: World, dice: Dice): Promise<string> {
  const ms = dice.whole(20, LONGEST_MS);
  await daemon.process?.freeze(ms);
  return `the daemon was frozen for ${ms} ms`;
}

async function dropStreams({ exchange }: World): Promise<string> {
  await exchange.dropStreams();
  return 'all sockets of the streams were dropped';
}

async function failDatabase({ database }: World, dice: Dice): Promise<string> {
  return await database.fail(dice.whole(20, LONGEST_MS), dice);
}

async function engageKillSwitch({ daemon, latch }: World, dice: Dice): Promise<string> {
  const way = dice.pick(['api', 'api', 'api', 'file', 'signal'] as const);
  if (way === 'file') return latch.setSentinel();
  if (way === 'api') return await latch.engage(dice.pick(LEVELS));
  daemon.process?.signal('SIGUSR2');
  return 'SIGUSR2';
}

/** Somebody else trades on the account: at once, or by an order that waits far away. */
async function orderFromOutside({ exchange }: World, dice: Dice): Promise<string> {
  const symbol = dice.pick(SYMBOLS);
  const isPair = symbol.includes('/');
  const facts = {
    symbol,
    side: isPair ? 'buy' : dice.pick(['buy', 'sell']),
    qty: isPair ? '0.01' : `${dice.whole(1, 20)}`,
    time_in_force: isPair ? 'gtc' : 'day',
    client_order_id: `${OUTSIDE}${Date.now().toString(36)}-${++outsiders}`,
  };
  const waits = facts.side === 'buy' && dice.chance(0.4);
  const taken = await exchange.give(waits ? { ...facts, type: 'limit', limit_price: '1' } : { ...facts, type: 'market' });
  return `from outside: ${waits ? 'a waiting' : 'a market'} ${facts.side} of ${facts.qty} ${symbol}${taken ? '' : ', refused'}`;
}

export const DISASTERS: readonly Disaster[] = [
  { name: 'faults of the exchange', weight: 10, early: true, strike: armFaults },
  { name: 'exchange restarted', weight: 2, early: true, strike: restartExchange },
  { name: 'exchange frozen', weight: 1.5, early: true, strike: freezeExchange },
  { name: 'daemon frozen', weight: 1.5, early: true, strike: freezeDaemon },
  { name: 'sockets dropped', weight: 2, early: true, strike: dropStreams },
  { name: 'database away', weight: 3, early: true, strike: failDatabase },
  { name: 'kill switch engaged', weight: 1.5, early: false, strike: engageKillSwitch },
  { name: 'order from outside', weight: 3, early: true, strike: orderFromOutside },
];
