/** Engages the kill switch. The sentinel comes first: it needs neither daemon nor network, and holds the next start at halt. */
import { setTimeout as pause } from 'node:timers/promises';
import type { DirectKillReport } from '#server/adapters/alpaca/direct.ts';
import { makeHome } from '#server/adapters/home.ts';
import { holderOfHome } from '#server/adapters/home-lock.ts';
import { SENTINEL_POLL_MS, sentinelPath, setSentinel } from '#server/adapters/sentinel.ts';
import { readAnnouncement } from '#server/api/announce.ts';
import { NoDaemonError } from '#server/api/client.ts';
import { type KillScope, ofScope, SCOPE_PATTERN } from '#server/domain/kill-scope.ts';
import type { DirectBroker } from './broker.ts';
import { readHome } from './configured.ts';
import { withDaemon } from './daemon.ts';
import { Failure, misuse } from './failure.ts';
import { problemOf } from './no-daemon.ts';
import { type Call, EXIT } from './verb.ts';

const LEVELS = ['reduceOnly', 'halt', 'cancelOpening', 'cancelAll', 'flatten', 'sever'] as const;
const DIRECT_LEVELS = ['cancelAll', 'flatten'] as const;
const DEFAULT_LEVEL = 'cancelAll';

type Level = (typeof LEVELS)[number];

const OF_RELEASE = ['latch', 'note', 'phrase'] as const;

export async function engage(call: Call): Promise<number> {
  // Whoever forgot the word meant to let go, and would lose all stops.
  const said = OF_RELEASE.find((flag) => call.text(flag) !== undefined);
  if (said !== undefined)
    throw misuse(`--${said} goes with --release, and nothing was released or stopped`, 'say --release, or leave it out');
  const level = levelOf(call, LEVELS);
  const home = readHome(call);
  const reason = call.text('reason')?.trim() || 'tradar kill';
  const scope = scopeOf(call);
  const sentinel = haltsAll(scope, level) && raiseSentinel(call, home, `${level}: ${reason}`);
  const latch = await withDaemon(home, ({ trpc }) => trpc.killSwitch.engage.mutate({ level, reason, scope })).catch(
    async (error: unknown) => {
      if (!(error instanceof NoDaemonError)) {
        if (sentinel) call.remark(held(home, sentinel));
        throw error;
      }
      throw haltsAll(scope, level) ? await noDaemon(error, home, sentinel) : nothingDone(error);
    },
  );
  if (!latch.durable) throw notDurable(latch.level, haltsAll(scope, level) ? sentinel : undefined);
  if (call.json) call.print(JSON.stringify({ ...latch, sentinel }));
  else
    call.print(
      `kill switch${ofScope(scope)} at ${latch.level} (latch ${latch.latchId}); release: tradar kill --release --latch ${latch.latchId} --note "why" --phrase "release ${latch.level} ${latch.latchId}"`,
    );
  return EXIT.done;
}

export async function engageDirect(call: Call): Promise<number> {
  const level = levelOf(call, DIRECT_LEVELS);
  if (call.text('scope') !== undefined)
    throw misuse(
      '--direct is for the whole account',
      'leave --scope out to stop all of it, or leave --direct out: the daemon knows the parts',
    );
  const home = readHome(call);
  const sentinel = raiseSentinel(call, home, `${level}, direct: ${call.text('reason') ?? 'tradar kill --direct'}`);
  const { essentialConfig, sourcesLikeTheDaemon } = await import('./essential.ts');
  const { directBroker } = await import('./broker.ts');
  const broker = await directBroker(essentialConfig(await sourcesLikeTheDaemon(call), home)).catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    throw new Failure({ ...error, message: `${error.message}; ${held(home, sentinel)}`, facts: { ...error.facts, sentinel } });
  });
  const { client } = broker;
  call.remark(`asking ${client.origins.trading}`);
  const report = await killBeside(home, broker, level === 'flatten');
  const { confirmed, cancelled, closed, remaining, failure } = report;
  if (!confirmed) {
    const left = [...remaining.orders, ...remaining.positions].join(', ');
    const message = `not confirmed: ${failure}${left === '' ? '' : `; still there: ${left}`}`;
    const hint = "call it again, or close them in the broker's own dashboard";
    throw new Failure({ code: 'notConfirmed', message, hint, facts: { report } });
  }
  if (call.json) call.print(JSON.stringify({ broker: client.origins.trading, level, sentinel, ...report }));
  else call.print(`confirmed by ${client.origins.trading}: ${cancelled} orders cancelled, ${closed} positions closed, none of them left`);
  return EXIT.done;
}

