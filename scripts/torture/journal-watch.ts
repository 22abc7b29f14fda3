/**
 * Reads the journal as it grows and holds it against what was promised: every client order id is given once and by a decision,
 * nothing is opened behind a latch, the books never had to be corrected by the broker's word; and what was filled, by execution.
 */
import { type OrderId, requestOf, stopSideOf } from '#server/domain/ids.ts';
import type { Command, Entry } from '#server/engine/command.ts';
import type { Event } from '#server/engine/event.ts';
import { Violation } from './story.ts';

interface Latch {
  readonly level: string;
  readonly id: number;
}

const ARMED: Latch = { level: 'armed', id: 0 };

export class JournalWatch {
  /** By our name: executions and their quantities. */
  readonly #fills = new Map<string, Map<string, bigint>>();
  /** By our name: the entry in which it was given. */
  readonly #intents = new Map<string, number>();
  /** Called refused, for certain: the exchange can not have them. */
  readonly refused = new Set<string>();
  /** Given, and nothing was heard of them yet. */
  readonly #unanswered = new Set<string>();
  #latch = ARMED;
  seq = 0;
  /** Starts that found orders of which nobody had heard anything: they may have arrived, or not. */
  startsInDoubt = 0;
  unknowns = 0;

  read(entry: Entry): void {
    if (entry.seq !== this.seq + 1) throw new Violation(`the journal goes from entry ${this.seq} to ${entry.seq}`);
    this.seq = entry.seq;
    const before = this.#latch;
    const { event } = entry;
    if (event.kind === 'fill') this.#noteFill(event.fill);
    if (event.kind === 'orderRejected') this.refused.add(event.order);
    if (event.kind === 'orderUnknown') this.unknowns++;
    if (event.kind === 'started' && this.#unanswered.size > 0) this.startsInDoubt++;
    this.#hear(event);
    if (event.kind === 'fault') throw new Violation(`entry ${entry.seq}: fault ${event.where}: ${event.reason}`);
    if (event.kind === 'killReleased' && event.latchId === this.#latch.id) this.#latch = ARMED;
    for (const command of entry.commands) this.#look(entry, command, before);
  }

  #hear(event: Event): void {
    if (event.kind === 'started') this.#unanswered.clear();
    else if (event.kind === 'fill') this.#unanswered.delete(event.fill.order);
    else if (event.kind === 'orderSeen') this.#unanswered.delete(event.view.id);
    else if ('order' in event) this.#unanswered.delete(event.order);
  }

  #noteFill({ order, executionId, quantity }: { order: string; executionId: string; quantity: bigint }): void {
    const known = this.#fills.get(order) ?? new Map<string, bigint>();
    this.#fills.set(order, known.set(executionId, quantity));
  }

  #look({ seq, decisions }: Entry, command: Command, before: Latch): void {
    if (command.kind === 'alert' && command.code === 'killEngaged') {
      this.#latch = { level: command.text.split(' ', 1)[0] ?? '', id: seq };
    } else if (command.kind === 'alert' && command.code === 'booksDiffer') {
      throw new Violation(`entry ${seq}: the books had to be corrected: ${command.text}`);
    } else if (command.kind === 'place') {
      if (!decisions.some(({ order }) => order === command.order))
        throw new Violation(`${command.order} is given in entry ${seq} without a decision`);
      this.#give(seq, command.order, before, command.intent.purpose);
      if (command.intent.type === 'oco') this.#give(seq, stopSideOf(command.order), before, command.intent.purpose);
    }
  }

  #give(seq: number, order: OrderId, { level, id }: Latch, purpose: string): void {
    const first = this.#intents.get(order);
    if (first !== undefined) throw new Violation(`${order} is given in entry ${first} and again in entry ${seq}`);
    if (level !== 'armed' && purpose === 'open') throw new Violation(`${order} opens in entry ${seq}, behind latch ${id} at ${level}`);
    this.#intents.set(order, seq);
    if (requestOf(order) === order) this.#unanswered.add(order);
  }

  get intents(): number {
    return this.#intents.size;
  }

  hasIntent(name: string): boolean {
    return this.#intents.has(name);
  }

  /** How much the journal has seen filled of an order, each execution once. */
  filledOf(name: string): bigint {
    let sum = 0n;
    for (const quantity of this.#fills.get(name)?.values() ?? []) sum += quantity;
    return sum;
  }
}
