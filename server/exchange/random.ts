/** Chance and ids that a seed decides: sfc32 for rolls, and uuid-shaped names as functions of (seed, counter). */

export interface ChanceState {
  a: number;
  b: number;
  c: number;
  counter: number;
}

/** A fresh generator, warmed up so that near seeds do not resemble each other. */
export function seededChance(seed: number): ChanceState {
  const state: ChanceState = { a: 0x9e3779b9 ^ seed, b: seed | 0, c: 0x243f6a88, counter: 1 };
  for (let i = 0; i < 12; i++) roll(state);
  return state;
}

/** The next number in [0, 1). */
export function roll(state: ChanceState): number {
  const sum = (((state.a + state.b) | 0) + state.counter) | 0;
  state.counter = (state.counter + 1) | 0;
  state.a = state.b ^ (state.b >>> 9);
  state.b = (state.c + (state.c << 3)) | 0;
  state.c = (((state.c << 21) | (state.c >>> 11)) + sum) | 0;
  return (sum >>> 0) / 4_294_967_296;
}

const HEX_CODES: readonly number[] = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** Writes the eight hex digits of a word from `at` on, stepping over the places of the dashes. */
function writeHex(codes: number[], at: number, word: number): number {
  let place = at;
  for (let shift = 28; shift >= 0; shift -= 4) {
    if (codes[place] === DASH) place += 1;
    codes[place] = HEX_CODES[(word >>> shift) & 15] ?? 0;
    place += 1;
  }
  return place;
}

const DASH = 45;
const TEMPLATE: readonly number[] = Array.from('xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx', (sign) => sign.charCodeAt(0));
const SCRATCH: number[] = [...TEMPLATE];

/** One 32-bit word out of three: murmur's finaliser over their mix. */
function mix(seed: number, counter: number, lane: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(counter + 0x7f4a7c15, 0xc2b2ae35) ^ Math.imul(lane + 1, 0x27d4eb2f);
  h ^= Math.floor(counter / 4_294_967_296) * 0x165667b1;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * The `counter`-th id of a seed, in the shape of a version-4 uuid. The counter itself is the middle of the id, masked,
 * so no two counters below 2⁴⁴ share one.
 */
export function uuidOf(seed: number, counter: number): string {
  const low = (counter ^ mix(seed, 0, 7)) >>> 0;
  const high = (Math.floor(counter / 4_294_967_296) ^ mix(seed, 0, 8)) & 0xfff;
  const second = ((mix(seed, counter, 2) & 0xffff) << 16) | 0x4000 | high;
  const third = ((mix(seed, counter, 4) & 0x3fff) << 16) | 0x8000_0000 | (mix(seed, counter, 5) & 0xffff);
  let place = writeHex(SCRATCH, 0, low);
  place = writeHex(SCRATCH, place, second >>> 0);
  place = writeHex(SCRATCH, place, third >>> 0);
  writeHex(SCRATCH, place, mix(seed, counter, 3));
  // One flat string: pieces joined later would cost the maps that are keyed by it.
  return String.fromCharCode.apply(undefined, SCRATCH);
}

/** The counter that an id would have been made of; whether it was is for the caller to see by making it again. */
export function counterOf(seed: number, id: string): number | undefined {
  const low = Number.parseInt(id.slice(0, 8), 16);
  const high = Number.parseInt(id.slice(15, 18), 16);
  if (Number.isNaN(low) || Number.isNaN(high)) return undefined;
  return ((low ^ mix(seed, 0, 7)) >>> 0) + ((high ^ mix(seed, 0, 8)) & 0xfff) * 4_294_967_296;
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID: ten characters of time, then sixteen that count up, so ids sort in the order in which they were made. */
export function ulidOf(ms: number, counter: number): string {
  writeCrockford(10, ms);
  writeCrockford(26, counter);
  return String.fromCharCode.apply(undefined, ULID);
}

const ULID: number[] = new Array(26).fill(48);

/** Writes a number backwards, from before a place to the last one that its size may reach. */
function writeCrockford(before: number, value: number): void {
  let rest = value;
  for (let place = before - 1; place >= before - 10; place--) {
    ULID[place] = CROCKFORD.charCodeAt(rest % 32);
    rest = Math.floor(rest / 32);
  }
}
