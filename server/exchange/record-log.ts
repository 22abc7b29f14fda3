/** An append-only list of byte records: a small fraction of what the same facts cost as objects. The oldest are forgotten. */

const CHUNK_RECORDS = 4_096;
const FIRST_BYTES = 65_536;
/** No record is larger. */
const MOST_BYTES = 4_096;
const WORD = 8;
const LOW_BITS = (1n << 63n) - 1n;

/** Writes the fields of one record, one after the other. */
export interface RecordWriter {
  byte(value: number): void;
  count(value: number): void;
  number(value: number): void;
  /** Below 2⁶³ in magnitude. */
  big(value: bigint): void;
  /** Of twice that width, not negative. */
  wide(value: bigint): void;
  text(value: string): void;
}

/** Reads them in the same order. */
export interface RecordReader {
  byte(): number;
  count(): number;
  number(): number;
  big(): bigint;
  wide(): bigint;
  text(): string;
}

interface Chunk {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView;
  readonly starts: number[];
  used: number;
}

export interface SavedLog {
  readonly count: number;
  readonly recordsPerChunk: number;
  readonly chunks: readonly { readonly index: number; readonly starts: readonly number[]; readonly bytes: string }[];
}

export interface RecordLog {
  /** Records ever appended; the index of the next one. */
  count(): number;
  /** Index of the oldest record that is kept. */
  first(): number;
  append(write: (writer: RecordWriter) => void): number;
  /** The record at an index, or nothing when it is not there any more. */
  read<T>(index: number, read: (reader: RecordReader) => T): T | undefined;
  save(): SavedLog;
  load(saved: SavedLog): void;
}

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder();

const chunkOf = (bytes: Uint8Array<ArrayBuffer>, starts: number[], used: number): Chunk => ({
  bytes,
  view: new DataView(bytes.buffer),
  starts,
  used,
});

/** Keeps at least the last `keep` records; 0 keeps all. */
export function createRecordLog(keep: number): RecordLog {
  let chunks = new Map<number, Chunk>();
  let count = 0;
  const cursor = createCursor();
  const current = (): Chunk => {
    const index = Math.floor(count / CHUNK_RECORDS);
    let chunk = chunks.get(index);
    if (!chunk) {
      chunk = chunkOf(new Uint8Array(FIRST_BYTES), [], 0);
      chunks.set(index, chunk);
      if (keep > 0) chunks.delete(index - Math.ceil(keep / CHUNK_RECORDS) - 1);
    }
    if (chunk.used + MOST_BYTES > chunk.bytes.length) grow(chunk);
    return chunk;
  };
  return {
    count: () => count,
    first: () => (chunks.size === 0 ? count : Math.min(...chunks.keys()) * CHUNK_RECORDS),
    append: (write) => {
      const chunk = current();
      cursor.moveTo(chunk.bytes, chunk.view, chunk.used);
      write(cursor);
      chunk.starts.push(chunk.used);
      chunk.used = cursor.at();
      count += 1;
      return count - 1;
    },
    read: (index, read) => {
      const chunk = chunks.get(Math.floor(index / CHUNK_RECORDS));
      const start = chunk?.starts[index % CHUNK_RECORDS];
      if (!chunk || start === undefined) return undefined;
      cursor.moveTo(chunk.bytes, chunk.view, start);
      return read(cursor.reader);
    },
    save: () => ({
      count,
      recordsPerChunk: CHUNK_RECORDS,
      chunks: [...chunks].map(([index, { bytes, starts, used }]) => ({ index, starts, bytes: toBase64(bytes.subarray(0, used)) })),
    }),
    load: (saved) => {
      count = saved.count;
      chunks = new Map(
        saved.chunks.map(({ index, starts, bytes }) => {
          const known = Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0));
          return [index, chunkOf(known, [...starts], known.length)];
        }),
      );
    },
  };
}

const PIECE = 8_192;

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(text);
}

function grow(chunk: Chunk): void {
  const bytes = new Uint8Array(chunk.bytes.length * 2 + MOST_BYTES);
  bytes.set(chunk.bytes.subarray(0, chunk.used));
  chunk.bytes = bytes;
  chunk.view = new DataView(bytes.buffer);
}

interface Cursor extends RecordWriter {
  readonly reader: RecordReader;
  moveTo(bytes: Uint8Array, view: DataView, at: number): void;
  at(): number;
}

/** One place that moves through the bytes; values are of fixed width but for texts. */
function createCursor(): Cursor {
  let bytes = new Uint8Array(0) as Uint8Array;
  let view: DataView = new DataView(new ArrayBuffer(0));
  let at = 0;
  const step = (width: number): number => {
    at += width;
    return at - width;
  };
  return {
    moveTo: (toBytes, toView, place) => {
      bytes = toBytes;
      view = toView;
      at = place;
    },
    at: () => at,
    byte: (value) => view.setUint8(step(1), value),
    count: (value) => view.setUint32(step(4), value),
    number: (value) => view.setFloat64(step(WORD), value),
    big: (value) => view.setBigInt64(step(WORD), value),
    wide: (value) => {
      view.setBigInt64(step(WORD), value >> 63n);
      view.setBigInt64(step(WORD), value & LOW_BITS);
    },
    text: (value) => {
      const { written } = textEncoder.encodeInto(value, bytes.subarray(at + 2));
      view.setUint16(at, written);
      at += 2 + written;
    },
    reader: {
      byte: () => view.getUint8(step(1)),
      count: () => view.getUint32(step(4)),
      number: () => view.getFloat64(step(WORD)),
      big: () => view.getBigInt64(step(WORD)),
      wide: () => (view.getBigInt64(step(WORD)) << 63n) | view.getBigInt64(step(WORD)),
      text: () => {
        const length = view.getUint16(step(2));
        return textDecoder.decode(bytes.subarray(step(length), at));
      },
    },
  };
}
