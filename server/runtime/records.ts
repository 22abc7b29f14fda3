/** What the store can be asked: the journal and what was derived from it. */
import type { Decision } from '#server/domain/decision.ts';
import type { AssetSymbol, OrderId, RunId } from '#server/domain/ids.ts';
import type { Money, Quantity } from '#server/domain/money.ts';
import type { ExitRule, OrderStatus, Purpose, Side, TimeInForce } from '#server/domain/order.ts';
import type { OrderTerms } from '#server/domain/order-terms.ts';
import type { DatedSignal } from '#server/domain/signal.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Entry } from '#server/engine/command.ts';
import type { Journal } from './ports.ts';

/** Newest first; `cursor` is where the next page begins (exclusive), nothing on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: number | undefined;
}

export interface PageRequest {
  readonly limit: number;
  /** The seq of the last item seen. */
  readonly cursor?: number | undefined;
  readonly symbol?: AssetSymbol | undefined;
}

export interface RecordedOrder {
  readonly id: OrderId;
  readonly seq: number;
  readonly symbol: AssetSymbol;
  readonly side: Side;
  readonly terms: OrderTerms;
  readonly timeInForce: TimeInForce;
  readonly purpose: Purpose;
  readonly exit: ExitRule | undefined;
  readonly quantity: Quantity;
  readonly status: OrderStatus;
  readonly brokerId: string | undefined;
  readonly filled: Quantity;
  readonly filledNotional: Money;
  readonly reason: string;
  readonly refusal: string | undefined;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface RecordedSignal extends DatedSignal {
  readonly seq: number;
}

export interface RecordedDecision {
  /** "<seq>-<nth>": the entry and the place in it. */
  readonly id: string;
  readonly seq: number;
  readonly at: Instant;
  readonly decision: Decision;
}

export interface Records {
  /** Orders as of the last durable entry. */
  orders(request: PageRequest & { readonly open?: boolean | undefined }): Promise<Page<RecordedOrder>>;
  order(id: OrderId): Promise<RecordedOrder | undefined>;
  signals(request: PageRequest): Promise<Page<RecordedSignal>>;
  decisions(request: PageRequest): Promise<Page<RecordedDecision>>;
  decision(id: string): Promise<RecordedDecision | undefined>;
  /** Entries with seq above the given one, in order. */
  entriesAfter(seq: number, limit: number): Promise<readonly Entry[]>;
}

/** A whole copy of the books as text, so that a start need not step over the whole journal. */
export interface Snapshot {
  readonly seq: number;
  readonly text: string;
}

/** When the journal's head is noted. */
export type AnchorReason = 'start' | 'snapshot' | 'day' | 'stop';

export interface AnchoredHead {
  readonly seq: number;
  readonly hash: string;
}

/** The books' memory on disk, of one run: who opened it owns it. */
export interface Archive {
  readonly run: RunId;
  readonly journal: Journal;
  readonly records: Records;
  latestSnapshot(): Promise<Snapshot | undefined>;
  saveSnapshot(snapshot: Snapshot): Promise<void>;
  /** Notes the newest durable entry outside of the database, so that nobody can cut it off unseen. */
  anchor(why: AnchorReason): Promise<AnchoredHead>;
  /** Checks the chain of hashes from the given seq on, and all anchors; the first break in words, or nothing. */
  verify(fromSeq: number): Promise<string | undefined>;
  close(): Promise<void>;
}
