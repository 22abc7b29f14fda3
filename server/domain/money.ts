/**
 * Prices, quantities and money: integers of a billionth (nine decimals, as many as Alpaca accepts), so that sums are
 * exact and `price * 1.01` does not compile. Decimal strings are their form on every wire.
 */
import type { Brand } from './brand.ts';

/** US dollars for one unit of an asset, in billionths. */
export type Price = Brand<bigint, 'Price'>;
/** Shares or coins, in billionths; signed where the holder says so (a short position is negative). */
export type Quantity = Brand<bigint, 'Quantity'>;
/** US dollars, in billionths; signed. */
export type Money = Brand<bigint, 'Money'>;
/** Hundredths of something, in billionths of one: "1.5" is one and a half percent. */
export type Percent = Brand<bigint, 'Percent'>;

const DECIMALS = 9;
export const UNIT = 1_000_000_000n;
const UNIT_NUMBER = 1e9;
/** Below this a number times a billion still rounds to the right integer. */
const EXACT_BELOW = 4_000_000;
/** What a number must be to become a price: at least a billionth, and below a million billions. */
const LEAST_PRICE = 1e-9;
const PRICE_BELOW = 1e15;

const FIXED = /^(-?)(\d+)(?:\.(\d{1,9}))?$/;

/** So many digits before the point, with nine behind it, are exact in a number. */
const QUICK_DIGITS = 6;
const [ZERO, NINE, POINT, MINUS] = [48, 57, 46, 45];

/** The decimals of everyday, which fit into a number: a third of the time. Nothing for all others, right or wrong. */
function parseQuickly(text: string): bigint | undefined {
  const from = text.charCodeAt(0) === MINUS ? 1 : 0;
  let value = 0;
  let point = text.length;
  for (let place = from; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code >= ZERO && code <= NINE) value = value * 10 + (code - ZERO);
    else if (code === POINT && point === text.length) point = place;
    else return undefined;
  }
  const decimals = Math.max(0, text.length - point - 1);
  const isPlain = point > from && point - from <= QUICK_DIGITS && decimals <= DECIMALS && point !== text.length - 1;
  if (!isPlain) return undefined;
  return BigInt((from === 1 ? -value : value) * 10 ** (DECIMALS - decimals));
}

/** Parses "123.45"; refuses "1e3", "", " 1" and a tenth decimal rather than guess. */
export function parseFixed(text: string): bigint {
  return parseQuickly(text) ?? parseCarefully(text);
}

function parseCarefully(text: string): bigint {
  const match = FIXED.exec(text);
  if (!match) throw new RangeError(`not a decimal of at most ${DECIMALS} places: ${JSON.stringify(text)}`);
  const digits = `${match[2]}${(match[3] ?? '').padEnd(DECIMALS, '0')}`;
  const value = BigInt(digits);
  return match[1] === '-' ? -value : value;
}

export const parsePrice = (text: string): Price => parseFixed(text) as Price;
export const parseQuantity = (text: string): Quantity => parseFixed(text) as Quantity;
export const parseMoney = (text: string): Money => parseFixed(text) as Money;
export const parsePercent = (text: string): Percent => parseFixed(text) as Percent;

/** The shortest decimal that names the value: "123.45", "-0.5", "0". */
export function formatFixed(value: bigint): string {
  const small = Number(value);
  return Number.isSafeInteger(small) ? formatSmall(small) : formatLarge(value);
}

/** Of what a number holds exactly; the remainder of two whole numbers is exact. */
function formatSmall(value: number): string {
  const magnitude = Math.abs(value);
  const rest = magnitude % UNIT_NUMBER;
  const whole = `${value < 0 ? '-' : ''}${(magnitude - rest) / UNIT_NUMBER}`;
  if (rest === 0) return whole;
  const digits = String(rest).padStart(DECIMALS, '0');
  let end = DECIMALS;
  while (digits.charCodeAt(end - 1) === ZERO) end--;
  return `${whole}.${digits.slice(0, end)}`;
}

function formatLarge(value: bigint): string {
  const negative = value < 0n;
  const magnitude = negative ? -value : value;
  const whole = magnitude / UNIT;
  const fraction = (magnitude % UNIT).toString().padStart(DECIMALS, '0').replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A number that has a price, which is above zero. */
export const isPrice = (value: number): boolean => value >= LEAST_PRICE && value < PRICE_BELOW;

/** A price from a market-data number, which is the nearest double to a decimal of at most nine places. */
export function priceFromNumber(value: number): Price {
  if (!isPrice(value)) throw new RangeError(`not a price: ${value}`);
  if (value < EXACT_BELOW) return BigInt(Math.round(value * UNIT_NUMBER)) as Price;
  return parseFixed(value.toFixed(6)) as Price;
}

/** For statistics, sorting and screens; never to name a price to pay. */
export const toNumber = (value: bigint): number => Number(value) / UNIT_NUMBER;

/** Integer division rounded half away from zero; the divisor is positive. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const half = divisor / 2n;
  return (dividend < 0n ? dividend - half : dividend + half) / divisor;
}

/** Price times quantity, rounded half away from zero: the one place where money is rounded. */
export function notional(price: Price, quantity: Quantity): Money {
  const whole = quantity / UNIT;
  // Whole shares leave nothing to round, and no product that is wider than a machine's word to divide.
  return (whole * UNIT === quantity ? price * whole : divideRounded(price * quantity, UNIT)) as Money;
}

/** The part of `value` that `basisPoints` hundredths of a percent are, rounded half away from zero. */
export const basisPointsOf = (value: bigint, basisPoints: number): bigint =>
  divideRounded(value * BigInt(Math.round(basisPoints * 1_000_000)), 10_000_000_000n);

/** The largest multiple of `step` that is not above `value` (both positive). */
export const roundDownTo = (value: bigint, step: bigint): bigint => value - (value % step);

export const absolute = (value: bigint): bigint => (value < 0n ? -value : value);
export const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const ZERO_MONEY = 0n as Money;
export const ZERO_QUANTITY = 0n as Quantity;
