/** The daemon from start to exit code: configuration in, one process life, 0, 1 or 4 out. */
import { join } from 'node:path';
import type { Config } from '#config/config.ts';
import { ledgerMode } from '#config/ledger-mode.ts';
import { homeToName } from '#config/load.ts';
import { planOf } from '#config/plan.ts';
import { planFromText } from '#config/plan-text.ts';
import { guardKey } from './adapters/guard-key.ts';
import { type GuardLine, joinGuard } from './adapters/guard-line.ts';
import { makeHome } from './adapters/home.ts';
import { takeHomeLock } from './adapters/home-lock.ts';
import { createLog } from './adapters/log.ts';
import { sentinelIsSet, watchSentinel } from './adapters/sentinel.ts';
import { announce } from './api/announce.ts';
import { startApi } from './api/server.ts';
import { ensureTokens } from './api/token.ts';
import { type BrokerKeys, type ComposedWorld, compose, speedOf } from './compose.ts';
import { atLeast, BY_SENTINEL, BY_SIGNAL } from './domain/kill.ts';
import { runDrill } from './drill/run-drill.ts';
import { Daemon } from './runtime/daemon.ts';
import { loopDelayMeter } from './runtime/loop-lag.ts';
import { narrate } from './runtime/narrate.ts';
import type { Log } from './runtime/ports.ts';
import type { World } from './runtime/world.ts';

export interface RunOptions {
  /** Of this code, as the journal shall have it. */
  readonly version: string;
  /** Log lines even where a live view could be shown. */
  readonly plain: boolean;
  /** The account that an operator has armed, where the mode needs that. */
  readonly armedAccount?: string;
  /** Watches the stored key that the configuration was given; absent where it came from elsewhere. */
  readonly watchKey?: (user: KeyUser) => () => void;
  /** The redacted configuration, with the origin of each value. */
  readonly describe: () => unknown;
}

/** Whoever goes over to a stored key that was changed. */
export interface KeyUser {
  take(keys: BrokerKeys): Promise<void>;
  /** Told which version of it is in use. */
  inUse(version: number): void;
  trouble(error: Error): void;
}

/** Two signals closer than this are one. */
const ONE_WISH_MS = 700;

/** Severed from the broker: another end than a fault, so that what starts it again can tell the two apart. */
export const SEVERED_EXIT_CODE = 4;

/** Resolves with the exit code: 0 after an orderly stop, 1 after a fault, 4 when it was severed. Rejects when it can not start. */
export async function runDaemon(config: Config, options: RunOptions): Promise<number> {
  makeHome(config.home);
  const isLive = !options.plain && process.stdout.isTTY;
  const logFile = join(config.home, 'tradar.log');
  const log = createLog({ level: config.logLevel, ...(isLive ? { file: logFile } : {}) });
  await using cleanup = new AsyncDisposableStack();
  const lock = takeHomeLock(config.home);
  cleanup.defer(() => lock.release());
  const world = await compose(config, log, options.armedAccount);
  cleanup.defer(() => world.close());
  const daemon = await startDaemon(config, options, world, log);
  const ending = endingOf(daemon, log, cleanup);
  cleanup.defer(await openControlPlane(config, daemon, world, log));
  cleanup.defer(heedKillSwitches(config.home, daemon));
  cleanup.defer(narrate(daemon.desk, log));
  await daemon.open();
  if (options.watchKey !== undefined) cleanup.defer(options.watchKey(keyUser(world, log)));
  const guard = config.guard.enabled ? heedGuard(config.home, daemon) : undefined;
  const stopView = isLive ? await showLive(config, daemon, logFile) : undefined;
  const { reason, code } = await ending;
  stopView?.();
  log.info({ reason, code }, 'stopping');
  // After a fault, or when it was severed, its silence is meant to be noticed.
  if (code === 0) await guard?.standDown();
  await daemon.stop(reason, { cancelOrders: config.shutdown.openOrders === 'cancel', drainMs: config.shutdown.drainMs });
  return code;
}

function startDaemon(config: Config, { describe, version }: RunOptions, world: World, log: Log): Promise<Daemon> {
  const { plan, planText } = planOf(config);
  return Daemon.start({
    ...{ world, plan, planText, log },
    readPlan: planFromText,
    mode: ledgerMode(config),
    version,
    config: describe,
    sentinelIsSet: () => sentinelIsSet(config.home),
    reconcileEveryMs: config.reconcileEveryMs,
    coolDownMs: config.kill.coolDownMs,
    longestDelayMs: loopDelayMeter(),
  });
}

