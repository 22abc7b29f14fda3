/** What the ledger and the journal can be asked, newest first and in pages. */
import { and, asc, desc, eq, gt, lt } from '#drizzle/query.ts';
import type { Decision } from '#server/domain/decision.ts';
import type { OrderId } from '#server/domain/ids.ts';
import type { Order } from '#server/domain/order.ts';
import type { DatedSignal } from '#server/domain/signal.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Entry } from '#server/engine/command.ts';
import { decode } from '#server/runtime/codec.ts';
import type { Page, RecordedDecision, RecordedOrder, RecordedSignal, Records } from '#server/runtime/records.ts';
import type { Driver } from './driver.ts';

/** One row more than asked for tells whether there is a next page; entries are never torn over two pages. */
function pageOf<Row extends { readonly seq: number }, T>(rows: readonly Row[], limit: number, present: (row: Row) => T): Page<T> {
  if (rows.length <= limit) return { items: rows.map(present), nextCursor: undefined };
  const beyond = (rows[limit] as Row).seq;
  const whole = rows.slice(0, limit).filter((row) => row.seq !== beyond);
  const items = whole.length > 0 ? whole : rows.slice(0, limit);
  return { items: items.map(present), nextCursor: items.at(-1)?.seq };
}

const recordedOrder = ({ seq, text }: { seq: number; text: string }): RecordedOrder => {
  const order = decode<Order>(text);
  const { id, symbol, side, type, timeInForce, purpose, quantity, limitPrice, status, brokerId, filled, filledNotional, reason, refusal } =
    order;
  const base = { id, seq, symbol, side, type, timeInForce, purpose, quantity, limitPrice, status, brokerId, filled, filledNotional };
  return { ...base, reason, refusal, createdAt: order.createdAt, updatedAt: order.updatedAt };
};

const recordedDecision = ({ seq, nth, at, text }: { seq: number; nth: number; at: number; text: string }): RecordedDecision => ({
  id: `${seq}-${nth}`,
  seq,
  at: at as Instant,
  decision: decode<Decision>(text),
});

const DECISION_ID = /^(\d{1,15})-(\d{1,6})$/;

export function recordsOf({ read, tables }: Driver, run: string): Records {
  const { journal, orders, signals, decisions } = tables;
  return {
    async orders({ limit, cursor, symbol, open }) {
      const where = and(
        eq(orders.run, run),
        cursor === undefined ? undefined : lt(orders.seq, cursor),
        symbol === undefined ? undefined : eq(orders.symbol, symbol),
        open === undefined ? undefined : eq(orders.open, open ? 1 : 0),
      );
      const rows = await read
        .select()
        .from(orders)
        .where(where)
        .orderBy(desc(orders.seq), desc(orders.nth))
        .limit(limit + 1);
      return pageOf(rows, limit, recordedOrder);
    },
    async order(id: OrderId) {
      const [row] = await read
        .select()
        .from(orders)
        .where(and(eq(orders.run, run), eq(orders.id, id)));
      return row === undefined ? undefined : recordedOrder(row);
    },
    async signals({ limit, cursor, symbol }) {
      const where = and(
        eq(signals.run, run),
        cursor === undefined ? undefined : lt(signals.seq, cursor),
        symbol === undefined ? undefined : eq(signals.symbol, symbol),
      );
      const rows = await read
        .select()
        .from(signals)
        .where(where)
        .orderBy(desc(signals.seq), desc(signals.nth))
        .limit(limit + 1);
      return pageOf(rows, limit, ({ seq, text }): RecordedSignal => ({ seq, ...decode<DatedSignal>(text) }));
    },
    async decisions({ limit, cursor, symbol }) {
      const where = and(
        eq(decisions.run, run),
        cursor === undefined ? undefined : lt(decisions.seq, cursor),
        symbol === undefined ? undefined : eq(decisions.symbol, symbol),
      );
      const rows = await read
        .select()
        .from(decisions)
        .where(where)
        .orderBy(desc(decisions.seq), desc(decisions.nth))
        .limit(limit + 1);
      return pageOf(rows, limit, recordedDecision);
    },
    async decision(id) {
      const place = DECISION_ID.exec(id);
      if (place === null) return undefined;
      const where = and(eq(decisions.run, run), eq(decisions.seq, Number(place[1])), eq(decisions.nth, Number(place[2])));
      const [row] = await read.select().from(decisions).where(where);
      return row === undefined ? undefined : recordedDecision(row);
    },
    async entriesAfter(seq, limit) {
      const where = and(eq(journal.run, run), gt(journal.seq, seq));
      const rows = await read.select({ text: journal.text }).from(journal).where(where).orderBy(asc(journal.seq)).limit(limit);
      return rows.map(({ text }) => decode<Entry>(text));
    },
  };
}
