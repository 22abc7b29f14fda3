/**
 * A run's folder: written under a name of its own that begins with a dot, and renamed when it is whole, so that nothing
 * half-written is ever taken for a run.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../../exchange/wire/make-folder.ts';
import type { Rows } from '../ledger.ts';
import type { EquityCurve } from '../result.ts';
import { draftName } from './abandoned-drafts.ts';
import {
  decisionLine,
  equityHeader,
  equityLines,
  FILLS_HEADER,
  fillLine,
  ORDERS_HEADER,
  orderLine,
  TRADES_HEADER,
  tradeLine,
} from './rows-text.ts';

export const RUN_FILES = {
  config: 'config.json',
  result: 'result.json',
  equity: 'equity.csv',
  fills: 'fills.csv',
  trades: 'trades.csv',
  orders: 'orders.csv',
  decisions: 'decisions.jsonl',
} as const;

type Table = 'equity' | 'fills' | 'trades' | 'orders' | 'decisions';

export class RunFolder {
  /** Where it will be. */
  readonly path: string;
  readonly #draft: string;
  readonly #files: Readonly<Record<Table, number>>;

  /** Begins a draft beside `path`, which must not exist. */
  constructor(path: string, symbols: EquityCurve['symbols']) {
    this.path = path;
    this.#draft = join(dirname(path), draftName(basename(path)));
    if (existsSync(path)) throw new Error(`${path} is there already`);
    rmSync(this.#draft, { recursive: true, force: true });
    makeFolder(this.#draft);
    const opened: number[] = [];
    const open = (name: string, header: string): number => {
      const file = openSync(join(this.#draft, name), 'wx');
      opened.push(file);
      if (header !== '') writeAll(file, `${header}\n`);
      return file;
    };
    try {
      this.#files = {
        equity: open(RUN_FILES.equity, equityHeader({ symbols })),
        fills: open(RUN_FILES.fills, FILLS_HEADER),
        trades: open(RUN_FILES.trades, TRADES_HEADER),
        orders: open(RUN_FILES.orders, ORDERS_HEADER),
        decisions: open(RUN_FILES.decisions, ''),
      };
    } catch (error) {
      // Nobody has it yet who could abandon it.
      for (const file of opened) closeSync(file);
      rmSync(this.#draft, { recursive: true, force: true });
      throw error;
    }
  }

  /** Appends what has come since the last call. */
  append(curve: EquityCurve, rows: Rows): void {
    writeAll(this.#files.equity, equityLines(curve));
    this.#lines('fills', rows.fills, fillLine);
    this.#lines('trades', rows.trades, tradeLine);
    this.#lines('orders', rows.orders, orderLine);
    this.#lines('decisions', rows.decisions, decisionLine);
  }

  #lines<Row>(table: Table, rows: readonly Row[], text: (row: Row) => string): void {
    if (rows.length > 0) writeAll(this.#files[table], `${rows.map(text).join('\n')}\n`);
  }

  /** Makes it a run. */
  complete(config: object, result: object): void {
    for (const [name, content] of [
      [RUN_FILES.config, config],
      [RUN_FILES.result, result],
    ] as const) {
      const file = openSync(join(this.#draft, name), 'wx');
      writeAll(file, `${JSON.stringify(content, null, 2)}\n`);
      fsyncSync(file);
      closeSync(file);
    }
    for (const file of Object.values(this.#files)) {
      fsyncSync(file);
      closeSync(file);
    }
    renameSync(this.#draft, this.path);
  }

  /** Leaves nothing behind. */
  abandon(): void {
    for (const file of Object.values(this.#files)) {
      try {
        closeSync(file);
      } catch {
        // It was closed by `complete`, which failed later.
      }
    }
    rmSync(this.#draft, { recursive: true, force: true });
  }
}

/** A write may take less than it was given, and a full disk says so only then. */
function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
