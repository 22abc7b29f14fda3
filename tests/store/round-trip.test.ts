/** What is written comes back as the same text, and the ledger holds what the entries say. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournalReader } from '#server/adapters/store/journal-reader.ts';
import type { OrderId } from '#server/domain/ids.ts';
import { parseMoney, parseQuantity } from '#server/domain/money.ts';
import { encode } from '#server/runtime/codec.ts';
import { BTC } from '#tests/support/builders.ts';
import { type Database, dialects, freshDatabase } from './database.ts';
import { aFill, decision, EVENTS, entry, intent, order, ordersOf, signal, written } from './entries.ts';

describe.each(dialects)('what is written, on %s', (dialect) => {
  let database: Database;
  beforeAll(async () => {
    database = await freshDatabase(dialect);
  });
  afterAll(async () => await database[Symbol.asyncDispose]());

  it('comes back as the same text, whatever the event', async () => {
    const archive = await database.archive();
    const all = Object.values(EVENTS).map((event, nth) =>
      entry(nth + 1, event, {
        signals: [signal(), signal({ symbol: BTC, horizonMs: 60_000 })],
        decisions: [
          decision(),
          decision({ verdict: { kind: 'refused', intent, because: [{ rule: 'notional', reason: '#20000' }] }, order: undefined }),
        ],
        commands: [{ kind: 'alert', code: 'fault', text: '##\u2028"🚀' }],
      }),
    );
    await written(archive, all);
    const read = await archive.records.entriesAfter(0, 100);
    expect(read.map(encode)).toEqual(all.map(encode));
    const texts = await database.sql('SELECT text FROM journal WHERE run = ? ORDER BY seq', [archive.run]);
    expect(texts.map(({ text }) => text)).toEqual(all.map(encode));
    expect(await archive.verify(0)).toBeUndefined();
    expect(await archive.records.entriesAfter(all.length - 1, 1)).toHaveLength(1);
    expect(await archive.records.entriesAfter(all.length, 1)).toEqual([]);
  });

  it('is listed in the ledger as it was said', async () => {
    const archive = await database.archive({ account: 'ledger' });
    const { statement: _, ...rest } = EVENTS;
    const last = Object.keys(rest).length;
    await written(
      archive,
      Object.values(rest).map((event, nth) => entry(nth + 1, event, { signals: [signal()], decisions: [decision()] })),
    );
    const { items } = await archive.records.signals({ limit: 1 });
    expect(items).toEqual([{ seq: last, ...JSON.parse(JSON.stringify(signal())) }]);
    const [latest] = (await archive.records.decisions({ limit: 1 })).items;
    expect(latest?.id).toBe(`${last}-0`);
    expect(encode(latest?.decision)).toBe(encode(decision()));
    expect(await archive.records.decision(`${last}-0`)).toEqual(latest);
    for (const id of [`${last}-1`, '99-0', '', `${last}`, `${last}-0' OR 1=1`, '-1-0'])
      expect(await archive.records.decision(id)).toBeUndefined();
    const halts = await database.sql('SELECT kind, level, who, reason FROM halts WHERE run = ? ORDER BY seq', [archive.run]);
    const { killEngaged, killReleased, releaseDenied, fault } = EVENTS;
    expect(halts).toEqual([
      { kind: 'killEngaged', level: 'flatten', who: killEngaged.by, reason: killEngaged.reason },
      { kind: 'releaseDenied', level: null, who: releaseDenied.by, reason: releaseDenied.reason },
      { kind: 'killReleased', level: null, who: killReleased.by, reason: killReleased.note },
      { kind: 'fault', level: null, who: fault.where, reason: fault.reason },
    ]);
    const [fill] = await database.sql('SELECT quantity, price, side FROM fills WHERE run = ?', [archive.run]);
    expect(fill).toEqual({ quantity: '0.000000001', price: '99999.990000000', side: 'sell' });
  });

  it('held half a character in a reason for a ledger that somebody had changed', async () => {
    const archive = await database.archive({ account: 'halves' });
    const half = { kind: 'killEngaged', level: 'halt', by: 'viewer', reason: '\ud800 half' } as const;
    await written(archive, [entry(1, half), entry(2, { kind: 'killReleased', by: 'api', note: 'half \udc00', latchId: 1 })]);
    const reader = await openJournalReader(database.url, database.home);
    try {
      expect(await reader.check(archive.run, [])).toMatchObject({ head: { seq: 2 }, broken: undefined });
    } finally {
      await reader.close();
    }
  });

  it('is an order as it stands now, in its first place', async () => {
    const archive = await database.archive({ account: 'orders' });
    const [ours] = ordersOf(archive, 1, 1);
    if (ours === undefined) throw new Error('no order');
    const theirs = order({ id: `x-${'y'.repeat(126)}` as OrderId, reason: 'given outside' });
    await written(archive, [entry(1)], [ours, theirs]);
    const changed = { status: 'filled', filled: parseQuantity('100'), filledNotional: parseMoney('18750.000000001') } as const;
    await written(
      archive,
      [entry(2), entry(3)],
      [
        { ...ours, ...changed },
        { ...theirs, refusal: '#no' },
      ],
    );
    const all = (await archive.records.orders({ limit: 10 })).items;
    expect(all.map(({ id, seq, status }) => ({ id, seq, status }))).toEqual([
      { id: theirs.id, seq: 1, status: 'submitting' },
      { id: ours.id, seq: 1, status: 'filled' },
    ]);
    expect(await archive.records.order(ours.id)).toMatchObject(changed);
    expect(await archive.records.order(theirs.id)).toMatchObject({ refusal: '#no', reason: 'given outside' });
    expect(await archive.records.order('r0-1-0' as OrderId)).toBeUndefined();
    const open = await archive.records.orders({ limit: 10, open: true });
    expect(open.items.map(({ id }) => id)).toEqual([theirs.id]);
    const closed = await archive.records.orders({ limit: 10, open: false });
    expect(closed.items.map(({ id }) => id)).toEqual([ours.id]);
    expect((await archive.records.orders({ limit: 10, symbol: BTC })).items).toEqual([]);
  });

  it('is a fill once, however often it is told', async () => {
    const archive = await database.archive({ account: 'fills' });
    await written(archive, [aFill(1, 'same'), aFill(2, 'same'), aFill(3, 'Same')]);
    await written(archive, [aFill(4, 'same', '7')]);
    const fills = await database.sql('SELECT execution_id, seq, quantity FROM fills WHERE run = ? ORDER BY seq', [archive.run]);
    expect(fills).toEqual([
      { execution_id: 'same', seq: 1, quantity: '1.000000000' },
      { execution_id: 'Same', seq: 3, quantity: '1.000000000' },
    ]);
    expect(await archive.records.entriesAfter(0, 10)).toHaveLength(4);
  });

  it('is the curve of what the account was worth, statement by statement', async () => {
    const archive = await database.archive({ account: 'equity' });
    const { statement, tick } = EVENTS;
    await written(archive, [entry(1, statement), entry(2, tick), entry(3, statement)]);
    const curve = await database.sql('SELECT seq, at, equity, cash FROM equity WHERE run = ? ORDER BY seq', [archive.run]);
    const { equity, cash } = statement.statement;
    const [first, third] = [entry(1), entry(3)];
    expect(curve.map((row) => ({ ...row, equity: parseMoney(String(row['equity'])), cash: parseMoney(String(row['cash'])) }))).toEqual([
      { seq: 1, at: first.at, equity, cash },
      { seq: 3, at: third.at, equity, cash },
    ]);
  });
});
