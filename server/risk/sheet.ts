/**
 * What the account would be exposed to with one order more, in numbers: every position with everything that is out counted where it is
 * worst. Money that decides to the cent is counted exactly elsewhere; these are ratios. Worked out once an order.
 */
import type { Market } from '#server/domain/books.ts';
import type { Limits } from '#server/domain/limits.ts';
import { absolute, toNumber } from '#server/domain/money.ts';
import { unfilled } from '#server/domain/order.ts';
import { exposureOfOthers, marketValueOf, reservedBy, reservedByOthers } from '#server/domain/valuation.ts';
import type { Question } from './control.ts';
import { maintenanceOf } from './margin.ts';

export interface Sheet {
  /** To the cent: all that is owned, and all that is exposed with what is out. One pass over the positions serves every control. */
  exactEquity: bigint;
  exactExposure: bigint;
  equity: number;
  /** Absolute values, added up. */
  gross: number;
  /** The longest and the shortest that long less short can become. */
  longest: number;
  shortest: number;
  /** Of the order's symbol, its sector, and all that move with it. */
  ofSymbol: number;
  ofSector: number;
  ofCluster: number;
  /** Mean loss of the worst fortieth of days. */
  shortfall: number;
  /** What the broker wants to be left in the account for what is held and out. */
  maintenance: number;
}

const blank = (equity: number): Sheet => ({
  exactEquity: 0n,
  exactExposure: 0n,
  equity,
  gross: 0,
  longest: 0,
  shortest: 0,
  ofSymbol: 0,
  ofSector: 0,
  ofCluster: 0,
  shortfall: 0,
  maintenance: 0,
});

/** Of a day, where the returns are too few to tell: more than most shares move. */
const ASSUMED_VOLATILITY = { us_equity: 0.03, crypto: 0.05 } as const;
/** In bad weeks everything moves together: at least so much, whatever was measured in good ones. */
const STRESSED_CORRELATION = 0.8;
/** Standard deviations that the mean of the worst fortieth lies from the middle. */
const SHORTFALL_SIGMAS = 2.338;

export const UNKNOWN_SECTOR = 'unknown';
export const sectorOf = ({ sectors }: Limits, market: Market): string => sectors.get(market.symbol) ?? UNKNOWN_SECTOR;

/** Nobody knows that they move apart. */
export const moveTogether = (a: Market, b: Market): boolean =>
  a === b || a.tape.cluster === 0 || b.tape.cluster === 0 || a.tape.cluster === b.tape.cluster;

/** Signed dollars that a position is worth, at its newest price or at its cost. */
export const worthOf = (market: Market): number =>
  Number.isNaN(market.lastPrice) ? toNumber(market.position.cost) : market.held * market.lastPrice;

/** What open orders of a side can still add. */
function outstanding({ openOrders }: Market, side: 'buy' | 'sell'): number {
  let sum = 0;
  for (const order of openOrders)
    if (order.purpose === 'open' && order.side === side) sum += toNumber(order.expectedPrice) * toNumber(unfilled(order));
  return sum;
}

/** With an order of `value` dollars in `of`, below zero for a sale; without one it is as the account stands. */
export function sheetOf({ books, limits }: Pick<Question, 'books' | 'limits'>, of?: Market, value = 0): Sheet {
  const sheet = blank(books.lossScreen.equity);
  const sector = of === undefined ? '' : sectorOf(limits, of);
  let [sigmas, squares] = [0, 0];
  let [owned, exposed]: [bigint, bigint] = [books.cash, exposureOfOthers(books)];
  for (const market of books.markets.values()) {
    if (market.held === 0 && market !== of && market.openOrders.length === 0 && books.externalOrders.size === 0) continue;
    const exact = marketValueOf(market);
    owned += exact;
    exposed += absolute(exact) + reservedBy(market);
    const added = market === of ? value : 0;
    const ofOthers = books.externalOrders.size === 0 ? 0 : toNumber(reservedByOthers(books, market.symbol) ?? 0n);
    const held = worthOf(market);
    const long = held + outstanding(market, 'buy') + Math.max(added, 0) + ofOthers;
    const short = held - outstanding(market, 'sell') + Math.min(added, 0) - ofOthers;
    const worst = Math.max(Math.abs(long), Math.abs(short));
    const isCrypto = market.instrument?.assetClass === 'crypto';
    const sigma = worst * (market.tape.volatility || ASSUMED_VOLATILITY[isCrypto ? 'crypto' : 'us_equity']);
    sigmas += sigma;
    squares += sigma * sigma;
    sheet.gross += worst;
    sheet.longest += long;
    sheet.shortest += short;
    sheet.maintenance += isCrypto ? worst : maintenanceOf(long, short, market.lastPrice);
    if (of === undefined) continue;
    if (market === of) sheet.ofSymbol = worst;
    if (sectorOf(limits, market) === sector) sheet.ofSector += worst;
    if (moveTogether(market, of)) sheet.ofCluster += worst;
  }
  sheet.exactEquity = owned;
  sheet.exactExposure = exposed;
  sheet.shortfall = SHORTFALL_SIGMAS * Math.sqrt(STRESSED_CORRELATION * sigmas * sigmas + (1 - STRESSED_CORRELATION) * squares);
  return sheet;
}

/** Of the equity; without any, everything is too much. */
export const percentOf = (amount: number, { equity }: Pick<Sheet, 'equity'>): number =>
  amount === 0 ? 0 : (100 * amount) / Math.max(equity, 0);

/** Of an order that only reduces nobody asks for it. */
export const NO_SHEET: Readonly<Sheet> = Object.freeze(blank(0));
