/**
 * Steps over a journal again from its first entry, under the plans that it carries, and holds what comes against what was
 * recorded, byte for byte. Every life of the process is gone through: what a restart forgets, `started` forgets here too.
 */
import type { Books } from '#server/domain/books.ts';
import type { RunId } from '#server/domain/ids.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Entry } from '#server/engine/command.ts';
import type { EventKind } from '#server/engine/event.ts';
import { newBooks } from '#server/engine/genesis.ts';
import { snapshotOf } from '#server/engine/snapshot.ts';
import { step } from '#server/engine/step.ts';
import { clear, given, newTurn } from '#server/engine/turn.ts';
import { decode, encode } from './codec.ts';
import { type Difference, differenceOf, firstDifference } from './divergence.ts';
import type { Snapshot } from './records.ts';
import { type ReadPlan, type SavedBooks, underPlan } from './recover.ts';

export interface Divergence extends Difference {
  readonly seq: number;
  readonly at: Instant;
  readonly event: EventKind | 'snapshot';
  /** Who wrote it. */
  readonly version: string;
}

export interface ReplayCounts {
  readonly entries: number;
  readonly signals: number;
  readonly decisions: number;
  readonly commands: number;
  readonly starts: number;
  readonly plans: number;
  readonly snapshots: number;
  /** Faults that were written past the engine, because it was the engine that failed: nothing to compare. */
  readonly byHand: number;
}

type Life = { readonly plan: Plan; readonly planText: string; readonly books: Books };

/** The journal does not begin with the start of a process, or carries a plan that nobody can read. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
  readonly hint = 'step over it with the version that wrote it: "tradar replay" without --verify names it';
}

const SHOWN = 60;

/** As it is written; nothing when it is no snapshot. */
function savedBooks(text: string): { readonly books: Pick<SavedBooks['books'], 'at'> } | undefined {
  try {
    const saved = JSON.parse(text) as { readonly books?: Pick<SavedBooks['books'], 'at'> } | null;
    const at = saved?.books?.at;
    return typeof at === 'number' ? (saved as { readonly books: Pick<SavedBooks['books'], 'at'> }) : undefined;
  } catch {
    return undefined;
  }
}

export class Replay {
  readonly #run: RunId;
  readonly #readPlan: ReadPlan;
  readonly #turn = newTurn();
  readonly #counts = { entries: 0, signals: 0, decisions: 0, commands: 0, starts: 0, plans: 0, snapshots: 0, byHand: 0 };
  readonly #versions = new Set<string>();
  #life: Life | undefined;
  #version = '';

  constructor(run: RunId, readPlan: ReadPlan) {
    this.#run = run;
    this.#readPlan = readPlan;
  }

  get counts(): ReplayCounts {
    return this.#counts;
  }

  /** Who wrote the journal, oldest first. */
  get versions(): readonly string[] {
    return [...this.#versions];
  }

  /** The next entry as it is in the journal; where it parts from what comes now, or nothing. */
  next(text: string): Divergence | undefined {
    const { seq, at, event, ...recorded } = decode<Entry>(text);
    if (event.kind === 'started') this.#begin(seq, event);
    const { books, plan } = this.#alive(seq);
    const turn = this.#turn;
    step(books, plan, event, at, turn);
    const now = encode({ seq: books.seq, at: books.at, event, ...given(turn) });
    clear(turn);
    turn.changed.clear();
    this.#counts.entries++;
    this.#counts.signals += recorded.signals.length;
    this.#counts.decisions += recorded.decisions.length;
    this.#counts.commands += recorded.commands.length;
    if (event.kind === 'fault' && event.byHand === true) this.#counts.byHand++;
    else if (now !== text) return { seq, at, event: event.kind, version: this.#version, ...differenceOf(text, now) };
    return undefined;
  }

  /** A snapshot that a live process took after the entry that was stepped last: its books were these. */
  compare({ seq, text }: Snapshot): Divergence | undefined {
    const { books, planText } = this.#alive(seq);
    // Of the books that it holds only the time is looked at, and money stays text.
    const saved = savedBooks(text);
    if (saved === undefined) {
      const found = { field: 'snapshot', recorded: text.slice(0, SHOWN), now: 'a snapshot that can be read' };
      return { seq, at: books.at, event: 'snapshot', version: this.#version, ...found };
    }
    this.#counts.snapshots++;
    // An idle tick leaves no entry; all that it moves is the time.
    const now = encode({ plan: planText, books: { ...snapshotOf(books), at: Math.max(saved.books.at, books.at) } });
    if (now === text) return undefined;
    const found = firstDifference(saved, JSON.parse(now), 'snapshot');
    return found === undefined ? undefined : { seq, at: books.at, event: 'snapshot', version: this.#version, ...found };
  }

  #begin(seq: number, { plan: planText, version }: { readonly plan: string; readonly version: string }): void {
    this.#version = version;
    this.#versions.add(version);
    this.#counts.starts++;
    if (this.#life?.planText === planText) return;
    this.#counts.plans++;
    const plan = this.#read(seq, planText);
    const books = this.#life === undefined ? newBooks(this.#run, plan) : underPlan(this.#life.books, plan);
    this.#life = { plan, planText, books };
  }

  #read(seq: number, planText: string): Plan {
    try {
      return this.#readPlan(planText);
    } catch (error) {
      throw new ReplayError(`entry ${seq} began with another plan: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #alive(seq: number): Life {
    if (this.#life === undefined) throw new ReplayError(`entry ${seq} comes before the start of any process`);
    return this.#life;
  }
}
