/** Splits, dividends, spin-offs and changes of names, by New York's date on which they take effect. */
import type { AssetSymbol } from '../domain/ids.ts';
import type { Money, Price, Quantity } from '../domain/money.ts';

interface Effective {
  readonly symbol: AssetSymbol;
  readonly exDate: string;
}

/** Each `oldRate` shares become `newRate`. */
export interface Split extends Effective {
  readonly kind: 'split';
  readonly newRate: number;
  readonly oldRate: number;
}

export interface CashDividend extends Effective {
  readonly kind: 'cashDividend';
  /** Days from the ex-date to the payable date. */
  readonly payableAfterDays: number;
  /** Dollars for a share. */
  readonly rate: Money;
}

/** Who holds `sourceRate` shares gets `newRate` of another company, worth `newPrice` each. */
export interface SpinOff extends Effective {
  readonly kind: 'spinOff';
  readonly newSymbol: AssetSymbol;
  readonly newRate: number;
  readonly sourceRate: number;
  readonly newPrice: Price;
}

/** From the date on the shares trade under another symbol. */
export interface NameChange extends Effective {
  readonly kind: 'nameChange';
  readonly newSymbol: AssetSymbol;
}

export type CorporateAction = Split | CashDividend | SpinOff | NameChange;

/** A dividend that is owed. */
export interface DueDividend {
  readonly symbol: AssetSymbol;
  readonly payOnDay: number;
  readonly rate: Money;
  readonly quantity: Quantity;
}
