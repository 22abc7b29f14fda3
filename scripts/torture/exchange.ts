/** The exchange as a process of its own: started, frozen, killed and started again on what it remembers; its control side, and its truth. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type Money, parseMoney, parseQuantity, type Quantity } from '#server/domain/money.ts';
import type { FaultRuleInput } from '#server/exchange/wire/faults-rule.ts';
import type { Brood, Child } from './child.ts';
import { BARS, CASH, SPEED } from './plan.ts';

const HEADERS = { 'APCA-API-KEY-ID': 'demo-key', 'APCA-API-SECRET-KEY': 'demo-secret', 'content-type': 'application/json' };
const START_BOUND_MS = 30_000;
const ANSWER_BOUND_MS = 10_000;
const PAGE = 500;
const LOOK_EVERY_MS = 20;

const quantity = z.string().transform(parseQuantity);
const Account = z.object({ cash: z.string().transform(parseMoney) });
const Positions = z.array(z.object({ symbol: z.string(), qty: quantity }));
const Clock = z.object({ is_open: z.boolean(), timestamp: z.string(), next_open: z.string() });
const Fired = z.object({ fired: z.array(z.object({ fault: z.string() })) });
const leg = z.object({
  id: z.string(),
  client_order_id: z.string(),
  symbol: z.string(),
  status: z.string(),
  filled_qty: quantity,
});
const Orders = z.array(leg.extend({ legs: z.array(leg).nullish() }));

export type BrokerOrder = z.output<typeof Orders>[number];

/** What the account is worth believing. */
export interface Truth {
  readonly cash: Money;
  readonly positions: ReadonlyMap<string, Quantity>;
  readonly openOrders: readonly BrokerOrder[];
}

export interface ExchangeOptions {
  readonly brood: Brood;
  readonly stateFolder: string;
  readonly seed: number;
  readonly port: number;
  readonly controlPort: number;
}

export class ExchangeSide {
  readonly url: string;
  readonly #options: ExchangeOptions;
  readonly #controlUrl: string;
  #child: Child | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.url = `http://127.0.0.1:${options.port}`;
    this.#controlUrl = `http://127.0.0.1:${options.controlPort}`;
  }

  get process(): Child | undefined {
    return this.#child;
  }

  /** Resolves when it serves. */
  async start(): Promise<void> {
    if (this.#child?.running) return;
    const { brood, stateFolder, seed, port, controlPort } = this.#options;
    const ports = ['--port', `${port}`, '--control-port', `${controlPort}`];
    const market = ['--bars', BARS, '--cash', CASH, '--seed', `${seed}`, '--speed', `${SPEED}`];
    const child = brood.tradar(['exchange', ...ports, ...market, '--state', stateFolder, '--json'], {});
    this.#child = child;
    for (const deadline = performance.now() + START_BOUND_MS; !child.said.includes('"controlUrl"'); ) {
      if (!child.running || performance.now() > deadline) throw new Error(`the exchange did not start: ${child.said}`);
      await pause(LOOK_EVERY_MS);
    }
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#child?.signal(signal);
    await this.#child?.exited;
  }

  async arm(rules: readonly FaultRuleInput[]): Promise<void> {
    await this.#control('POST', '/faults', rules);
  }

  async heal(): Promise<void> {
    await this.#control('DELETE', '/faults');
  }

  async dropStreams(): Promise<void> {
    await this.#control('POST', '/streams/drop', {});
  }

  /** The faults that have struck since this was last asked, or since it was started. */
  async faultsFired(): Promise<readonly string[]> {
    const { fired } = Fired.parse(await this.#control('GET', '/faults/fired'));
    await this.#control('DELETE', '/faults/fired');
    return fired.map(({ fault }) => fault);
  }

  /** Plays the market until shortly before the next session; nothing when one is open. */
  async skipNight(): Promise<number | undefined> {
    const { is_open, timestamp, next_open } = Clock.parse(await this.#ask('GET', '/v2/clock'));
    const ms = Date.parse(next_open) - Date.parse(timestamp) - 120_000;
    if (is_open || ms < 1_000) return undefined;
    await this.#control('POST', '/clock/step', { ms });
    return ms;
  }

  async truth(): Promise<Truth> {
    const [account, positions, openOrders] = await Promise.all([
      this.#ask('GET', '/v2/account'),
      this.#ask('GET', '/v2/positions'),
      this.#ask('GET', `/v2/orders?status=open&limit=${PAGE}&nested=true`),
    ]);
    return {
      cash: Account.parse(account).cash,
      positions: new Map(Positions.parse(positions).map(({ symbol, qty }) => [symbol.replace('/', ''), qty])),
      openOrders: Orders.parse(openOrders),
    };
  }

  /** Every order that came after the given one, oldest first, legs below their entries. */
  async *ordersAfter(last: string | undefined): AsyncGenerator<BrokerOrder> {
    for (let after = last; ; ) {
      const from = after === undefined ? '' : `&after_order_id=${after}`;
      const list = Orders.parse(await this.#ask('GET', `/v2/orders?status=all&limit=${PAGE}&direction=asc&nested=true${from}`));
      yield* list;
      after = list.at(-1)?.id;
      if (list.length < PAGE) return;
    }
  }

  /** An order of somebody else on the same account; whether it was taken. */
  async give(order: object): Promise<boolean> {
    const response = await fetch(`${this.url}/v2/orders`, { ...this.#init('POST', order), headers: HEADERS });
    await response.arrayBuffer();
    return response.ok;
  }

  async cancelOutside(order: BrokerOrder): Promise<void> {
    const response = await fetch(`${this.url}/v2/orders/${order.id}`, { ...this.#init('DELETE'), headers: HEADERS });
    await response.arrayBuffer();
  }

  /** Resolves when the exchange has taken an order from now on, or when the time is over. */
  async nextOrder(withinMs: number): Promise<boolean> {
    const over = AbortSignal.timeout(withinMs);
    try {
      const { body } = await fetch(`${this.url}/v2/events/trades`, { headers: HEADERS, signal: over });
      for await (const chunk of body ?? []) if (Buffer.from(chunk).includes('"event":"new"')) return true;
    } catch {
      // The time is over, or the exchange has gone.
    }
    return false;
  }

  #init(method: string, body?: unknown): RequestInit {
    return { method, signal: AbortSignal.timeout(ANSWER_BOUND_MS), ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  }

  async #control(method: string, path: string, body?: unknown): Promise<unknown> {
    return await answerOf(
      await fetch(`${this.#controlUrl}${path}`, { ...this.#init(method, body), headers: { 'content-type': 'application/json' } }),
      path,
    );
  }

  async #ask(method: string, path: string): Promise<unknown> {
    return await answerOf(await fetch(`${this.url}${path}`, { ...this.#init(method), headers: HEADERS }), path);
  }
}

async function answerOf(response: Response, path: string): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}
