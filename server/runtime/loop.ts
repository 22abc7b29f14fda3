/**
 * The heart of the daemon: pull what arrived, step, make it durable, then do what was asked. An order that could not be
 * accounted for is never sent; what can wait until it has left does: the ledger, and telling of it.
 */
import type { Books } from '#server/domain/books.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { Command, Entry } from '#server/engine/command.ts';
import { mayBeIdle } from '#server/engine/event.ts';
import { step } from '#server/engine/step.ts';
import { clear, given, type LedgerTurn, newTurn, type Turn } from '#server/engine/turn.ts';
import type { Arrival, Inbox } from './inbox.ts';
import type { Latch } from './latch.ts';
import { type Broker, isFatal, type Journal, type Log } from './ports.ts';

export interface LoopParts {
  readonly books: Books;
  readonly plan: Plan;
  readonly inbox: Inbox;
  readonly journal: Journal;
  readonly broker: Broker;
  readonly latch: Latch;
  readonly log: Log;
  /** Told at each turn, also one in which nothing happened. */
  readonly turned: () => void;
  /** Told of every durable entry, in order. */
  readonly published: (entry: Entry) => void;
  /** Waits before the journal is tried again: real time, or virtual. */
  readonly pause: (ms: number) => Promise<void>;
}

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 5_000;

/** Ends when the inbox was closed and is empty. */
export async function run(parts: LoopParts): Promise<void> {
  const turn = newTurn();
  for (;;) {
    const arrivals = await parts.inbox.next();
    if (arrivals === undefined) return;
    parts.turned();
    const entries = stepAll(parts, arrivals, turn);
    if (entries.length === 0) continue;
    await makeDurable(parts, entries);
    const commands = entries.flatMap((entry) => entry.commands);
    for (const command of commands) perform(parts, command);
    if (commands.length > 0) await requestsHaveLeft();
    await bringLedgerUp(parts, entries, turn);
    for (const entry of entries) parts.published(entry);
  }
}

/** What was performed is on the wire when promises and ticks have run dry, and that is before this. */
const requestsHaveLeft = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** Takes every arrival through the engine; a tick, or a repeated execution, that changed nothing leaves no entry and no gap in the sequence. */
export function stepAll(
  { books, plan, latch }: Pick<LoopParts, 'books' | 'plan' | 'latch'>,
  arrivals: readonly Arrival[],
  turn: Turn,
): Entry[] {
  const entries: Entry[] = [];
  for (const { event, at } of arrivals) {
    step(books, plan, event, at, turn);
    if (event.kind === 'killEngaged') latch.lower(event.level, event.scope ?? 'account');
    const idle = mayBeIdle(event) && !turn.material && turn.commands.length === 0;
    if (idle) books.seq--;
    else entries.push({ seq: books.seq, at: books.at, event, ...given(turn) });
    clear(turn);
  }
  return entries;
}

/** While the journal refuses, the latch is closed and only cancels leave; the same entries are tried until they are in. */
async function makeDurable(parts: LoopParts, entries: readonly Entry[]): Promise<void> {
  await untilItWorks(
    parts,
    () => parts.journal.append(entries),
    () => {
      for (const { commands } of entries) for (const command of commands) if (isCancel(command)) parts.broker.perform(command);
    },
  );
}

/** A ledger that can not be written closes the latch as well: the same database has the journal. */
async function bringLedgerUp(parts: LoopParts, entries: readonly Entry[], turn: LedgerTurn): Promise<void> {
  const changed = [...turn.changed];
  turn.changed.clear();
  await untilItWorks(
    parts,
    () => parts.journal.record(entries, changed),
    () => undefined,
  );
}

async function untilItWorks({ latch, log, pause }: LoopParts, write: () => Promise<void>, onFirstFailure: () => void): Promise<void> {
  let retryMs = FIRST_RETRY_MS;
  for (;;) {
    try {
      await write();
      latch.journalFails(false);
      return;
    } catch (error) {
      latch.journalFails(true);
      if (isFatal(error)) throw error;
      log.error({ error: String(error), retryMs }, 'journal can not be written: nothing opens until it can');
      if (retryMs === FIRST_RETRY_MS) onFirstFailure();
      await pause(retryMs);
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    }
  }
}

const isCancel = (command: Command): boolean => command.kind === 'cancel' || command.kind === 'cancelEverything';

function perform({ broker, log }: LoopParts, command: Command): void {
  if (command.kind === 'alert') log.warn({ code: command.code, text: command.text }, 'alert');
  else if (command.kind === 'certify') log.info({ certificate: command.certificate }, 'the session is over, books and broker agree');
  else if (command.kind === 'reconcile') broker.reconcile();
  else broker.perform(command);
}
