/** One place that moves through bytes: the fields of a record are written, and read, one after the other. */

/** Writes the fields of one record. Whole numbers and amounts take only as many bytes as they have. */
export interface RecordWriter {
  byte(value: number): void;
  /** Whole, from 0 to 2⁵³. */
  count(value: number): void;
  number(value: number): void;
  /** Not negative, of any size. */
  amount(value: bigint): void;
  text(value: string): void;
}

/** Reads them in the same order. */
export interface RecordReader {
  byte(): number;
  count(): number;
  number(): number;
  amount(): bigint;
  text(): string;
}

export interface RecordCursor extends RecordWriter {
  readonly reader: RecordReader;
  moveTo(bytes: Uint8Array, at: number): void;
  at(): number;
}

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
const GROUP = 128;
/** So many bits of an amount fit a number and are whole groups. */
const PART_BITS = 49n;
const PART_GROUPS = 7;
const PART = 1n << PART_BITS;
const PART_MASK = PART - 1n;

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder();

export function createRecordCursor(): RecordCursor {
  let bytes = new Uint8Array(0);
  let view = new DataView(bytes.buffer);
  let at = 0;
  const writeCount = (value: number): void => {
    let rest = value;
    for (; rest >= GROUP; rest = Math.floor(rest / GROUP)) bytes[at++] = (rest % GROUP) | GROUP;
    bytes[at++] = rest;
  };
  const readCount = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= GROUP) {
      const byte = bytes[at++] ?? 0;
      value += (byte & (GROUP - 1)) * scale;
      if (byte < GROUP) return value;
    }
  };
  const step = (width: number): number => {
    at += width;
    return at - width;
  };
  return {
    moveTo: (toBytes, place) => {
      if (toBytes !== bytes) {
        bytes = toBytes as typeof bytes;
        view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
      at = place;
    },
    at: () => at,
    byte: (value) => {
      bytes[at++] = value;
    },
    count: writeCount,
    number: (value) => view.setFloat64(step(8), value),
    amount: (value) => {
      let rest = value;
      for (; rest >= PART; rest >>= PART_BITS) {
        let part = Number(rest & PART_MASK);
        for (let group = 0; group < PART_GROUPS; group++, part = Math.floor(part / GROUP)) bytes[at++] = (part % GROUP) | GROUP;
      }
      writeCount(Number(rest));
    },
    text: (value) => {
      const written = isAscii(value) ? writeAscii(bytes, at + 2, value) : textEncoder.encodeInto(value, bytes.subarray(at + 2)).written;
      view.setUint16(at, written);
      at += 2 + written;
    },
    reader: {
      byte: () => bytes[at++] ?? 0,
      count: readCount,
      number: () => view.getFloat64(step(8)),
      amount: () => {
        let total = 0n;
        for (let shift = 0n; ; shift += PART_BITS) {
          let part = 0;
          let byte = GROUP;
          for (let group = 0, scale = 1; group < PART_GROUPS && byte >= GROUP; group++, scale *= GROUP) {
            byte = bytes[at++] ?? 0;
            part += (byte & (GROUP - 1)) * scale;
          }
          total = shift === 0n ? BigInt(part) : total | (BigInt(part) << shift);
          if (byte < GROUP) return total;
        }
      },
      text: () => {
        const length = view.getUint16(step(2));
        return textDecoder.decode(bytes.subarray(step(length), at));
      },
    },
  };
}

function isAscii(text: string): boolean {
  for (let place = 0; place < text.length; place++) if (text.charCodeAt(place) >= GROUP) return false;
  return true;
}

/** Much faster than the encoder for the short texts that ids and symbols are. */
function writeAscii(bytes: Uint8Array, at: number, text: string): number {
  for (let place = 0; place < text.length; place++) bytes[at + place] = text.charCodeAt(place);
  return text.length;
}
