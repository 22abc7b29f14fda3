/** The daemon as a process of its own, and its word on its books, by the same API that everybody has. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Daemon as Connection, connectDaemon } from '#server/api/client.ts';
import { type Money, parseMoney, parseQuantity, type Quantity } from '#server/domain/money.ts';
import type { Brood, Child } from './child.ts';

const CALL_BOUND_MS = 5_000;
const LOOK_EVERY_MS = 15;
const PAGE = 100;

export interface OpenOrder {
  readonly id: string;
  readonly status: string;
}

/** What the daemon believes. */
export interface Books {
  readonly run: string;
  readonly reconciled: boolean;
  readonly cash: Money;
  readonly positions: ReadonlyMap<string, Quantity>;
  readonly openOrders: readonly OpenOrder[];
}

export interface DaemonOptions {
  readonly brood: Brood;
  readonly home: string;
  readonly configFile: string;
  readonly databaseUrl: string | undefined;
}

export class DaemonSide {
  readonly home: string;
  readonly #options: DaemonOptions;
  #child: Child | undefined;
  #connection: Connection | undefined;

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.home = options.home;
  }

  get process(): Child | undefined {
    return this.#child;
  }

  get running(): boolean {
    return this.#child?.running === true;
  }

  start(): Child {
    const { brood, home, configFile, databaseUrl } = this.#options;
    const env = { TRADAR_HOME: home, TRADAR_CONFIG: configFile, TRADAR_API_PORT: '0' };
    this.#child = brood.tradar(['start', '--plain'], databaseUrl === undefined ? env : { ...env, DATABASE_URL: databaseUrl });
    return this.#child;
  }

  async kill(): Promise<void> {
    await this.#disconnect();
    await this.#child?.kill();
  }

  /** In order, as an operator does; the exit code. */
  async stop(): Promise<number | null | undefined> {
    await this.#disconnect();
    this.#child?.signal('SIGTERM');
    return (await this.#child?.exited)?.code;
  }

  /** Resolves when the control plane of this very process answers; false when it ended, or the time is over. */
  async connect(withinMs: number): Promise<boolean> {
    await this.#disconnect();
    for (const deadline = performance.now() + withinMs; this.running && performance.now() < deadline; ) {
      const connection = await connectDaemon(this.home, { timeoutMs: CALL_BOUND_MS }).catch(() => undefined);
      if (connection?.announcement.pid === this.#child?.pid) {
        this.#connection = connection;
        return true;
      }
      await connection?.close();
      await pause(LOOK_EVERY_MS);
    }
    return false;
  }

  get api(): Connection['trpc'] {
    if (this.#connection === undefined) throw new Error('nobody is connected to the daemon');
    return this.#connection.trpc;
  }

  async books(): Promise<Books> {
    const [account, positions, orders] = await Promise.all([
      this.api.account.get.query(),
      this.api.positions.list.query({ limit: PAGE }),
      this.#openOrders(),
    ]);
    return {
      run: account.runId,
      reconciled: account.reconciled,
      cash: parseMoney(account.cash),
      positions: new Map(positions.items.map(({ symbol, quantity }) => [symbol.replace('/', ''), parseQuantity(quantity)])),
      openOrders: orders,
    };
  }

  async #openOrders(): Promise<OpenOrder[]> {
    const found: OpenOrder[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await this.api.orders.list.query({ limit: PAGE, open: true, ...(cursor === undefined ? {} : { cursor }) });
      found.push(...page.items.map(({ id, status }) => ({ id, status })));
      if (page.nextCursor === null) return found;
      cursor = page.nextCursor;
    }
  }

  async #disconnect(): Promise<void> {
    await this.#connection?.close().catch(() => undefined);
    this.#connection = undefined;
  }
}
