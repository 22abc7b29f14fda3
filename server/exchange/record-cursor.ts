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
  /** Passes over a text. */
  skipText(): void;
}

export interface RecordCursor {
  readonly writer: RecordWriter;
  readonly reader: RecordReader;
  moveTo(bytes: Uint8Array<ArrayBuffer>, at: number): void;
  at(): number;
}

interface Place {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView;
  at: number;
}

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
const GROUP_BITS = 7;
const GROUP = 1 << GROUP_BITS;
/** Four groups: small enough for the operators on bits, which are the fast ones. */
const QUAD = 1 << (4 * GROUP_BITS);
/** So many bits of an amount fit a number and are whole groups. */
const PART_BITS = 49n;
const PART_GROUPS = 7;
const PART = 1n << PART_BITS;
const PART_MASK = PART - 1n;

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder();

export function createRecordCursor(): RecordCursor {
  const nothing = new Uint8Array(0);
  const place: Place = { bytes: nothing, view: new DataView(nothing.buffer), at: 0 };
  return {
    writer: writerAt(place),
    reader: readerAt(place),
    moveTo: (bytes, at) => {
      if (bytes !== place.bytes) {
        place.bytes = bytes;
        place.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
      place.at = at;
    },
    at: () => place.at,
  };
}

function step(place: Place, width: number): number {
  place.at += width;
  return place.at - width;
}

function writerAt(place: Place): RecordWriter {
  /** Whole groups that are followed by more. */
  const writeGroups = (value: number, groups: number): void => {
    for (let group = 0, rest = value; group < groups; group++, rest >>>= GROUP_BITS) place.bytes[place.at++] = (rest & (GROUP - 1)) | GROUP;
  };
  const writeCount = (value: number): void => {
    let rest = value;
    for (; rest >= QUAD; rest = Math.floor(rest / QUAD)) writeGroups(rest % QUAD, 4);
    for (; rest >= GROUP; rest >>>= GROUP_BITS) place.bytes[place.at++] = (rest & (GROUP - 1)) | GROUP;
    place.bytes[place.at++] = rest;
  };
  return {
    byte: (value) => {
      place.bytes[place.at++] = value;
    },
    count: writeCount,
    number: (value) => place.view.setFloat64(step(place, 8), value),
    amount: (value) => {
      let rest = value;
      for (; rest >= PART; rest >>= PART_BITS) {
        const part = Number(rest & PART_MASK);
        writeGroups(part % QUAD, 4);
        writeGroups(Math.floor(part / QUAD), PART_GROUPS - 4);
      }
      writeCount(Number(rest));
    },
    text: (value) => {
      const { bytes, at } = place;
      const written = isAscii(value) ? writeAscii(bytes, at + 2, value) : textEncoder.encodeInto(value, bytes.subarray(at + 2)).written;
      place.view.setUint16(step(place, 2 + written), written);
    },
  };
}

function readerAt(place: Place): RecordReader {
  return {
    byte: () => place.bytes[place.at++] ?? 0,
    count: () => {
      let value = 0;
      for (let scale = 1; ; scale *= GROUP) {
        const byte = place.bytes[place.at++] ?? 0;
        value += (byte & (GROUP - 1)) * scale;
        if (byte < GROUP) return value;
      }
    },
    number: () => place.view.getFloat64(step(place, 8)),
    amount: () => {
      let total = 0n;
      for (let shift = 0n; ; shift += PART_BITS) {
        let part = 0;
        let byte = GROUP;
        for (let group = 0, scale = 1; group < PART_GROUPS && byte >= GROUP; group++, scale *= GROUP) {
          byte = place.bytes[place.at++] ?? 0;
          part += (byte & (GROUP - 1)) * scale;
        }
        total = shift === 0n ? BigInt(part) : total | (BigInt(part) << shift);
        if (byte < GROUP) return total;
      }
    },
    text: () => {
      const length = place.view.getUint16(step(place, 2));
      return textDecoder.decode(place.bytes.subarray(step(place, length), place.at));
    },
    skipText: () => {
      step(place, place.view.getUint16(step(place, 2)));
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