/**
 * A daemon that lives sends orders until it has seen the sentinel: lists that are empty before that prove nothing. What it
 * sent meanwhile is cancelled by a second round.
 */
async function killBeside(home: string, broker: DirectBroker, closePositions: boolean): Promise<DirectKillReport> {
  const { killDirect } = await import('#server/adapters/alpaca/direct.ts');
  const sentinelSeen = pause(2 * SENTINEL_POLL_MS);
  const first = await killDirect({ ...broker, closePositions });
  if (!first.confirmed || holderOfHome(home) === undefined) return first;
  await sentinelSeen;
  const second = await killDirect({ ...broker, closePositions });
  return { ...second, cancelled: first.cancelled + second.cancelled, closed: first.closed + second.closed };
}

function levelOf<L extends Level>(call: Call, levels: readonly L[]): L {
  const wanted = call.text('level') ?? DEFAULT_LEVEL;
  const level = levels.find((known) => known === wanted);
  if (level === undefined) throw misuse(`--level ${wanted} is not possible here`, `use ${levels.join(', ')}`);
  return level;
}

function scopeOf(call: Call): KillScope {
  const scope = call.text('scope') ?? 'account';
  if (SCOPE_PATTERN.test(scope)) return scope as KillScope;
  throw misuse(`--scope ${scope} is not possible`, 'use account, portfolio:ID, deployment:ID or symbol:SYMBOL');
}

/** The sentinel file halts everything: for less than that, or for a part, it says too much. */
const haltsAll = (scope: KillScope, level: Level): boolean => scope === 'account' && level !== 'reduceOnly';

/** Whether the file stands. A full disk must not keep the rest from being tried. */
function raiseSentinel(call: Call, home: string, note: string): boolean {
  try {
    makeHome(home);
    setSentinel(home, note);
    return true;
  } catch (error) {
    call.remark(`${sentinelPath(home)} can not be written (${(error as Error).message}); going on without it`);
    return false;
  }
}

/** It holds, and the daemon cancels past its journal; but nobody can say yet that it is done, and closing positions waits. */
function notDurable(level: string, sentinel: boolean | undefined): Failure {
  const held = sentinel === true ? 'and by the sentinel file after a restart' : `and ${noFile(sentinel)}`;
  return new Failure({
    code: 'notDurable',
    message: `the daemon's journal does not answer: the kill switch holds at ${level} in memory, ${held}; cancels were sent, positions are not closed`,
    hint: `"tradar kill --direct${level === 'flatten' ? ' --level flatten' : ''}" goes to the broker and waits for its word`,
    facts: { level, sentinel: sentinel === true },
  });
}

const noFile = (sentinel: false | undefined): string =>
  sentinel === false ? 'the sentinel file could not be set' : 'not after a restart, since there is no sentinel file for that little';

/** Where no file is meant for it, and nobody was told. */
const nothingDone = (error: NoDaemonError): Failure =>
  new Failure({
    code: error.reason,
    message: `${problemOf(error)}; nothing was stopped, since the sentinel file is for the whole account, at halt and beyond`,
    hint: `${error.hint}; or stop all of it: "tradar kill --level halt"`,
    facts: { sentinel: false },
  });

const held = (home: string, sentinel: boolean): string =>
  sentinel
    ? `${sentinelPath(home)} is set: it halts a daemon that wakes, and will hold the next start at halt`
    : 'the sentinel file could not be set either';

/** Where the broker lives in the daemon, nothing can go past it. */
const BROKER_IS_IN_THE_DAEMON: Readonly<Record<string, boolean>> = { demo: true };
const BROKER_IS_GONE = 'the built-in exchange died with it, so nothing is left to cancel; what it held stands again at the next start';
const GO_DIRECT = 'orders and positions at the broker are as they were; "tradar kill --direct" cancels them without a daemon';

async function noDaemon(error: NoDaemonError, home: string, sentinel: boolean): Promise<Failure> {
  const last = await readAnnouncement(home).catch(() => undefined);
  const isInside = last !== undefined && last !== 'unreadable' && BROKER_IS_IN_THE_DAEMON[last.mode] === true;
  const isAlive = error.reason === 'unreachable';
  const around = isAlive ? `${GO_DIRECT}; or ${error.hint}` : GO_DIRECT;
  const within = isAlive ? error.hint : BROKER_IS_GONE;
  return new Failure({
    code: error.reason,
    message: `${problemOf(error)}; ${held(home, sentinel)}`,
    hint: isInside && error.reason !== 'tokenMissing' ? within : around,
    facts: { sentinel },
  });
}
