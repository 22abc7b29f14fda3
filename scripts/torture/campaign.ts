/** The campaign: start, recover, be checked, work, be killed, and again. Ends with everything settled, or with the first violation. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Books } from './daemon.ts';
import { Dice } from './dice.ts';
import { DISASTERS, type Disaster } from './disasters.ts';
import { agree, mend } from './recovery.ts';
import { Violation } from './story.ts';
import { count, type World } from './world.ts';

export interface CampaignOptions {
  readonly seed: number;
  readonly kills: number;
  /** Of the wall: no new cycle begins after it. */
  readonly boundMs: number;
  readonly onProgress: (kills: number) => void;
  readonly isStopped: () => boolean;
}

const CONNECT_BOUND_MS = 20_000;
const LONGEST_WORK_MS = 1_400;
const LONGEST_START_MS = 900;
const ORDER_BOUND_MS = 1_500;
const LONGEST_OUTAGE_MS = 1_800;
/** SQLite waits half a second for a lock. */
const OUTAGE_IS_FELT_MS = 550;
const STARTS_BEFORE_A_VIOLATION = 5;

export async function runCampaign(world: World, { seed, kills, boundMs, onProgress, isStopped }: CampaignOptions): Promise<void> {
  const { tally, story, exchange } = world;
  const begunMs = performance.now();
  await exchange.start();
  for (let cycle = 0; tally.kills < kills && performance.now() - begunMs < boundMs && !isStopped(); cycle++) {
    story.tell(`cycle ${cycle}`);
    await runCycle(world, new Dice(seed, cycle), cycle === 0);
    onProgress(tally.kills);
  }
  if (!isStopped()) await conclude(world);
}

/** One life of the daemon. */
async function runCycle(world: World, dice: Dice, isFirst: boolean): Promise<void> {
  const { daemon, story, tally } = world;
  if (dice.chance(0.7)) await skipNight(world);
  const drawn = Array.from({ length: dice.whole(0, 3) }, () => ({ disaster: dice.weighted(DISASTERS), early: dice.chance(0.35) }));
  const early = drawn.filter(({ disaster, early: isEarly }) => isEarly && disaster.early && !isFirst);
  const late = drawn.filter((one) => !early.includes(one));
  // While it starts, the same disasters go on.
  const striking = strike(world, dice.fork(), early);
  daemon.start();
  story.tell(`the daemon starts as process ${daemon.process?.pid}`);
  if (!isFirst && dice.chance(0.25)) {
    await pause(dice.whole(0, LONGEST_START_MS));
    if (daemon.running) tally.killsInStart++;
    await kill(world, 'while it started');
    await striking;
    return;
  }
  await striking;
  const books = await recovered(world);
  await world.audit.goOn(books.run);
  await world.latch.check();
  if (world.latch.isOwed && dice.chance(0.6)) await release(world);
  // As long as it is in doubt about an order it gives no others; not every life is to end so.
  const trades = books.reconciled || (dice.chance(0.4) && (await agree(world, { settled: true })).reconciled);
  const befalling = work(world, dice.fork(), late);
  // Half of them die in the middle of what befalls them: with the database away, the exchange frozen, themselves frozen.
  if (dice.chance(0.5)) await befalling;
  else await pause(dice.whole(0, LONGEST_WORK_MS));
  await killAtWork(world, dice, trades);
  await befalling;
}

/** At any moment, or at one of those at which it matters most. */
async function killAtWork(world: World, dice: Dice, trades: boolean): Promise<void> {
  const { exchange, database, tally } = world;
  if (trades && dice.chance(0.15)) {
    // What is decided now can not be written, so it must not be sent.
    const away = database.fail(LONGEST_OUTAGE_MS, dice.fork());
    await pause(dice.whole(OUTAGE_IS_FELT_MS, LONGEST_OUTAGE_MS));
    endedByItself(world);
    tally.killsWithoutDatabase++;
    await kill(world, 'with the database away');
    await away;
    return;
  }
  const sawOrder = trades && dice.chance(0.4) && (await exchange.nextOrder(ORDER_BOUND_MS));
  if (sawOrder) tally.killsWithOrder++;
  endedByItself(world);
  await kill(world, sawOrder ? 'when an order had just been taken' : 'at work');
}

function endedByItself({ daemon }: World): void {
  if (!daemon.running) throw new Violation(`the daemon ended by itself: ${lastWords(daemon.process?.said ?? '')}`);
}

async function kill({ daemon, story, tally }: World, when: string): Promise<void> {
  if (daemon.running) tally.kills++;
  await daemon.kill();
  story.tell(`kill -9 ${when}`);
}

async function skipNight(world: World): Promise<void> {
  await mend(world);
  const ms = await world.exchange.skipNight();
  if (ms !== undefined) world.story.tell(`the market goes on by ${Math.round(ms / 60_000)} minutes without the daemon`);
}

/** The daemon is up, and agrees. With everything mended a start that fails is tried again, as a supervisor does. */
async function recovered(world: World): Promise<Books> {
  const { daemon, tally, story } = world;
  let connected = await daemon.connect(CONNECT_BOUND_MS);
  await mend(world);
  for (let starts = 1; !connected; starts++) {
    if (daemon.running) throw new Violation(`no control plane within ${CONNECT_BOUND_MS / 1_000} s`);
    if (starts === STARTS_BEFORE_A_VIOLATION) throw new Violation(`${starts} starts failed, the last ones with nothing broken`);
    tally.refusedStarts++;
    story.tell(`the start failed: ${lastWords(daemon.process?.said ?? '')}`);
    daemon.start();
    connected = await daemon.connect(CONNECT_BOUND_MS);
  }
  const books = await agree(world, { settled: false });
  tally.recoveries++;
  story.tell('books and exchange agree');
  return books;
}

const lastWords = (said: string): string => said.trimEnd().split('\n').slice(-2).join(' | ').slice(-300);

/** The daemon trades for a while, and things happen. */
async function work(world: World, dice: Dice, drawn: readonly { readonly disaster: Disaster }[]): Promise<void> {
  await pause(dice.whole(0, LONGEST_WORK_MS / 2));
  await strike(world, dice, drawn);
  await pause(dice.whole(0, LONGEST_WORK_MS / 2));
}

async function strike(world: World, dice: Dice, drawn: readonly { readonly disaster: Disaster }[]): Promise<void> {
  for (const { disaster } of drawn) {
    await pause(dice.whole(0, 150));
    count(world.tally.disasters, disaster.name);
    const told = await disaster.strike(world, dice).catch((error: unknown) => `came to nothing: ${String(error)}`);
    world.story.tell(`${disaster.name}: ${told}`);
  }
}

async function release(world: World): Promise<void> {
  await agree(world, { settled: true });
  world.story.tell(await world.latch.release());
}

/** All is mended and stays so; nothing is begun any more; then everything must be settled, to the last order. */
async function conclude(world: World): Promise<void> {
  const { daemon, latch, audit, story } = world;
  story.tell('the end: everything is mended');
  await mend(world);
  daemon.start();
  const { run } = await recovered(world);
  await latch.check();
  if (latch.isOwed) await release(world);
  story.tell(await latch.engage('halt'));
  await agree(world, { settled: true });
  await audit.conclude(run);
  const code = await daemon.stop();
  if (code !== 0) throw new Violation(`told to end in order, the daemon ended with ${code}`);
}
