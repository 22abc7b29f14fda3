/** A world behind the ports: a journal that can refuse, a broker that writes down what it is asked, a clock that stands still. */
import type { OrderId, RunId } from '#server/domain/ids.ts';
import type { OrderStatus } from '#server/domain/order.ts';
import type { Command, Entry } from '#server/engine/command.ts';
import type { Log } from '#server/runtime/ports.ts';
import type { AnchorReason, Archive, Records, Snapshot } from '#server/runtime/records.ts';
import type { ConnectOptions, World } from '#server/runtime/world.ts';
import { NOON } from './builders.ts';

const EMPTY = { items: [], nextCursor: undefined };

export class FakeWorld implements World {
  readonly clock = { now: () => NOON };
  readonly feeds = ['stocks'];
  readonly entries: Entry[] = [];
  readonly snapshots: Snapshot[] = [];
  readonly anchors: AnchorReason[] = [];
  readonly performed: Command[] = [];
  readonly appends: number[] = [];
  /** Entries that the ledger was brought up to, and the orders as it has them. */
  readonly recorded: number[] = [];
  readonly ledger = new Map<OrderId, OrderStatus>();
  /** What the check of the chain says. */
  broken: string | undefined;
  /** Awaited before each append: may hang, may throw. */
  beforeAppend: () => Promise<void> = async () => undefined;
  /** The same for the ledger. */
  beforeRecord: () => Promise<void> = async () => undefined;
  /** How many of the next appends fail. */
  failures = 0;
  reconciliations = 0;
  /** What was asked for of the broker's own latch, and whether it confirms. */
  readonly suspensions: boolean[] = [];
  confirmsSuspension = true;
  isSevered = false;
  connected: ConnectOptions | undefined;
  leaseLost: ((reason: string) => void) | undefined;
  /** Told after each command that the broker was given. */
  onCommand: (command: Command) => void = () => undefined;

  readonly archive: Archive = {
    run: 'rtest' as RunId,
    journal: {
      append: (entries) => this.#append(entries),
      record: async (entries, orders) => {
        await this.beforeRecord();
        this.recorded.push(...entries.map(({ seq }) => seq));
        for (const order of orders) this.ledger.set(order.id, order.status);
      },
    },
    records: {
      orders: async () => EMPTY,
      order: async () => undefined,
      signals: async () => EMPTY,
      decisions: async () => EMPTY,
      decision: async () => undefined,
      entriesAfter: async (seq, limit) => this.entries.filter((entry) => entry.seq > seq).slice(0, limit),
    } satisfies Records,
    latestSnapshot: async () => this.snapshots.at(-1),
    saveSnapshot: async (snapshot) => {
      this.snapshots.push(snapshot);
    },
    anchor: async (why) => {
      this.anchors.push(why);
      return { seq: this.entries.length, hash: '' };
    },
    verify: async () => this.broken,
    close: async () => undefined,
  };

  async #append(entries: readonly Entry[]): Promise<void> {
    this.appends.push(entries.length);
    await this.beforeAppend();
    if (this.failures > 0) {
      this.failures--;
      throw new Error('disk full');
    }
    this.entries.push(...entries);
  }

  connect(options: ConnectOptions) {
    this.connected = options;
    return {
      broker: {
        perform: (command: Command) => {
          this.performed.push(command);
          this.onCommand(command);
        },
        reconcile: () => {
          this.reconciliations++;
        },
        drain: async () => undefined,
      },
      start: async () => undefined,
      suspend: async (isSuspended: boolean) => {
        this.suspensions.push(isSuspended);
        return this.confirmsSuspension;
      },
      sever: () => {
        this.isSevered = true;
      },
      stopBars: async () => undefined,
      stop: async () => undefined,
    };
  }

  readonly startsHalted: string | undefined = undefined;

  onLeaseLost(told: (reason: string) => void): void {
    this.leaseLost = told;
  }

  async close(): Promise<void> {}
}

export const silentLog: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
