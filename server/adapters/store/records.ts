/** What the ledger and the journal can be asked, newest first and in pages. */
import { and, asc, desc, eq, gt, type SQL } from '#drizzle/query.ts';
import type { Decision } from '#server/domain/decision.ts';
import type { OrderId } from '#server/domain/ids.ts';
import type { Order } from '#server/domain/order.ts';
import { termsOf } from '#server/domain/order-terms.ts';
import type { DatedSignal } from '#server/domain/signal.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Entry } from '#server/engine/command.ts';
import { decode } from '#server/runtime/codec.ts';
import type { RecordedDecision, RecordedOrder, RecordedSignal, Records } from '#server/runtime/records.ts';
import type { Driver } from './driver.ts';
import { pageOf } from './page.ts';

const recordedOrder = ({ seq, text }: { seq: number; text: string }): RecordedOrder => {
  const order = decode<Order>(text);
  const { id, symbol, side, timeInForce, purpose, exit, quantity, status, brokerId, filled, filledNotional, reason, refusal } = order;
  const base = { id, seq, symbol, side, terms: termsOf(order), timeInForce, purpose, exit, quantity, status, brokerId };
  return { ...base, filled, filledNotional, reason, refusal, createdAt: order.createdAt, updatedAt: order.updatedAt };
};

const recordedSignal = ({ seq, text }: { seq: number; text: string }): RecordedSignal => ({ seq, ...decode<DatedSignal>(text) });

const recordedDecision = ({ seq, nth, at, text }: { seq: number; nth: number; at: number; text: string }): RecordedDecision => ({
  id: `${seq}-${nth}`,
  seq,
  at: at as Instant,
  decision: decode<Decision>(text),
});

const DECISION_ID = /^(\d{1,15})-(\d{1,6})$/;

export function recordsOf(driver: Driver, run: string): Records {
  return { ...orderRecords(driver, run), ...signalRecords(driver, run), ...decisionRecords(driver, run), ...entryRecords(driver, run) };
}

function orderRecords({ read, tables: { orders } }: Driver, run: string): Pick<Records, 'orders' | 'order'> {
  const newestFirst = [desc(orders.seq), desc(orders.nth), desc(orders.id)];
  return {
    orders: ({ symbol, open, ...request }) => {
      const mine = and(
        eq(orders.run, run),
        symbol === undefined ? undefined : eq(orders.symbol, symbol),
        open === undefined ? undefined : eq(orders.open, open ? 1 : 0),
      );
      const fetch = (where: SQL | undefined, limit: number) =>
        read((from) => {
          const rows = from.select().from(orders).where(and(mine, where));
          return rows.orderBy(...newestFirst).limit(limit);
        });
      return pageOf({ seq: orders.seq, fetch, present: recordedOrder }, request);
    },
    async order(id: OrderId) {
      const where = and(eq(orders.run, run), eq(orders.id, id));
      const [row] = await read((from) => from.select().from(orders).where(where));
      return row === undefined ? undefined : recordedOrder(row);
    },
  };
}

function signalRecords({ read, tables: { signals } }: Driver, run: string): Pick<Records, 'signals'> {
  const newestFirst = [desc(signals.seq), desc(signals.nth)];
  return {
    signals: ({ symbol, ...request }) => {
      const mine = and(eq(signals.run, run), symbol === undefined ? undefined : eq(signals.symbol, symbol));
      const fetch = (where: SQL | undefined, limit: number) =>
        read((from) => {
          const rows = from.select().from(signals).where(and(mine, where));
          return rows.orderBy(...newestFirst).limit(limit);
        });
      return pageOf({ seq: signals.seq, fetch, present: recordedSignal }, request);
    },
  };
}

function decisionRecords({ read, tables: { decisions } }: Driver, run: string): Pick<Records, 'decisions' | 'decision'> {
  const newestFirst = [desc(decisions.seq), desc(decisions.nth)];
  return {
    decisions: ({ symbol, ...request }) => {
      const mine = and(eq(decisions.run, run), symbol === undefined ? undefined : eq(decisions.symbol, symbol));
      const fetch = (where: SQL | undefined, limit: number) =>
        read((from) => {
          const rows = from.select().from(decisions).where(and(mine, where));
          return rows.orderBy(...newestFirst).limit(limit);
        });
      return pageOf({ seq: decisions.seq, fetch, present: recordedDecision }, request);
    },
    async decision(id) {
      const place = DECISION_ID.exec(id);
      if (place === null) return undefined;
      const where = and(eq(decisions.run, run), eq(decisions.seq, Number(place[1])), eq(decisions.nth, Number(place[2])));
      const [row] = await read((from) => from.select().from(decisions).where(where));
      return row === undefined ? undefined : recordedDecision(row);
    },
  };
}

const entryRecords = ({ read, tables: { journal } }: Driver, run: string): Pick<Records, 'entriesAfter'> => ({
  async entriesAfter(seq, limit) {
    const where = and(eq(journal.run, run), gt(journal.seq, seq));
    const rows = await read((from) =>
      from.select({ text: journal.text }).from(journal).where(where).orderBy(asc(journal.seq)).limit(limit),
    );
    return rows.map(({ text }) => decode<Entry>(text));
  },
});
