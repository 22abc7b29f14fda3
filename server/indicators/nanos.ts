/** Prices as integers, which add up without rounding: in billionths, as money is; in ten-thousandths where they are dear. */
export const NANOS_IN_UNIT = 1e9;

const COARSE_IN_UNIT = 1e4;
const NANOS_IN_COARSE = 1e5;
/** From here on a double no longer tells billionths apart well enough. */
const FINE_BELOW = 2_000_000;

export const FINE_NANOS_BELOW = FINE_BELOW * NANOS_IN_UNIT;

/** Adding it and taking it away again rounds to an integer. */
const ROUNDER = 1.5 * 2 ** 52;

/** Integers up to here are exact as doubles. */
export const EXACT_UP_TO = 2 ** 53;

/** A usable value in billionths. */
export const nanosOf = (value: number): number =>
  Math.abs(value) < FINE_BELOW ? value * NANOS_IN_UNIT + ROUNDER - ROUNDER : Math.round(value * COARSE_IN_UNIT) * NANOS_IN_COARSE;
