/**
 * Bars from the bytes of a CSV file straight into columns, chunk by chunk: the same files and the same complaints as
 * `bar-file.ts`, for bars of any length and at a few million lines a second. A line that is not plain is read again by
 * that file's rules, which name its fault.
 */

import { BarBlocks, type BarRows, type FullBarRows } from './bar-blocks.ts';
import { BarFileError, barLine, checkHeader, type LineBefore, type Zone } from './bar-file.ts';
import { civilDay, dayNumber } from './civil-day.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './time.ts';

export interface ParserSettings {
  /** As it is to be named in complaints. */
  readonly name: string;
  /** Bars that begin after this are from the future. */
  readonly now: number;
  /** Bars outside [from, to) are read, checked and left out. */
  readonly from: number;
  readonly to: number;
  /** `takeFull` will be asked for the bars. */
  readonly keepsExtras?: boolean;
}

const [NEWLINE, RETURN, COMMA, POINT, DASH, ZERO, NINE, COLON] = [10, 13, 44, 46, 45, 48, 57, 58];
const [LETTER_T, LETTER_Z] = [84, 90];
/** A date, a T, a time and a Z. */
const STAMP_LENGTH = 20;
/** Above, a decimal's digits no longer fit a double exactly, and the slow way rounds it. */
const EXACT_BELOW = 2 ** 53;
const POWERS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

export class BarColumnsParser {
  readonly #settings: ParserSettings;
  readonly #decoder = new TextDecoder();
  readonly #blocks: BarBlocks;
  /** Of the lines so far. */
  #zone: Zone | undefined;
  /** Of the line that is read. */
  #vwap = Number.NaN;
  #trades = Number.NaN;
  #extra = Number.NaN;
  /** The beginning of a line whose end is in the next chunk. */
  #rest = new Uint8Array(0);
  #line = 0;
  #header: readonly string[] = [];
  #hasExtras = false;
  #bars = 0;
  #previous = Number.NaN;
  #dayNumber = Number.NaN;
  #dayMs = 0;
  /** Where the cell that was read last ended. */
  #end = 0;

  constructor(settings: ParserSettings) {
    this.#settings = settings;
    this.#blocks = new BarBlocks(settings.keepsExtras === true);
  }

  /** Bars that are ready to be taken. */
  get ready(): number {
    return this.#blocks.length;
  }

  /** The names of the columns, once the header was read. */
  get header(): readonly string[] {
    return this.#header;
  }

  /** Lines that were read. */
  get line(): number {
    return this.#line;
  }

