/** What travels on the sockets: JSON text, or msgpack with timestamps as its extension −1. */
import { decode, Encoder } from '@msgpack/msgpack';
import { stamp } from '../stamp.ts';
import type { WriteTime } from '../view/market-view.ts';

/** A message as `ws` hands it over. */
export type RawMessage = Buffer | ArrayBuffer | Buffer[];

export interface Codec {
  readonly name: 'json' | 'msgpack';
  /** Whether its frames are binary. */
  readonly isBinary: boolean;
  encode(value: unknown): string | Uint8Array;
  /** One item of a list, to be put into frames. */
  item(value: unknown): Uint8Array;
  /** The list of items that were encoded before. */
  frame(items: readonly Uint8Array[]): Uint8Array;
  /** How instants are put into a message before it is encoded. */
  readonly time: WriteTime;
}

const [OPEN, COMMA, CLOSE] = ['[', ',', ']'].map((sign) => Buffer.from(sign)) as [Buffer, Buffer, Buffer];

export const JSON_CODEC: Codec = {
  name: 'json',
  isBinary: false,
  encode: (value) => JSON.stringify(value),
  item: (value) => Buffer.from(JSON.stringify(value)),
  frame: (items) => Buffer.concat([OPEN, ...items.flatMap((item, index) => (index === 0 ? [item] : [COMMA, item])), CLOSE]),
  time: (at) => stamp(at),
};

/** One for all messages: each of its own would begin with a buffer of two kilobytes. */
const ENCODER = new Encoder();

/** msgpack's own timestamp extension is made of a Date. */
export const MSGPACK_CODEC: Codec = {
  name: 'msgpack',
  isBinary: true,
  encode: (value) => ENCODER.encode(value),
  item: (value) => ENCODER.encode(value),
  frame: (items) => Buffer.concat([listHeader(items.length), ...items]),
  time: (at) => new Date(at),
};

function listHeader(length: number): Uint8Array {
  if (length < 16) return Uint8Array.of(0x90 | length);
  if (length < 65_536) return Uint8Array.of(0xdc, length >> 8, length & 255);
  return Uint8Array.of(0xdd, length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255);
}

export const codecFor = (contentType: string | undefined): Codec => (contentType?.includes('msgpack') ? MSGPACK_CODEC : JSON_CODEC);

function bytesOf(data: RawMessage): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** Reads a client's message: text is JSON; binary is JSON when it looks like it, else msgpack. Nothing when neither. */
export function readMessage(data: RawMessage, isBinary: boolean): unknown {
  const bytes = bytesOf(data);
  try {
    const looksLikeJson = bytes[0] === 0x7b || bytes[0] === 0x5b;
    if (!isBinary || looksLikeJson) return JSON.parse(Buffer.from(bytes).toString('utf8'));
    return decode(bytes);
  } catch {
    return undefined;
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
