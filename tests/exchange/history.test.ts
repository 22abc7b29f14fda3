/** What finished orders, activities, trade updates and samples of the equity are kept in, against plain models. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '#server/domain/time.ts';
import { createClientIdIndex } from '#server/exchange/client-id-index.ts';
import { createEquityHistory } from '#server/exchange/equity-history.ts';
import type { TradeUpdate } from '#server/exchange/events.ts';
import { createExchange } from '#server/exchange/exchange.ts';
import { createPlaceTable } from '#server/exchange/place-table.ts';
import type { RecordReader, RecordWriter } from '#server/exchange/record-cursor.ts';
import { CHUNK_RECORDS, createRecordLog } from '#server/exchange/record-log.ts';
import { createUsedNames } from '#server/exchange/used-names.ts';
import { renderTradeUpdate } from '#server/exchange/view/order-view.ts';
import { anySession, anyTape, anyWeek, playSession } from './random-session.ts';

type Field = readonly ['byte' | 'count' | 'number', number] | readonly ['amount', bigint] | readonly ['text', string];

const wholes = [0, 1, 127, 128, 2 ** 28 - 1, 2 ** 28, 2 ** 31, 2 ** 32, 2 ** 49, 2 ** 53 - 1];
const field: fc.Arbitrary<Field> = fc.oneof(
  fc.tuple(fc.constant('byte' as const), fc.nat({ max: 255 })),
  fc.tuple(fc.constant('count' as const), fc.oneof(fc.constantFrom(...wholes), fc.maxSafeNat())),
  fc.tuple(fc.constant('number' as const), fc.double({ noNaN: true })),
  fc.tuple(fc.constant('amount' as const), fc.oneof(fc.constantFrom(...wholes.map(BigInt), 1n << 63n), fc.bigInt(0n, 1n << 200n))),
  fc.tuple(fc.constant('text' as const), fc.string({ unit: 'grapheme', maxLength: 40 })),
);

function put(writer: RecordWriter, [kind, value]: Field): void {
  if (kind === 'amount') writer.amount(value);
  else if (kind === 'text') writer.text(value);
  else writer[kind](value);
}

const readAll = (reader: RecordReader, fields: readonly Field[]): unknown[] => fields.map(([kind]) => reader[kind]());
const valuesOf = (fields: readonly Field[]): unknown[] => fields.map(([, value]) => value);

describe('a record log', () => {
  it('gives back what was written, also after it was saved', () => {
    fc.assert(
      fc.property(fc.array(fc.array(field, { maxLength: 12 }), { minLength: 1, maxLength: 30 }), (records) => {
        const log = createRecordLog();
        const times = Math.ceil((CHUNK_RECORDS + 9) / records.length);
        for (let time = 0; time < times; time++)
          for (const record of records) {
            log.append((writer) => {
              for (const one of record) put(writer, one);
            });
          }
        const copy = createRecordLog();
        copy.load(log.save(), log.sealed());
        expect([copy.count(), copy.sealed().length]).toEqual([log.count(), 1]);
        for (const index of [0, records.length - 1, CHUNK_RECORDS - 1, CHUNK_RECORDS, log.count() - 1]) {
          const record = records[index % records.length] ?? [];
          for (const one of [log, copy]) expect(one.read(index, (reader) => readAll(reader, record))).toEqual(valuesOf(record));
        }
        expect(log.read(log.count(), () => 1)).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });

  it('forgets whole chunks, each record of them once, and never what is not old enough', () => {
    const log = createRecordLog();
    const left: number[] = [];
    for (let i = 0; i < 3 * CHUNK_RECORDS; i++) {
      log.append((writer) => writer.count(i));
      log.forgetBefore(i - 5_000, (index) => left.push(log.read(index, (reader) => reader.count()) ?? -1));
    }
    expect(left).toEqual(Array.from({ length: CHUNK_RECORDS }, (_, i) => i));
    expect(log.first()).toBe(CHUNK_RECORDS);
    expect(log.read(CHUNK_RECORDS - 1, () => 1)).toBeUndefined();
    expect(log.read(CHUNK_RECORDS, (reader) => reader.count())).toBe(CHUNK_RECORDS);
  });

  it('hands out the same bytes for a full chunk each time', () => {
    const log = createRecordLog();
    for (let i = 0; i <= CHUNK_RECORDS; i++) log.append((writer) => writer.count(i));
    const [first] = log.sealed();
    log.append((writer) => writer.count(1));
    expect(log.sealed()[0]?.bytes).toBe(first?.bytes);
    const copy = createRecordLog();
    copy.load(log.save(), log.sealed());
    expect(copy.sealed()[0]?.bytes).toBe(first?.bytes);
  });

  it('refuses bytes that are not whole', () => {
    const log = createRecordLog();
    for (let i = 0; i <= CHUNK_RECORDS; i++) log.append((writer) => writer.count(i));
    const [chunk = { index: 0, bytes: new Uint8Array(0) }] = log.sealed();
    const load = (...bytes: Uint8Array<ArrayBuffer>[]) =>
      createRecordLog().load(
        log.save(),
        bytes.map((one, place) => ({ index: place, bytes: one })),
      );
    expect(() => load(chunk.bytes.slice(0, -1))).toThrow(/damaged/);
    expect(() => load(chunk.bytes.slice(0, 30))).toThrow(/damaged/);
    expect(() => load(chunk.bytes, chunk.bytes)).toThrow(/damaged/);
  });
});

describe('names that were used', () => {
  it('are all known, others are not, in few runs', () => {
    const names = createUsedNames();
    const all = Array.from({ length: 70_000 }, (_, i) => `name-${i}`);
    for (let from = 0, size = 600; from < all.length; from += size) names.add(all.slice(from, from + size));
    expect(names.count()).toBe(all.length);
    expect(names.runs().length).toBeLessThan(10);
    const copy = createUsedNames();
    copy.load(names.runs());
    for (const one of [names, copy]) {
      expect(all.filter((name) => !one.has(name))).toEqual([]);
      expect(all.filter((name) => one.has(`not-${name}`))).toEqual([]);
    }
  });
});

describe('the index of client order ids', () => {
  it('finds what was added and not removed, like a map', () => {
    const id = fc.nat({ max: 2_000 }).map((n) => `id-${n}`);
    fc.assert(
      fc.property(fc.array(fc.tuple(id, fc.boolean()), { minLength: 500, maxLength: 3_000, size: 'max' }), (steps) => {
        const index = createClientIdIndex();
        const model = new Map<string, number[]>();
        steps.forEach(([name, adds], seq) => {
          const places = model.get(name) ?? [];
          if (adds) {
            index.add(name, seq);
            model.set(name, [...places, seq]);
          } else if (places[0] !== undefined) {
            index.remove(name, places[0]);
            model.set(name, places.slice(1));
          }
        });
        const ids = Array.from({ length: 2_001 }, (_, n) => `id-${n}`);
        expect(ids.map(index.candidates)).toEqual(ids.map((name) => model.get(name) ?? []));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a table by place', () => {
  it('holds what a map would, by place', () => {
    const place = fc.oneof(fc.nat({ max: 60 }), fc.nat({ max: 2 ** 31 }));
    const step = fc.oneof({ weight: 9, arbitrary: fc.tuple(place, fc.boolean()) }, { weight: 1, arbitrary: fc.constant(undefined) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 200, maxLength: 2_000, size: 'max' }), (steps) => {
        const table = createPlaceTable<string>();
        const model = new Map<number, string>();
        steps.forEach((one, nth) => {
          if (one === undefined) {
            if (nth % 40 !== 0) return;
            table.clear();
            model.clear();
          } else if (one[1]) {
            table.set(one[0], `${nth}`);
            model.set(one[0], `${nth}`);
          } else expect(table.delete(one[0])).toBe(model.delete(one[0]));
          expect(table.size()).toBe(model.size);
        });
        const byPlace = [...model].sort(([a], [b]) => a - b);
        expect(table.values()).toEqual(byPlace.map(([, value]) => value));
        expect(table.first()).toBe(byPlace[0]?.[1]);
        for (const [at, value] of byPlace) expect(table.get(at)).toBe(value);
        expect(table.get(2 ** 31 + 5)).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });
});

describe('the history of the equity', () => {
  it('tells the last change at or before an instant, and forgets what is older than a month', () => {
    const history = createEquityHistory();
    const model: [number, number][] = [];
    let at = 1_550_000_000_000;
    for (let i = 0; i < 60_000; i++) {
      at += i % 5 === 0 ? 0 : 120_000 + (i % 7);
      const value = 100_000 + ((i * 7_919) % 1_000) / 4;
      history.note(at, value);
      const last = model.at(-1);
      if (last?.[0] === at) last[1] = value;
      else if (last?.[1] !== value) model.push([at, value]);
    }
    const copy = createEquityHistory();
    copy.load(history.save(), history.parts());
    for (const one of [history, copy]) {
      for (let i = 1; i < 31 * 24; i++) {
        const asked = at - i * 3_600_000 + (i % 3);
        expect(one.at(asked)).toBe(model.findLast(([from]) => from <= asked)?.[1]);
      }
      expect(one.at(at)).toBe(model.at(-1)?.[1]);
    }
    expect(history.parts().length * CHUNK_RECORDS).toBeLessThan((32 * DAY_MS) / 120_000 + 2 * CHUNK_RECORDS);
  });
});

describe('trade updates', () => {
  const session = { tape: anyTape, steps: fc.oneof(anySession, anyWeek), seed: fc.nat({ max: 1_000 }) };

  it('are told again in the same words, whatever happened to the order', () => {
    fc.assert(
      fc.property(fc.record(session), ({ tape, steps, seed }) => {
        const exchange = createExchange({ tape, settings: { seed, partialFillChance: 0.4, publishTicks: false } });
        playSession(exchange, steps);
        const updates = exchange.drain().filter((event): event is TradeUpdate => event.kind === 'tradeUpdate');
        const log = exchange.tradeUpdateLog(1_000_000);
        for (const update of updates) log.append(update);
        expect([...log.replay(() => true)].map(renderTradeUpdate)).toEqual(updates.map(renderTradeUpdate));
        const wanted = updates.at(-1)?.eventId;
        expect([...log.replay(({ eventId }) => eventId === wanted)].length).toBe(updates.length > 0 ? 1 : 0);
      }),
      { numRuns: 100 },
    );
  });
});
