/** What the adapter's tests are made of: a client on a scripted broker, a recorder for what is told, and payloads. */
import { createClient } from '#server/adapters/alpaca/client.ts';
import { demoOrigins } from '#server/adapters/alpaca/origins.ts';
import type { Approved, Intent } from '#server/domain/decision.ts';
import type { AssetSymbol, OrderId, PortfolioId } from '#server/domain/ids.ts';
import type { KillLevel } from '#server/domain/kill.ts';
import { parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { Event } from '#server/engine/event.ts';
import type { Log } from '#server/runtime/ports.ts';
import type { ScriptedBroker } from './scripted-broker.ts';

export interface Line {
  readonly level: keyof Log;
  readonly facts: object;
  readonly message: string;
}

export interface RecordingLog extends Log {
  readonly lines: Line[];
  /** Resolves when this was logged so often. */
  said(message: string, times: number): Promise<void>;
}

export function recordingLog(): RecordingLog {
  const lines: Line[] = [];
  const waiters: (() => void)[] = [];
  const at =
    (level: keyof Log) =>
    (facts: object, message: string): void => {
      lines.push({ level, facts, message });
      for (const wake of waiters.splice(0)) wake();
    };
  return {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    said: async (message, times) => {
      while (lines.filter((line) => line.message === message).length < times) await new Promise<void>((resolve) => waiters.push(resolve));
    },
  };
}

export interface Recorder {
  readonly events: Event[];
  readonly tell: (event: Event) => void;
  /** The next event, from the ones not yet taken, that fits; waits for it. */
  next<K extends Event['kind']>(kind: K): Promise<Extract<Event, { kind: K }>>;
}

export function recorder(): Recorder {
  const events: Event[] = [];
  const taken = new Set<Event>();
  const waiters: (() => void)[] = [];
  return {
    events,
    tell: (event) => {
      events.push(event);
      for (const wake of waiters.splice(0)) wake();
    },
    next: async (kind) => {
      for (;;) {
        const found = events.find((event) => event.kind === kind && !taken.has(event));
        if (found) {
          taken.add(found);
          return found as never;
        }
        await new Promise<void>((resolve) => waiters.push(resolve));
      }
    },
  };
}

/** Pauses of no length that still let everything else take its turn. */
export const noPause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function clientOf(broker: Pick<ScriptedBroker, 'url'>, options: Partial<Parameters<typeof createClient>[0]> = {}) {
  return createClient({
    origins: demoOrigins(broker.url),
    keyId: 'key',
    secretKey: 'secret',
    log: recordingLog(),
    requestsPerMinute: 1_000,
    timeoutMs: 2_000,
    pause: noPause,
    ...options,
  });
}

export const gateAt = (level: KillLevel) => {
  const gate = { now: level, level: () => gate.now };
  return gate;
};

export const ORDER = 'r1-7-0' as OrderId;

export const intentOf = (changes: Partial<Intent> = {}): Approved<Intent> =>
  ({
    symbol: 'AAPL' as AssetSymbol,
    side: 'buy',
    quantity: parseQuantity('3'),
    type: 'market',
    exit: undefined,
    timeInForce: 'day',
    purpose: 'open',
    expectedPrice: parsePrice('100'),
    portfolio: 'p' as PortfolioId,
    deployments: [],
    reason: 'a test',
    ...changes,
  }) as Approved<Intent>;

/** An order as Alpaca words it. */
export const wireOrder = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: 'b-1',
  client_order_id: ORDER,
  symbol: 'AAPL',
  asset_class: 'us_equity',
  side: 'buy',
  type: 'market',
  time_in_force: 'day',
  order_class: '',
  status: 'pending_new',
  qty: '3',
  notional: null,
  filled_qty: '0',
  filled_avg_price: null,
  created_at: '2026-01-05T15:00:00.123456789Z',
  extended_hours: false,
  ...changes,
});

export const wireAccount = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: 'a',
  account_number: 'PA1',
  status: 'ACTIVE',
  cash: '100000',
  equity: '100000',
  buying_power: '200000',
  trading_blocked: false,
  account_blocked: false,
  trade_suspended_by_user: false,
  ...changes,
});
