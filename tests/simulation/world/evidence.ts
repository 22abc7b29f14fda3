/** What the invariants may look at: the truth at the broker, the wire, the durable journal, the books of whoever runs. */
import type { Books } from '#server/domain/books.ts';
import type { Intent } from '#server/domain/decision.ts';
import { type EngagedLevel, higher, KILL_LEVELS, type KillLevel } from '#server/domain/kill.ts';
import type { Event } from '#server/engine/event.ts';
import type { Exchange } from '#server/exchange/contract.ts';
import type { DurableEntry } from '../daemon/disk.ts';
import type { Host, Process } from '../daemon/host.ts';
import type { Owner, VirtualTime } from '../machine/virtual-time.ts';
import type { Mishap } from './mishaps.ts';
import type { DayPlan } from './plan.ts';
import type { DaySettings } from './settings.ts';
import type { Truth } from './truth.ts';
import type { WireLog } from './wire.ts';

/** An order as the journal holds it, before anything of it was sent. */
export interface Placed {
  readonly id: string;
  readonly seq: number;
  readonly leg: number;
  readonly intent: Intent;
  readonly at: number;
  /** Approvals of it in the same entry. */
  readonly verdicts: number;
}

export interface Alerted {
  readonly seq: number;
  readonly code: string;
  readonly text: string;
}

/** Most entries say nothing of what is kept here; they are not read. */
const SPEAKING = /"kind":"(?:place|replace|alert|killEngaged|killReleased|fault)"/;

/** What the committed rows of the journal say, read by nobody but the simulation. */
export class Durable {
  readonly placed = new Map<string, Placed>();
  readonly alerts: Alerted[] = [];
  readonly kinds = new Map<Event['kind'], number>();
  headSeq = 0;
  /** Whose entry it is: the books of any other process are nobody's any more. */
  writer: Owner | undefined;
  headHash: string | undefined;
  /** As it would survive a crash now. */
  kill: KillLevel = 'armed';
  /** Who closed the latch at this level, or opened it again; nobody yet. */
  killBy = '';
  #latchId = 0;

  take(row: DurableEntry, { now: at, current }: VirtualTime): void {
    this.writer = current;
    const { seq, kind } = row;
    this.headSeq = seq;
    this.headHash = row.hash;
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    if (!SPEAKING.test(row.text)) return;
    const { entry } = row;
    const { event } = entry;
    if (event.kind === 'killEngaged') this.#raise(event.level, seq, event.by);
    if (event.kind === 'fault') this.#raise('cancelOpening', seq, event.where);
    if (event.kind === 'killReleased' && event.latchId === this.#latchId) [this.kill, this.killBy] = ['armed', event.by];
    entry.commands.forEach((command, leg) => {
      if (command.kind === 'place' || command.kind === 'replace') {
        const { order: id, intent } = command;
        const verdicts = entry.decisions.filter(({ order, verdict }) => order === id && verdict?.kind === 'approved').length;
        this.placed.set(id, { id, seq, leg, intent, at, verdicts });
      }
      if (command.kind !== 'alert') return;
      this.alerts.push({ seq, code: command.code, text: command.text });
      const level = KILL_LEVELS.find((one) => command.code === 'killEngaged' && command.text.startsWith(`${one} by`));
      if (level !== undefined && level !== 'armed') this.#raise(level, seq, command.text.slice(`${level} by `.length).split(': ')[0] ?? '');
    });
  }

  #raise(level: EngagedLevel, seq: number, by: string): void {
    const next = higher(this.kill, level);
    if (next !== this.kill) [this.#latchId, this.killBy] = [seq, by];
    this.kill = next;
  }
}

/** What the operator closed in the memory of a process, whatever its journal is doing. */
export class Operator {
  readonly #closed = new Map<Owner, KillLevel>();

  closed(owner: Owner, level: EngagedLevel): void {
    this.#closed.set(owner, higher(this.#closed.get(owner) ?? 'armed', level));
  }

  released(owner: Owner): void {
    this.#closed.delete(owner);
  }

  levelOf(owner: Owner): KillLevel {
    return this.#closed.get(owner) ?? 'armed';
  }
}

export interface Evidence {
  readonly time: VirtualTime;
  readonly settings: DaySettings;
  readonly plan: DayPlan;
  readonly exchange: Exchange;
  readonly truth: Truth;
  readonly wire: WireLog;
  readonly durable: Durable;
  readonly operator: Operator;
  readonly mishaps: readonly Mishap[];
  readonly hosts: readonly Host[];
  /** Journal appends that failed, or were said to. */
  readonly diskFailures: Map<string, number>;
  /** Whether all faults are over. */
  isHealed: boolean;
  /** Something rare happened: see `marks.ts`. */
  readonly mark: (name: string) => void;
}

export const booksOf = (process: Process | undefined): Books | undefined => process?.daemon?.desk.books;

export interface Live {
  readonly process: Process;
  readonly books: Books;
}

/** Made anew only when a process came or went: every invariant asks after every event. */
const known = new WeakMap<Evidence, readonly Live[]>();

/** The books of every process that runs. */
export function liveBooks(evidence: Evidence): readonly Live[] {
  const before = known.get(evidence);
  if (before !== undefined && isStillSo(before, evidence)) return before;
  const live: Live[] = [];
  for (const { process } of evidence.hosts) {
    const books = booksOf(process);
    if (process !== undefined && books !== undefined) live.push({ process, books });
  }
  known.set(evidence, live);
  return live;
}

function isStillSo(live: readonly Live[], { hosts }: Evidence): boolean {
  let nth = 0;
  for (const { process } of hosts) {
    const books = booksOf(process);
    if (books === undefined) continue;
    const before = live[nth++];
    if (before === undefined || before.process !== process || before.books !== books) return false;
  }
  return nth === live.length;
}
