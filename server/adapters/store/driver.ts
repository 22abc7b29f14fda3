/** What a dialect must be able to do: typed reads through drizzle, and a batch of rows written as one transaction. */
import type { MySql2Database } from 'drizzle-orm/mysql2';
import type { Tables } from '#drizzle/schema.ts';

export type Value = string | number | null;
export type TableName = Exclude<keyof Tables, 'bars'>;

/** Rows for one table. Where one with the same key is there, it is refused, or what may change of it is updated. */
export interface Put {
  readonly table: TableName;
  readonly whenThere: 'refuse' | 'update';
  readonly rows: readonly (readonly Value[])[];
}

/** A statement with `?` for its values, the same text in both dialects. */
export interface Statement {
  readonly text: string;
  readonly values: readonly Value[];
}

export type Reading = Pick<MySql2Database, 'select'>;

export interface Driver {
  readonly dialect: 'sqlite' | 'mysql';
  /** Where it is, without a password. */
  readonly where: string;
  readonly tables: Tables;
  /** On a connection of its own, so it never sees half of a write; failures are explained. */
  read<T>(query: (from: Reading) => PromiseLike<T>): Promise<T>;
  /** All or nothing, and durable when it resolves; one at a time. */
  write(puts: readonly Put[], afterwards?: readonly Statement[]): Promise<void>;
  /** All or nothing, in its turn among the writes; what comes after it is never durable without it, and it may be lost with all since. */
  writeBehind(puts: readonly Put[]): Promise<void>;
  close(): Promise<void>;
}

/** The half of it that changes nothing. */
export type ReadingDriver = Pick<Driver, 'where' | 'tables' | 'read' | 'close'>;

interface Columns {
  /** In the order of a row's values. */
  readonly names: readonly string[];
  /** How many of the first never change once written: the key, where it is listed, and all of what is a fact. */
  readonly fixed: number;
}

export const COLUMNS: Readonly<Record<TableName, Columns>> = {
  runs: { names: ['id', 'mode', 'account', 'created_at'], fixed: 4 },
  journal: { names: ['run', 'seq', 'at', 'kind', 'text', 'hash'], fixed: 6 },
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
    fixed: 4,
  },
  fills: { names: ['run', 'execution_id', 'seq', 'order_id', 'symbol', 'side', 'quantity', 'price', 'at'], fixed: 9 },
  signals: { names: ['run', 'seq', 'nth', 'symbol', 'deployment', 'at', 'text'], fixed: 7 },
  decisions: { names: ['run', 'seq', 'nth', 'symbol', 'at', 'text'], fixed: 6 },
  halts: { names: ['run', 'seq', 'at', 'kind', 'level', 'who', 'reason'], fixed: 7 },
  equity: { names: ['run', 'seq', 'at', 'equity', 'cash'], fixed: 5 },
  snapshots: { names: ['run', 'seq', 'text'], fixed: 2 },
};
