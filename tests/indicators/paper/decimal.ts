/** Arithmetic as on paper: numbers with sixty decimals, where a price is the decimal that it is written as. */
const DIGITS = 60;

export const ONE = 10n ** BigInt(DIGITS);

/** In units of 10 ** -60. */
export type Decimal = bigint;

/** What a number is written as, exactly. */
export function decimal(value: number): Decimal {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  const shift = DIGITS - fraction.length + Number(exponent);
  const size = BigInt(whole + fraction) * 10n ** BigInt(shift);
  return sign === '-' ? -size : size;
}

export const times = (a: Decimal, b: Decimal): Decimal => (a * b) / ONE;
export const over = (a: Decimal, b: Decimal): Decimal => (a * ONE) / b;
export const absolute = (a: Decimal): Decimal => (a < 0n ? -a : a);
export const largest = (values: readonly Decimal[]): Decimal => values.reduce((a, b) => (b > a ? b : a));
export const smallest = (values: readonly Decimal[]): Decimal => values.reduce((a, b) => (b < a ? b : a));
export const total = (values: readonly Decimal[]): Decimal => values.reduce((a, b) => a + b, 0n);
export const mean = (values: readonly Decimal[]): Decimal => total(values) / BigInt(values.length);

/** Newton's method. */
export function root(value: Decimal): Decimal {
  if (value === 0n) return 0n;
  const wanted = value * ONE;
  let guess = 1n << BigInt(Math.ceil(wanted.toString(2).length / 2));
  for (let next = (guess + wanted / guess) / 2n; next < guess; next = (guess + wanted / guess) / 2n) guess = next;
  return guess;
}

/** The nearest double, or one beside it. */
export const toNumber = (value: Decimal): number => Number(`${value < 0n ? '-' : ''}${absolute(value)}e-${DIGITS}`);
