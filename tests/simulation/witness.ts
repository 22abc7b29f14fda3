/** Holds the invariants against everything that happens; the first breach ends the day. */
import type { Snapshot } from '#server/runtime/records.ts';
import type { DurableEntry } from './daemon/disk.ts';
import type { Process } from './daemon/host.ts';
import type { Breach, Invariant, Watch } from './invariants/invariant.ts';
import { type Evidence, liveBooks } from './world/evidence.ts';

export interface Violation {
  readonly invariant: string;
  readonly what: string;
  /** After the day began. */
  readonly atMs: number;
  /** Invariants that the same event broke, beside this one. */
  readonly also: readonly string[];
}

/** What a watch may be asked, and those that answer to it. */
type Hook = keyof Watch;
type Asked<H extends Hook> = Parameters<NonNullable<Watch[H]>>;

interface Watching {
  readonly name: string;
  readonly watch: Watch;
}

export class Witness {
  /** The first breach: what follows from it is of no interest. */
  violation: Violation | undefined;
  readonly #evidence: Evidence;
  readonly #watching: Readonly<Record<Hook, readonly Watching[]>>;
  readonly #note: (line: string) => void;
  /** Of what the last look has seen: nothing new, nothing to look at. */
  #seen = -1;
  /** The event that brought the first breach. */
  #brokenBy = -1;

  constructor(evidence: Evidence, invariants: readonly Invariant[], note: (line: string) => void) {
    this.#evidence = evidence;
    this.#note = note;
    const all = invariants.map((invariant) => ({ name: invariant.name, watch: invariant.watch(evidence) }));
    const having = (hook: Hook): Watching[] => all.filter(({ watch }) => watch[hook] !== undefined);
    this.#watching = {
      onSend: having('onSend'),
      onConnect: having('onConnect'),
      onAnswered: having('onAnswered'),
      onDurable: having('onDurable'),
      onSnapshot: having('onSnapshot'),
      onTruth: having('onTruth'),
      onRecovered: having('onRecovered'),
      after: having('after'),
      atEnd: having('atEnd'),
    };
    const { wire, truth } = evidence;
    wire.onSend = (sent) => this.#ask('onSend', sent);
    wire.onConnect = (from, url) => this.#ask('onConnect', from, url);
    wire.onAnswered = (sent) => this.#ask('onAnswered', sent);
    truth.onUpdate = (update, before) => {
      note(`${update.event} ${update.order.clientOrderId} ${update.order.status} ${update.execution?.id ?? ''}`);
      this.#ask('onTruth', update, before);
    };
  }

  breach(invariant: string, what: string): void {
    const { time } = this.#evidence;
    if (this.violation === undefined) {
      this.#brokenBy = time.count;
      this.violation = { invariant, what, atMs: Math.round(time.now - time.beganAt), also: [] };
      return;
    }
    const { also } = this.violation;
    // One defect breaks several rules at once, and which is asked first says nothing.
    if (time.count !== this.#brokenBy || invariant === this.violation.invariant || also.includes(invariant)) return;
    this.violation = { ...this.violation, also: [...also, invariant] };
  }

  readonly onDurable = (entries: readonly DurableEntry[]): void => {
    const { durable, time } = this.#evidence;
    for (const entry of entries) {
      durable.take(entry, time);
      this.#note(`#${entry.seq} ${entry.text}`);
      this.#ask('onDurable', entry);
    }
  };

  readonly onSnapshot = (snapshot: Snapshot): void => this.#ask('onSnapshot', snapshot);

  readonly onRecovered = (process: Process): void => this.#ask('onRecovered', process);

  look(): void {
    const { truth, wire, durable } = this.#evidence;
    let seen = truth.version + wire.requests.length + durable.headSeq;
    for (const { books } of liveBooks(this.#evidence)) seen += books.seq + books.openOrderCount;
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.#ask('after');
  }

  end(): void {
    if (this.violation === undefined) this.#ask('atEnd');
  }

  #ask<H extends Hook>(hook: H, ...about: Asked<H>): void {
    for (const { name, watch } of this.#watching[hook]) {
      const breach = (watch[hook] as (...given: Asked<H>) => Breach)(...about);
      if (breach !== undefined) this.breach(name, breach);
    }
  }
}
