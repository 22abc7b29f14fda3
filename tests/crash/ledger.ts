/** The ledger, read past the store: after any crash it has what the journal says, and every order as the books have it. */
import { DatabaseSync } from 'node:sqlite';
import type { Books } from '#server/domain/books.ts';
import type { Entry } from '#server/engine/command.ts';
import { decode } from '#server/runtime/codec.ts';

/** What is missing or otherwise, in words. */
export function ledgerFault(file: string, texts: readonly string[], books: Books): string | undefined {
  const raw = new DatabaseSync(file);
  try {
    const entries = texts.map((text) => decode<Entry>(text));
    return listFault(raw, entries) ?? orderFault(raw, entries, books);
  } finally {
    raw.close();
  }
}

function listFault(raw: DatabaseSync, entries: readonly Entry[]): string | undefined {
  const kinds = (...wanted: string[]): string[] => entries.filter(({ event }) => wanted.includes(event.kind)).map(({ seq }) => `${seq}`);
  const executions = entries.flatMap(({ event }) => (event.kind === 'fill' ? [event.fill.executionId as string] : []));
  const each = (list: 'signals' | 'decisions'): string[] => entries.flatMap((entry) => entry[list].map((_, nth) => `${entry.seq}-${nth}`));
  const wanted: Readonly<Record<string, { readonly key: string; readonly keys: readonly string[] }>> = {
    signals: { key: "seq || '-' || nth", keys: each('signals') },
    decisions: { key: "seq || '-' || nth", keys: each('decisions') },
    fills: { key: 'execution_id', keys: [...new Set(executions)] },
    halts: { key: 'seq', keys: kinds('killEngaged', 'killReleased', 'releaseDenied', 'fault') },
    equity: { key: 'seq', keys: kinds('statement') },
  };
  for (const [table, { key, keys }] of Object.entries(wanted)) {
    const there = raw.prepare(`SELECT ${key} AS key FROM ${table}`).all();
    const found = new Set(there.map((row) => String(row['key'])));
    const missing = keys.find((one) => !found.has(one));
    if (missing !== undefined) return `the ledger has no row ${missing} of ${table}`;
    if (found.size !== keys.length) return `the ledger has ${found.size} rows of ${table}, and the journal ${keys.length}`;
  }
  return undefined;
}

function orderFault(raw: DatabaseSync, entries: readonly Entry[], books: Books): string | undefined {
  const rows = raw.prepare('SELECT id, status, filled FROM orders').all();
  const found = new Map(rows.map((row) => [String(row['id']), row]));
  const given = entries.flatMap(({ commands }) => commands.flatMap((one) => (one.kind === 'place' ? [one.order] : [])));
  const missing = given.find((id) => !found.has(id));
  if (missing !== undefined) return `the ledger does not have order ${missing}`;
  for (const { id, status } of books.orders.values()) {
    const written = found.get(id)?.['status'];
    if (written !== status) return `order ${id} is ${status} in the books and ${String(written)} in the ledger`;
  }
  return undefined;
}
