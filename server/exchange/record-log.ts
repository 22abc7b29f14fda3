/**
 * An append-only list of byte records, in chunks: a small fraction of what the same facts cost as objects. A full chunk
 * never changes again, so whoever saves the log writes each down once. The oldest chunks can be forgotten.
 */
import { fromBase64, toBase64 } from './base64.ts';
import { createRecordCursor, type RecordReader, type RecordWriter } from './record-cursor.ts';

export const CHUNK_RECORDS = 4_096;
const FIRST_BYTES = 65_536;
/** No record is larger. */
const MOST_BYTES = 8_192;
/** Before each record stands its length. */
const LENGTH_BYTES = 2;

/** A full chunk: its bytes stay the same object, with the same content, as long as there is a log that has them. */
export interface SealedChunk {
  readonly index: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What of a log is not in full chunks. */
export interface SavedLog {
  /** Index of the chunk that is not yet full. */
  readonly chunk: number;
  readonly tail: string;
}

export interface RecordLog {
  /** Records ever appended; the index of the next one. */
  count(): number;
  /** Index of the oldest record that is kept. */
  first(): number;
  append(write: (writer: RecordWriter) => void): number;
  /** The record at an index, or nothing when it is not there any more. */
  read<T>(index: number, read: (reader: RecordReader) => T): T | undefined;
  /** Drops the full chunks in which all records are older than this index; each of them is shown once more before it goes. */
  forgetBefore(index: number, leaving?: (index: number) => void): void;
  sealed(): SealedChunk[];
  save(): SavedLog;
  load(saved: SavedLog, sealed: readonly SealedChunk[]): void;
}

interface Chunk {
  bytes: Uint8Array<ArrayBuffer>;
  readonly starts: Uint32Array;
  used: number;
  records: number;
}

const emptyChunk = (bytes = new Uint8Array(FIRST_BYTES)): Chunk => ({ bytes, starts: new Uint32Array(CHUNK_RECORDS), used: 0, records: 0 });

export function createRecordLog(): RecordLog {
  const chunks = new Map<number, Chunk>();
  const cursor = createRecordCursor();
  let firstChunk = 0;
  let lastChunk = 0;
  let open = emptyChunk();
  const count = (): number => lastChunk * CHUNK_RECORDS + open.records;
  const first = (): number => firstChunk * CHUNK_RECORDS;
  const seal = (): void => {
    const room = open.bytes;
    open.bytes = room.slice(0, open.used);
    chunks.set(lastChunk, open);
    lastChunk += 1;
    open = emptyChunk(room);
  };
  return {
    count,
    first,
    append: (write) => {
      if (open.used + MOST_BYTES > open.bytes.length) grow(open);
      cursor.moveTo(open.bytes, open.used + LENGTH_BYTES);
      write(cursor.writer);
      noteRecord(open, cursor.at() - open.used - LENGTH_BYTES);
      if (open.records === CHUNK_RECORDS) seal();
      return count() - 1;
    },
    read: (index, read) => {
      const at = Math.floor(index / CHUNK_RECORDS);
      const chunk = at === lastChunk ? open : chunks.get(at);
      const place = index % CHUNK_RECORDS;
      if (!chunk || place >= chunk.records) return undefined;
      cursor.moveTo(chunk.bytes, chunk.starts[place] ?? 0);
      return read(cursor.reader);
    },
    forgetBefore: (index, leaving) => {
      for (; firstChunk < lastChunk && (firstChunk + 1) * CHUNK_RECORDS <= index; firstChunk++) {
        if (leaving) for (let place = 0; place < CHUNK_RECORDS; place++) leaving(first() + place);
        chunks.delete(firstChunk);
      }
    },
    sealed: () => [...chunks].map(([index, { bytes }]) => ({ index, bytes })),
    save: () => ({ chunk: lastChunk, tail: toBase64(open.bytes.subarray(0, open.used)) }),
    load: (saved, sealed) => {
      chunks.clear();
      for (const { index, bytes } of sealed) chunks.set(index, chunkOf(bytes));
      lastChunk = saved.chunk;
      firstChunk = lastChunk - chunks.size;
      if (chunks.size > 0 && !chunks.has(firstChunk)) throw new Error('chunks of a history are missing; the state is damaged');
      open = emptyChunk();
      const tail = fromBase64(saved.tail);
      while (open.bytes.length < tail.length + MOST_BYTES) grow(open);
      open.bytes.set(tail);
      findStarts(open, tail.length);
    },
  };
}

function grow(chunk: Chunk): void {
  const bytes = new Uint8Array(chunk.bytes.length * 2);
  bytes.set(chunk.bytes.subarray(0, chunk.used));
  chunk.bytes = bytes;
}

function noteRecord(chunk: Chunk, length: number): void {
  chunk.bytes[chunk.used] = length >> 8;
  chunk.bytes[chunk.used + 1] = length & 255;
  chunk.starts[chunk.records] = chunk.used + LENGTH_BYTES;
  chunk.records += 1;
  chunk.used += LENGTH_BYTES + length;
}

function chunkOf(bytes: Uint8Array<ArrayBuffer>): Chunk {
  const chunk: Chunk = { bytes, starts: new Uint32Array(CHUNK_RECORDS), used: 0, records: 0 };
  findStarts(chunk, bytes.length);
  if (chunk.records !== CHUNK_RECORDS) throw new Error(`a chunk of a history has ${chunk.records} records; the state is damaged`);
  return chunk;
}

function findStarts(chunk: Chunk, length: number): void {
  while (chunk.used < length && chunk.records < CHUNK_RECORDS) {
    chunk.starts[chunk.records] = chunk.used + LENGTH_BYTES;
    chunk.records += 1;
    chunk.used += LENGTH_BYTES + (((chunk.bytes[chunk.used] ?? 0) << 8) | (chunk.bytes[chunk.used + 1] ?? 0));
  }
  if (chunk.used !== length) throw new Error('a chunk of a history ends in the middle of a record; the state is damaged');
}
