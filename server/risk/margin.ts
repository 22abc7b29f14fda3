/** The broker's table of maintenance margins: what it wants to be left in the account, as a part of what is held or owed. */

/** Shares below this price are no security for a loan, those up to the next one for half of their worth. */
const WORTHLESS_BELOW = 2.5;
const CHEAP_TO = 6;
const CHEAP_MARGIN = 0.5;
const HOUSE_MARGIN = 0.3;
/** Dollars that a share sold short takes at least: all of its worth and so much below the price, so much above it. */
const LEAST_BELOW = 2.5;
const LEAST_ABOVE = 5;

function longMargin(price: number): number {
  if (price < WORTHLESS_BELOW) return 1;
  return price > CHEAP_TO ? HOUSE_MARGIN : CHEAP_MARGIN;
}

const shortMargin = (price: number): number => Math.max(HOUSE_MARGIN, Math.min(1, LEAST_ABOVE / price), LEAST_BELOW / price);

/** Of the longest and the shortest that a position can become, in dollars: the dearer one. Without a price, all that it cost. */
export function maintenanceOf(long: number, short: number, price: number): number {
  if (Number.isNaN(price)) return Math.max(long, -short);
  return Math.max(long * longMargin(price), -short * shortMargin(price));
}
