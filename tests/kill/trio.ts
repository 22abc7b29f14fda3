/** Exchange, daemon and guard as three processes, started as a user starts them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { servedExchange } from '#tests/cli/served-exchange.ts';
import { tradar } from '#tests/cli/tradar.ts';
import { Daemon, newHome, removeHome, until } from '#tests/e2e/daemon.ts';

const HEADERS = { 'APCA-API-KEY-ID': 'demo-key', 'APCA-API-SECRET-KEY': 'demo-secret', 'content-type': 'application/json' };

export interface Order {
  readonly client_order_id: string;
  readonly side: string;
}

export interface Trio extends AsyncDisposable {
  readonly home: string;
  startDaemon(): Daemon;
  startGuard(): Promise<ChildProcess>;
  ask(path: string, method?: string, body?: object): Promise<unknown>;
  openOrders(): Promise<readonly Order[]>;
  isSuspended(): Promise<boolean>;
  /** The broker says nothing any more, or again. */
  silence(isSilent: boolean): void;
  /** `tradar …` on this home. */
  call(...args: string[]): ReturnType<typeof tradar>;
}

/** A quiet market of one pair, in which nothing is decided. */
export async function trio(guarded: boolean, coolDownMs = 0): Promise<Trio> {
  const home = newHome();
  const exchange = await servedExchange(['--bars', 'random:BTC/USD:20', '--speed', '60', '--cash', '100000']);
  const guards: ChildProcess[] = [];
  writeFileSync(
    join(home, 'tradar.json'),
    JSON.stringify({
      ...{ mode: 'demo', demo: { exchangeUrl: exchange.url }, guard: { enabled: guarded }, kill: { coolDownMs }, reconcileEveryMs: 1_000 },
      portfolios: [
        { id: 'main', symbols: ['BTC/USD'], deployments: [{ id: 'still', agent: 'ma-cross', config: { fast: 400, slow: 500 } }] },
      ],
    }),
  );
  const ask = async (path: string, method = 'GET', body?: object): Promise<unknown> =>
    (
      await fetch(`${exchange.url}${path}`, { method, headers: HEADERS, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    ).json();
  return {
    home,
    ask,
    startDaemon: () => new Daemon(home, {}, []),
    startGuard: async () => {
      const guard = spawn(process.execPath, ['scripts/tradar.ts', 'guard'], {
        env: { PATH: process.env['PATH'] ?? '', TRADAR_HOME: home },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      guards.push(guard);
      await once(guard.stderr!, 'data');
      return guard;
    },
    openOrders: async () => (await ask('/v2/orders?status=open&limit=500')) as Order[],
    isSuspended: async () => ((await ask('/v2/account/configurations')) as { suspend_trade: boolean }).suspend_trade,
    silence: (isSilent) => exchange.signal(isSilent ? 'SIGSTOP' : 'SIGCONT'),
    call: (...args) => tradar({ args, env: { TRADAR_HOME: home } }),
    async [Symbol.asyncDispose]() {
      for (const guard of guards) {
        guard.kill('SIGTERM');
        if (guard.exitCode === null && guard.signalCode === null) await once(guard, 'exit');
      }
      await exchange[Symbol.asyncDispose]();
      removeHome(home);
    },
  };
}

export const resting = (id: string) => ({
  ...{ symbol: 'BTC/USD', qty: '0.1', side: 'buy', type: 'limit', limit_price: '10', time_in_force: 'gtc', client_order_id: id },
});

export const gone = (daemon: Daemon, { openOrders }: Trio) =>
  until(daemon, async () => ((await openOrders()).length === 0 ? true : undefined), 'the orders to be gone');
