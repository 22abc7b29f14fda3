/** Journal and exchange side by side: every order that the exchange has came from one intent, once, and was filled as we know it. */

import { planFromText } from '#config/plan-text.ts';
import { readAnchors } from '#server/adapters/store/anchors.ts';
import { checkChain } from '#server/adapters/store/chain.ts';
import type { Driver } from '#server/adapters/store/driver.ts';
import { openDatabase } from '#server/adapters/store/open.ts';
import { recordsOf } from '#server/adapters/store/records.ts';
import { parseOrderId, type RunId } from '#server/domain/ids.ts';
import { formatFixed } from '#server/domain/money.ts';
import type { Entry } from '#server/engine/command.ts';
import { encode } from '#server/runtime/codec.ts';
import { Replay } from '#server/runtime/replay.ts';
import { namesOf, OUTSIDE } from './compare.ts';
import type { BrokerOrder, ExchangeSide } from './exchange.ts';
import { JournalWatch } from './journal-watch.ts';
import { Violation } from './story.ts';

const PAGE = 1_000;

export interface JournalPlace {
  readonly home: string;
  readonly databaseUrl: string | undefined;
}

export class Audit {
  readonly watch = new JournalWatch();
  readonly #place: JournalPlace;
  readonly #exchange: ExchangeSide;
  /** Client order ids that the exchange has, with its own id of each. */
  readonly #seen = new Map<string, string>();
  /** Steps over the journal again, life by life. */
  #replay: Replay | undefined;
  #lastOrder: string | undefined;

  constructor(place: JournalPlace, exchange: ExchangeSide) {
    this.#place = place;
    this.#exchange = exchange;
  }

  get ordersAtExchange(): number {
    return this.#seen.size;
  }

  /** What is new since the last time; only while a daemon has the database open, so that we do not clean up behind a killed one. */
  async goOn(run: string): Promise<void> {
    // The exchange first: whatever it has, the journal had before.
    const orders: BrokerOrder[] = [];
    for await (const order of this.#exchange.ordersAfter(this.#lastOrder)) orders.push(order);
    await this.#withDatabase(async (driver) => {
      const from = this.watch.seq;
      await this.#readOn(driver, run);
      await this.#holds(driver, run, from);
    });
    for (const order of orders) this.#account(run, order);
    for (const name of this.watch.refused)
      if (this.#seen.has(name)) throw new Violation(`${name} was called refused, and the exchange has it: silence is no refusal`);
    this.#lastOrder = orders.at(-1)?.id ?? this.#lastOrder;
  }

  /** Everything, from the first entry and the first order; when nothing is under way any more. */
  async conclude(run: string): Promise<void> {
    await this.goOn(run);
    await this.#withDatabase((driver) => this.#holds(driver, run, 0));
    for await (const order of this.#exchange.ordersAfter(undefined)) {
      for (const { name, order: one } of namesOf(order)) {
        const ours = this.watch.filledOf(name);
        if (ours === one.filled_qty) continue;
        throw new Violation(`${name} is filled ${formatFixed(ours)} by the journal and ${formatFixed(one.filled_qty)} by the exchange`);
      }
    }
  }

  async #withDatabase(work: (driver: Driver) => Promise<void>): Promise<void> {
    const { driver } = await openDatabase(this.#place.databaseUrl, this.#place.home);
    try {
      await work(driver);
    } finally {
      await driver.close();
    }
  }

  async #readOn(driver: Driver, run: string): Promise<void> {
    const records = recordsOf(driver, run);
    for (;;) {
      const page = await records.entriesAfter(this.watch.seq, PAGE);
      for (const entry of page) {
        this.watch.read(entry);
        this.#stepAgain(run, entry);
      }
      if (page.length < PAGE) return;
    }
  }

  #stepAgain(run: string, entry: Entry): void {
    this.#replay ??= new Replay(run as RunId, planFromText);
    const divergence = this.#replay.next(encode(entry));
    if (divergence === undefined) return;
    const { seq, event, field, recorded, now } = divergence;
    throw new Violation(`entry ${seq} (${event}) comes out otherwise when it is stepped again: ${field} was ${recorded} and is ${now}`);
  }

  async #holds(driver: Driver, run: string, from: number): Promise<void> {
    const { broken } = await checkChain(driver, run, from, readAnchors(this.#place.home, run).anchors);
    if (broken !== undefined) throw new Violation(`the chain of the journal does not hold: ${broken.text}`);
  }

  #account(run: string, order: BrokerOrder): void {
    const { id, client_order_id: name } = order;
    const before = this.#seen.get(name);
    if (before !== undefined) throw new Violation(`the exchange has ${name} twice, as ${before} and as ${id}`);
    this.#seen.set(name, id);
    if (name.startsWith(OUTSIDE)) return;
    if (parseOrderId(name)?.run !== run) throw new Violation(`the exchange has ${name}, which run ${run} can not have given`);
    if (!this.watch.hasIntent(name)) throw new Violation(`the exchange has ${name}, and the journal has no intent for it`);
  }
}
