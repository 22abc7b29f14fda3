/** What travels on the sockets: JSON text, or msgpack with timestamps as its extension −1. */
import { decode, encode } from '@msgpack/msgpack';
import { stamp } from '../stamp.ts';
import type { WriteTime } from '../view/market-view.ts';

/** A message as `ws` hands it over. */
export type RawMessage = Buffer | ArrayBuffer | Buffer[];

export interface Codec {
  readonly name: 'json' | 'msgpack';
  encode(value: unknown): string | Uint8Array;
  /** How instants are put into a message before it is encoded. */
  readonly time: WriteTime;
}

export const JSON_CODEC: Codec = { name: 'json', encode: (value) => JSON.stringify(value), time: (at) => stamp(at) };

/** msgpack's own timestamp extension is made of a Date. */
export const MSGPACK_CODEC: Codec = { name: 'msgpack', encode: (value) => encode(value), time: (at) => new Date(at) };

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
