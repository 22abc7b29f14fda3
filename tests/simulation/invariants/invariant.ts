/** What must hold on every simulated day. A breach is told in words; nothing is no breach. */
import type { OutgoingEvent } from '#server/exchange/events.ts';
import type { Order } from '#server/exchange/order.ts';
import type { Snapshot } from '#server/runtime/records.ts';
import type { DurableEntry } from '../daemon/disk.ts';
import type { Process } from '../daemon/host.ts';
import type { Owner } from '../machine/virtual-time.ts';
import type { Evidence } from '../world/evidence.ts';
import type { Sent } from '../world/wire.ts';

export type Breach = string | undefined;

/** One invariant at work on one day; it has what memory it needs. */
export interface Watch {
  /** Before the first byte of a request leaves. */
  onSend?(sent: Sent): Breach;
  /** A process opens a connection for a stream. */
  onConnect?(from: Owner, url: string): Breach;
  /** The exchange answered, whether or not the answer arrives. */
  onAnswered?(sent: Sent): Breach;
  /** Entries are committed. */
  onDurable?(entry: DurableEntry): Breach;
  /** A snapshot of the books is committed. */
  onSnapshot?(snapshot: Snapshot): Breach;
  /** Something became true at the broker. */
  onTruth?(update: Extract<OutgoingEvent, { kind: 'tradeUpdate' }>, before: Order | undefined): Breach;
  /** A process has recovered its books, and nothing is connected yet. */
  onRecovered?(process: Process): Breach;
  /** After every event that changed books, journal, wire or truth. */
  after?(): Breach;
  /** Everything was healed, and there was time. */
  atEnd?(): Breach;
}

export interface Invariant {
  /** "INV-02 intent durable before send" */
  readonly name: string;
  watch(evidence: Evidence): Watch;
}