async function openControlPlane(config: Config, { desk }: Daemon, { archive }: World, log: Log): Promise<() => Promise<void>> {
  const { home, api, mode } = config;
  const tokens = await ensureTokens(home);
  const { host, port, allowedHosts, allowedOrigins, portIsDefault } = api;
  const plane = await startApi({
    ...{ desk, tokens, host, port, allowedHosts, allowedOrigins, log },
    records: archive.records,
    drill: () => runDrill({ home, barsFolder: config.demo.barsFolder, version: desk.version }),
    portFallback: portIsDefault,
  });
  const withdraw = await announce(home, { pid: process.pid, url: plane.url, startedAt: new Date().toISOString(), mode });
  log.info({ url: plane.url, mode, home, run: archive.run }, 'control plane is open');
  return async () => {
    await withdraw();
    await plane.close();
  };
}

/** The ways to the kill switch that need no network: the sentinel file, and SIGUSR2. Returns the way to stop listening. */
function heedKillSwitches(home: string, { desk }: Daemon): () => void {
  const unwatch = watchSentinel(home, (isSet) => {
    desk.stand(BY_SENTINEL, isSet ? 'halt' : 'armed', 'the sentinel file KILL stands in the data folder');
  });
  const onSignal = (): void => void desk.engage('cancelAll', BY_SIGNAL, 'SIGUSR2');
  process.on('SIGUSR2', onSignal);
  return () => {
    unwatch();
    process.off('SIGUSR2', onSignal);
  };
}

const keyUser = (world: ComposedWorld, log: Log): KeyUser => ({
  take: (keys) => world.takeKeys(keys),
  inUse: (version) => log.info({ version }, 'this version of the stored key is in use; older ones can be revoked at the broker'),
  trouble: ({ message }) => log.error({ reason: message }, 'the changed key was not taken; the one in use goes on being used'),
});

/** The guard beside: it hears that we work, we hear that it watches, and what an operator released it lifts at the broker. */
function heedGuard(home: string, daemon: Daemon): GuardLine {
  const { desk } = daemon;
  const line = joinGuard({
    home,
    key: guardKey(home),
    vitals: () => daemon.vitals(),
    heard: (isSuspended) => desk.stand('guard', isSuspended ? 'halt' : 'armed', 'the guard has suspended trading at the broker'),
    missing: (silentMs) => {
      if (atLeast(desk.kill().level, 'reduceOnly')) return;
      void desk.engage('reduceOnly', 'guard', `the guard has not been heard for ${silentMs} ms; start "tradar guard", then release`);
    },
  });
  daemon.onUnsuspend = () => line.lift();
  void daemon.severed.then(() => line.sever());
  return line;
}

interface Ending {
  readonly reason: string;
  readonly code: number;
}

/** What ends the daemon: a signal (the second one at once), or a fault, which is journalled and cancels opening orders first. */
function endingOf(daemon: Daemon, log: Log, cleanup: AsyncDisposableStack): Promise<Ending> {
  const { promise, resolve } = Promise.withResolvers<Ending>();
  let askedMs: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    // Ctrl-C under npm arrives twice, from the terminal and from npm: that is one wish.
    if (askedMs !== undefined && performance.now() - askedMs > ONE_WISH_MS) process.exit(1);
    askedMs ??= performance.now();
    resolve({ reason: signal, code: 0 });
  };
  let isFaulty = false;
  const onFault = (where: string) => (error: unknown) => {
    if (isFaulty) return;
    isFaulty = true;
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error({ where, error: reason }, 'fault: cancelling opening orders and stopping');
    daemon.fault(where, error instanceof Error ? error.message : String(error)).then(
      () => resolve({ reason: where, code: 1 }),
      () => process.exit(1),
    );
  };
  const onRejection = onFault('unhandledRejection');
  const onException = onFault('uncaughtException');
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal).on('unhandledRejection', onRejection).on('uncaughtException', onException);
  cleanup.defer(() => {
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal).off('unhandledRejection', onRejection).off('uncaughtException', onException);
  });
  void daemon.severed.then((reason) => resolve({ reason: `severed: ${reason}`, code: SEVERED_EXIT_CODE }));
  daemon.loop.catch(onFault('loop'));
  return promise;
}

async function showLive(config: Config, { desk }: Daemon, logFile: string): Promise<() => void> {
  const { showLiveView } = await import('./view/live.ts');
  return showLiveView({ desk, out: process.stdout, home: homeToName(config.home), speed: speedOf(config), notes: [`log: ${logFile}`] });
}