  push(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
    }
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      this.#takeLine(bytes, from, end);
      from = end + 1;
    }
    this.#rest = bytes.slice(from);
  }

  /** Checks that the file was whole. */
  finish(): void {
    const { name } = this.#settings;
    if (this.#line === 0 && this.#text(this.#rest).trim() === '')
      throw new BarFileError(name, 1, 'the file is empty', 'download it again or leave it out');
    if (this.#line === 0) checkHeader(name, this.#text(this.#rest));
    if (this.#rest.length > 0) {
      const fault = 'the last line does not end in a newline, so it may be cut off';
      throw new BarFileError(name, this.#line + 1, fault, 'copy the file again, or end it with a newline if it is whole');
    }
    if (this.#bars === 0) throw new BarFileError(name, 2, 'there is a header but no bar', 'download it again or leave it out');
  }

  /** The bars since the last taking. */
  take(): BarRows {
    return this.#blocks.take();
  }

  takeFull(): FullBarRows {
    return this.#blocks.takeFull();
  }

  #takeLine(bytes: Uint8Array, from: number, end: number): void {
    this.#line++;
    if (this.#line === 1) {
      this.#header = checkHeader(this.#settings.name, this.#text(bytes.subarray(from, end)).replace(/\r$/, ''));
      this.#hasExtras = this.#header[6] === 'vwap' && this.#header[7] === 'trade_count';
      return;
    }
    if (!this.#takePlain(bytes, from, end)) this.#takeSlowly(bytes, from, end);
    this.#bars++;
  }

  /** Reads the line when there is nothing to say about it; else false, with nothing changed. */
  #takePlain(bytes: Uint8Array, from: number, end: number): boolean {
    const startsAt = this.#stamp(bytes, from);
    if (!(startsAt > this.#previous || Number.isNaN(this.#previous)) || startsAt % MINUTE_MS !== 0) return false;
    if (!(startsAt <= this.#settings.now) || !(this.#zone === 'Z' || this.#zone === undefined)) return false;
    const open = this.#cellAndComma(bytes, from + STAMP_LENGTH + 1);
    const high = this.#cellAndComma(bytes, this.#end + 1);
    const low = this.#cellAndComma(bytes, this.#end + 1);
    const close = this.#cellAndComma(bytes, this.#end + 1);
    const volume = this.#cell(bytes, this.#end + 1);
    const isPlain = low > 1e-9 && high < 1e15 && open >= low && close >= low && open <= high && close <= high && volume >= 0;
    if (!isPlain || this.#end > end || !this.#endsPlainly(bytes, end)) return false;
    this.#previous = startsAt;
    this.#zone = 'Z';
    if (startsAt < this.#settings.from || startsAt >= this.#settings.to) return true;
    this.#blocks.add(startsAt, open, high, low, close, volume, this.#vwap, this.#trades);
    return true;
  }

  /** After the sixth cell comes the end of the line, or extra columns; those called vwap and trade_count are numbers or empty. */
  #endsPlainly(bytes: Uint8Array, end: number): boolean {
    this.#vwap = Number.NaN;
    this.#trades = Number.NaN;
    if (this.#end === end || (this.#end === end - 1 && bytes[this.#end] === RETURN)) return true;
    if (bytes[this.#end] !== COMMA) return false;
    if (!this.#hasExtras) return true;
    if (!this.#takeExtra(bytes, end)) return false;
    this.#vwap = this.#extra;
    if (!this.#takeExtra(bytes, end)) return false;
    this.#trades = this.#extra;
    return this.#end <= end;
  }

  /** A number after a comma, or nothing after it; false for anything else. */
  #takeExtra(bytes: Uint8Array, end: number): boolean {
    this.#extra = Number.NaN;
    if (bytes[this.#end] !== COMMA) return false;
    const begin = this.#end + 1;
    const next = bytes[begin];
    if (next === COMMA || begin === end || next === RETURN) {
      this.#end = begin;
      return true;
    }
    this.#extra = this.#cell(bytes, begin);
    return !Number.isNaN(this.#extra);
  }

  /** By the rules of `bar-file.ts`: throws what is wrong, or reads what was only unusual. */
  #takeSlowly(bytes: Uint8Array, from: number, end: number): void {
    const { name, now } = this.#settings;
    const text = this.#text(bytes.subarray(from, end)).replace(/\r$/, '');
    const previous: LineBefore | undefined = this.#zone === undefined ? undefined : { bar: { startsAt: this.#previous }, zone: this.#zone };
    const { bar, zone } = barLine({ name, hasExtras: this.#hasExtras }, this.#line, text, previous);
    if (bar.startsAt > now) {
      const fault = `${text.split(',')[0]} has not come yet`;
      throw new BarFileError(name, this.#line, fault, 'remove the line, or set the clock of this machine');
    }
    this.#previous = bar.startsAt;
    this.#zone = zone;
    if (bar.startsAt < this.#settings.from || bar.startsAt >= this.#settings.to) return;
    const { startsAt, open, high, low, close, volume, vwap = Number.NaN, trades = Number.NaN } = bar;
    this.#blocks.add(startsAt, open, high, low, close, volume, vwap, trades);
  }

  /** "2019-02-11T14:30:00Z" and a comma, or NaN. */
  #stamp(bytes: Uint8Array, at: number): number {
    if (bytes[at + 4] !== DASH || bytes[at + 7] !== DASH || bytes[at + 10] !== LETTER_T || bytes[at + 13] !== COLON) return Number.NaN;
    if (bytes[at + 16] !== COLON || bytes[at + 19] !== LETTER_Z || bytes[at + STAMP_LENGTH] !== COMMA) return Number.NaN;
    const day = digits(bytes, at, 4) * 10_000 + digits(bytes, at + 5, 2) * 100 + digits(bytes, at + 8, 2);
    if (day !== this.#dayNumber) {
      this.#dayNumber = Number.NaN;
      const days = dayNumber(Math.floor(day / 10_000), Math.floor(day / 100) % 100, day % 100);
      const civil = civilDay(days);
      // A thirtieth of February is none.
      if (civil.year * 10_000 + civil.month * 100 + civil.day !== day) return Number.NaN;
      this.#dayNumber = day;
      this.#dayMs = days * DAY_MS;
    }
    const [hour, minute, second] = [digits(bytes, at + 11, 2), digits(bytes, at + 14, 2), digits(bytes, at + 17, 2)];
    if (!(hour < 24 && minute < 60 && second < 60)) return Number.NaN;
    return this.#dayMs + hour * HOUR_MS + minute * MINUTE_MS + second * 1_000;
  }

  /** A plain decimal, correctly rounded; NaN for everything else. Leaves its end behind. */
  #cell(bytes: Uint8Array, from: number): number {
    let at = from;
    let digits = 0;
    let decimals = -1;
    for (; ; at++) {
      const byte = bytes[at] as number;
      if (byte >= ZERO && byte <= NINE) {
        digits = digits * 10 + (byte - ZERO);
        if (decimals >= 0) decimals++;
      } else if (byte === POINT && decimals < 0 && at > from) decimals = 0;
      else break;
    }
    this.#end = at;
    if (at === from || decimals === 0 || decimals > 22) return Number.NaN;
    if (digits < EXACT_BELOW) return decimals < 0 ? digits : digits / (POWERS[decimals] as number);
    return Number(this.#text(bytes.subarray(from, at)));
  }

  /** "1e2" is a number that does not end where its first digits do. */
  #cellAndComma(bytes: Uint8Array, from: number): number {
    const value = this.#cell(bytes, from);
    return bytes[this.#end] === COMMA ? value : Number.NaN;
  }

  #text(bytes: Uint8Array): string {
    return this.#decoder.decode(bytes);
  }
}

/** `count` digits as a number, or NaN. */
function digits(bytes: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
