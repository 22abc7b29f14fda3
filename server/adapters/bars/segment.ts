/**
 * The bytes of a segment: up to some ten thousand bars of one series. docs/data.md has the format.
 *
 *     0  "TRADBARS"   8  version, u32   12  CRC-32 of all that follows   16  length of the header, u32   20  0
 *    24  the header as JSON, padded with blanks; then its columns, each from a multiple of eight bytes on; little endian
 */
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { ADJUSTMENTS } from '#server/domain/adjustment.ts';
import type { BarRows, FullBarRows } from '#server/domain/bar-blocks.ts';
import { firstOf, lastOf, ROW_COLUMNS, type RowColumn } from '#server/history/bar-rows.ts';
import {
  type Packed,
  type PackedRows,
  packRows,
  unpackPriceRows,
  unpackRows,
  WIDTH_NAMES,
  type Width,
  widthType,
} from '#server/history/pack.ts';
import type { SeriesKey } from '#server/history/series.ts';
import { BarStoreError } from './error.ts';

const MAGIC = 'TRADBARS';
export const FORMAT_VERSION = 1;
const HEADER_AT = 24;
const CHECKED_FROM = 16;
const ALIGNMENT = 8;
/** A header of more can not be one. */
const LONGEST_HEADER = 65_536;

const Column = z.strictObject({
  name: z.enum(ROW_COLUMNS),
  width: z.enum(WIDTH_NAMES as [Width, ...Width[]]),
  scale: z.number().positive(),
  base: z.number(),
  /** Bytes from the beginning of the file. */
  at: z.int().min(HEADER_AT).multipleOf(ALIGNMENT),
});

const Header = z.strictObject({
  symbol: z.string(),
  timeframe: z.string(),
  adjustment: z.enum(ADJUSTMENTS),
  source: z.string(),
  bars: z.int().min(1).max(10_000_000),
  firstAt: z.int(),
  lastAt: z.int(),
  columns: z.array(Column),
});
type Header = z.output<typeof Header>;

/** What a segment says of itself. */
export type SegmentHeader = Pick<Header, 'symbol' | 'timeframe' | 'adjustment' | 'source' | 'bars' | 'firstAt' | 'lastAt'>;

const aligned = (at: number): number => Math.ceil(at / ALIGNMENT) * ALIGNMENT;

export function encodeSegment(key: SeriesKey, source: string, rows: FullBarRows): Buffer {
  const packed = packRows(rows);
  const present = ROW_COLUMNS.flatMap((name) => (packed[name] === undefined ? [] : [{ name, packed: packed[name] }]));
  const headerOf = (headerBytes: number): { text: string; end: number } => {
    let at = HEADER_AT + headerBytes;
    const columns = present.map(({ name, packed: { width, scale, base, numbers } }) => {
      const column = { name, width, scale, base, at };
      at = aligned(at + numbers.byteLength);
      return column;
    });
    const { symbol, timeframe, adjustment } = key;
    const facts = { symbol, timeframe: timeframe.name, adjustment, source, bars: rows.length };
    const header: Header = { ...facts, firstAt: firstOf(rows), lastAt: lastOf(rows), columns };
    return { text: JSON.stringify(header), end: at };
  };
  // The header names places that lie behind it: its own length is settled first, with room for longer numbers.
  const headerBytes = aligned(Buffer.byteLength(headerOf(0).text) + 8 * present.length);
  const { text, end } = headerOf(headerBytes);
  const bytes = Buffer.alloc(end);
  bytes.write(MAGIC, 0, 'latin1');
  bytes.writeUInt32LE(FORMAT_VERSION, 8);
  bytes.writeUInt32LE(headerBytes, 16);
  bytes.write(text.padEnd(headerBytes), HEADER_AT);
  let at = HEADER_AT + headerBytes;
  for (const { packed: one } of present) {
    const { buffer, byteOffset, byteLength } = one.numbers;
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at = aligned(at + byteLength);
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(CHECKED_FROM)), 12);
  return bytes;
}

export interface Segment {
  readonly header: SegmentHeader;
  /** Writes the bars into rows of just that length. */
  unpack(rows: FullBarRows): void;
  /** Without what a backtest does not read. */
  unpackPrices(rows: BarRows): void;
}

const damaged = (path: string, what: string): BarStoreError =>
  new BarStoreError({
    code: 'barsDamaged',
    message: `${path} is damaged: ${what}`,
    hint: 'run "tradar data verify"; then remove the series with "tradar data remove", and fetch or import it again',
    facts: { path },
  });

/** Checks every byte; a BarStoreError tells what is wrong. `path` names the file in complaints. */
export function decodeSegment(path: string, bytes: Buffer): Segment {
  if (bytes.length < HEADER_AT || bytes.toString('latin1', 0, 8) !== MAGIC) throw damaged(path, 'it does not begin as a file of bars does');
  const version = bytes.readUInt32LE(8);
  if (version !== FORMAT_VERSION) {
    throw new BarStoreError({
      code: 'barsVersion',
      message: `${path} has version ${version} of the format; this program reads version ${FORMAT_VERSION}`,
      hint: 'use the version of tradar that wrote it, or remove the series with "tradar data remove" and fetch or import it again',
      facts: { path, version },
    });
  }
  if (crc32(bytes.subarray(CHECKED_FROM)) !== bytes.readUInt32LE(12))
    throw damaged(path, 'its checksum is wrong, so it was cut off or changed');
  const header = readHeader(path, bytes);
  const packed = packedRows(path, bytes, header);
  return {
    header,
    unpack: (rows) => unpackRows(packed, rows),
    unpackPrices: (rows) => unpackPriceRows(packed, rows),
  };
}

function readHeader(path: string, bytes: Buffer): Header {
  const length = bytes.readUInt32LE(16);
  if (length > LONGEST_HEADER || HEADER_AT + length > bytes.length) throw damaged(path, 'its header is longer than it can be');
  try {
    return Header.parse(JSON.parse(bytes.toString('utf8', HEADER_AT, HEADER_AT + length)));
  } catch {
    throw damaged(path, 'its header can not be read');
  }
}

function packedRows(path: string, bytes: Buffer, { bars, columns }: Header): PackedRows {
  const found = new Map<RowColumn, Packed>();
  for (const { name, width, scale, base, at } of columns) {
    const Type = widthType(width);
    const byteLength = bars * Type.BYTES_PER_ELEMENT;
    if (at + byteLength > bytes.length) throw damaged(path, `its column ${name} is cut off`);
    // A view wants its bytes aligned, and a small file may lie anywhere in Node's pool.
    const place = bytes.byteOffset + at;
    const numbers =
      place % Type.BYTES_PER_ELEMENT === 0
        ? new Type(bytes.buffer as ArrayBuffer, place, bars)
        : new Type(Uint8Array.prototype.slice.call(bytes, at, at + byteLength).buffer, 0, bars);
    found.set(name, { width, scale, base, numbers });
  }
  const column = (name: RowColumn): Packed => {
    const packed = found.get(name);
    if (packed === undefined) throw damaged(path, `it has no column ${name}`);
    return packed;
  };
  return {
    startsAt: column('startsAt'),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
    vwap: found.get('vwap'),
    trades: found.get('trades'),
  };
}
