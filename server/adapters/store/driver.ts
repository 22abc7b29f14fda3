/** What a dialect must be able to do: typed reads through drizzle, and a batch of rows written as one transaction. */
import type { MySql2Database } from 'drizzle-orm/mysql2';
import type { Tables } from '#drizzle/schema.ts';

export type Value = string | number | null;
export type TableName = Exclude<keyof Tables, 'bars'>;

/** Rows for one table; `overwrite` replaces a row with the same key, `add` refuses it. */
export interface Put {
  readonly table: TableName;
  readonly mode: 'add' | 'overwrite';
  readonly rows: readonly (readonly Value[])[];
}

/** A statement with `?` for its values, the same text in both dialects. */
export interface Statement {
  readonly text: string;
  readonly values: readonly Value[];
}

export interface Driver {
  readonly dialect: 'sqlite' | 'mysql';
  /** Where it is, without a password. */
  readonly where: string;
  readonly tables: Tables;
  /** Reads only; its own connection, so it never sees half of a write. */
  readonly read: Pick<MySql2Database, 'select'>;
  /** All or nothing, and durable when it resolves; one at a time. */
  write(puts: readonly Put[], afterwards?: readonly Statement[]): Promise<void>;
  close(): Promise<void>;
}

/** The columns of a row, in the order of its values, and how many of the first are its key. */
export const COLUMNS: Readonly<Record<TableName, { readonly names: readonly string[]; readonly keys: number }>> = {
  runs: { names: ['id', 'mode', 'account', 'created_at'], keys: 1 },
  journal: { names: ['run', 'seq', 'at', 'kind', 'text', 'hash'], keys: 2 },
  orders: {
    names: [
      'run',
      'id',
      'seq',
      'nth',
      'symbol',
      'status',
      'open',
      'broker_id',
      'quantity',
      'filled',
      'filled_notional',
      'updated_at',
      'text',
    ],
    keys: 2,
  },
  fills: { names: ['run', 'execution_id', 'seq', 'order_id', 'symbol', 'side', 'quantity', 'price', 'at'], keys: 2 },
  signals: { names: ['run', 'seq', 'nth', 'symbol', 'deployment', 'at', 'text'], keys: 3 },
  decisions: { names: ['run', 'seq', 'nth', 'symbol', 'at', 'text'], keys: 3 },
  halts: { names: ['run', 'seq', 'at', 'kind', 'level', 'who', 'reason'], keys: 2 },
  snapshots: { names: ['run', 'seq', 'text'], keys: 2 },
};
