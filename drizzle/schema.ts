/**
 * Every table, once. `journal` is the truth of what was stepped, and why; `orders`, `fills`, `signals`, `decisions`, `halts`
 * and `equity` are a ledger written from its entries right after them and can be built again from it; `snapshots`
 * save a start the long way; `bars` is a cache of history.
 */
import type { Kit } from './kit.ts';

export const tables = (c: Kit) => ({
  runs: c.table('runs', {
    id: c.key().primaryKey(),
    mode: c.label().notNull(),
    account: c.label().notNull(),
    createdAt: c.instant().notNull(),
  }),
  journal: c.table(
    'journal',
    {
      run: c.key().notNull(),
      seq: c.int().notNull(),
      at: c.instant().notNull(),
      kind: c.label().notNull(),
      text: c.text().notNull(),
      hash: c.key().notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.run, t.seq] })],
  ),
  orders: c.table(
    'orders',
    {
      run: c.key().notNull(),
      /** An adopted order's id is whatever another program gave it. */
      id: c.label().notNull(),
      seq: c.int().notNull(),
      nth: c.int().notNull(),
      symbol: c.label().notNull(),
      status: c.label().notNull(),
      open: c.int().notNull(),
      brokerId: c.label(),
      quantity: c.fixed().notNull(),
      filled: c.fixed().notNull(),
      filledNotional: c.fixed().notNull(),
      updatedAt: c.instant().notNull(),
      /** The whole order as canonical text. */
      text: c.text().notNull(),
    },
    (t) => [
      c.primaryKey({ columns: [t.run, t.id] }),
      c.index('orders_by_seq').on(t.run, t.seq),
      c.index('orders_by_open').on(t.run, t.open, t.seq),
    ],
  ),
  fills: c.table(
    'fills',
    {
      run: c.key().notNull(),
      executionId: c.label().notNull(),
      seq: c.int().notNull(),
      orderId: c.label().notNull(),
      symbol: c.label().notNull(),
      side: c.label().notNull(),
      quantity: c.fixed().notNull(),
      price: c.fixed().notNull(),
      at: c.instant().notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.run, t.executionId] }), c.index('fills_by_seq').on(t.run, t.seq)],
  ),
  signals: c.table(
    'signals',
    {
      run: c.key().notNull(),
      seq: c.int().notNull(),
      nth: c.int().notNull(),
      symbol: c.label().notNull(),
      deployment: c.label().notNull(),
      at: c.instant().notNull(),
      text: c.text().notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.run, t.seq, t.nth] }), c.index('signals_by_symbol').on(t.run, t.symbol, t.seq)],
  ),
  decisions: c.table(
    'decisions',
    {
      run: c.key().notNull(),
      seq: c.int().notNull(),
      nth: c.int().notNull(),
      symbol: c.label().notNull(),
      at: c.instant().notNull(),
      text: c.text().notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.run, t.seq, t.nth] }), c.index('decisions_by_symbol').on(t.run, t.symbol, t.seq)],
  ),
  halts: c.table(
    'halts',
    {
      run: c.key().notNull(),
      seq: c.int().notNull(),
      at: c.instant().notNull(),
      kind: c.label().notNull(),
      level: c.label(),
      who: c.text().notNull(),
      reason: c.text().notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.run, t.seq] })],
  ),
  /** What the broker said the account is worth, statement by statement: the curve. */
  equity: c.table(
    'equity',
    {
      run: c.key().notNull(),
      seq: c.int().notNull(),
      at: c.instant().notNull(),
      equity: c.fixed().notNull(),
      cash: c.fixed().notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.run, t.seq] })],
  ),
  snapshots: c.table('snapshots', { run: c.key().notNull(), seq: c.int().notNull(), text: c.text().notNull() }, (t) => [
    c.primaryKey({ columns: [t.run, t.seq] }),
  ]),
  bars: c.table(
    'bars',
    {
      symbol: c.label().notNull(),
      timeframe: c.key().notNull(),
      at: c.instant().notNull(),
      open: c.real().notNull(),
      high: c.real().notNull(),
      low: c.real().notNull(),
      close: c.real().notNull(),
      volume: c.real().notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.symbol, t.timeframe, t.at] })],
  ),
});

export type Tables = ReturnType<typeof tables>;
