/** What can be traded, and in which steps. */
import type { AssetSymbol } from './ids.ts';
import { type Price, parsePrice, parseQuantity, type Quantity, UNIT } from './money.ts';

export type AssetClass = 'us_equity' | 'crypto';

/** The broker's words on whether a stock can be had for a short sale. What it does not say is not known, and denies. */
export const BORROW_STATUSES = ['easy_to_borrow', 'hard_to_borrow'] as const;
export type BorrowStatus = (typeof BORROW_STATUSES)[number];

export interface Instrument {
  readonly symbol: AssetSymbol;
  readonly assetClass: AssetClass;
  readonly tradable: boolean;
  readonly fractionable: boolean;
  readonly shortable: boolean;
  readonly borrowStatus: BorrowStatus | undefined;
  /** The smallest order. */
  readonly minQuantity: Quantity;
  /** Quantities are multiples of this. */
  readonly quantityStep: Quantity;
  /** Prices are multiples of this; equities below one dollar trade in hundredths of a cent. */
  readonly priceStep: Price;
}

const CENT = parsePrice('0.01');
const SUB_DOLLAR_STEP = parsePrice('0.0001');

/** The tick an order's price must be a multiple of (Alpaca: two decimals from one dollar on, four below). */
export function priceStepAt(instrument: Pick<Instrument, 'assetClass' | 'priceStep'>, price: Price): Price {
  if (instrument.assetClass === 'crypto') return instrument.priceStep;
  return price >= UNIT ? CENT : SUB_DOLLAR_STEP;
}

/** An equity with whole shares, as the tests, the backtest and the demo need it. */
export const equity = (symbol: string): Instrument => ({
  symbol: symbol as AssetSymbol,
  assetClass: 'us_equity',
  tradable: true,
  fractionable: true,
  shortable: true,
  borrowStatus: 'easy_to_borrow',
  minQuantity: parseQuantity('0.000000001'),
  quantityStep: parseQuantity('1'),
  priceStep: CENT,
});

/** A crypto pair; Alpaca trades it in billionths. */
export const cryptoPair = (symbol: string): Instrument => ({
  symbol: symbol as AssetSymbol,
  assetClass: 'crypto',
  tradable: true,
  fractionable: true,
  shortable: false,
  borrowStatus: undefined,
  minQuantity: parseQuantity('0.000000001'),
  quantityStep: parseQuantity('0.000000001'),
  priceStep: parsePrice('0.000000001'),
});

export const isCryptoSymbol = (symbol: string): boolean => symbol.includes('/');

/** Known from the name alone, so that what is held can be closed even when the instrument is not known. */
export const assetClassOf = (symbol: AssetSymbol): AssetClass => (isCryptoSymbol(symbol) ? 'crypto' : 'us_equity');
