/**
 * Fees that are told of, or taken, when the day is over. Crypto fees were taken with each execution and are only told.
 * Regulatory fees (as a live account pays them, by Alpaca's schedule of September 2026) are summed exactly over the day,
 * and each sum is rounded up to a cent: SEC $20.60 for a million dollars sold, TAF $0.000195 for a share sold but at most
 * $9.79 an execution, CAT $0.000003 for a share bought or sold.
 */

import { dateText } from '../domain/civil-day.ts';
import type { Fee } from '../domain/fees.ts';
import type { AssetSymbol } from '../domain/ids.ts';
import { divideRounded, type Money, notional, type Price, parseMoney, type Quantity } from '../domain/money.ts';
import type { Side } from '../domain/order.ts';
import type { NonTradeType } from './activity.ts';
import type { Order } from './order.ts';
import type { World } from './world.ts';

export interface FeesDue {
  /** Dollars sold, and fees in millionths of a billionth of a dollar. */
  sold: bigint;
  taf: bigint;
  cat: bigint;
  /** By pair. */
  coins: Record<string, { quantity: Quantity; cash: Money; price: Price }>;
}

export const noFees = (): FeesDue => ({ sold: 0n, taf: 0n, cat: 0n, coins: {} });

const CENT = parseMoney('0.01');
const MILLION = 1_000_000n;
const SEC_NUMERATOR = 206n;
const SEC_DENOMINATOR = 10_000_000n;
const TAF_MILLIONTHS = 195n;
const CAT_MILLIONTHS = 3n;
const TAF_MOST = parseMoney('9.79') * MILLION;

export function chargeFees(world: World, order: Order, fill: { price: Price; quantity: Quantity; fee: Fee }): void {
  const { feesDue, settings } = world;
  const { price, quantity, fee } = fill;
  if (order.assetClass === 'crypto') {
    if (fee.quantity === 0n && fee.cash === 0n) return;
    const known = feesDue.coins[order.symbol] ?? { quantity: 0n, cash: 0n };
    feesDue.coins[order.symbol] = {
      quantity: (known.quantity + fee.quantity) as Quantity,
      cash: (known.cash + fee.cash) as Money,
      price,
    };
    return;
  }
  if (settings.regulatoryFees === 'none') return;
  addRegulatoryFees(feesDue, { side: order.side, price, quantity });
}

/** What one execution in a stock adds to the fees of its day. */
export function addRegulatoryFees(due: FeesDue, { side, price, quantity }: { side: Side; price: Price; quantity: Quantity }): void {
  due.cat += quantity * CAT_MILLIONTHS;
  if (side === 'buy') return;
  const taf = quantity * TAF_MILLIONTHS;
  due.sold += notional(price, quantity);
  due.taf += taf < TAF_MOST ? taf : TAF_MOST;
}

/** The three together to the billionth, before the day's sums are rounded up to cents. */
export const regulatoryFeesUnrounded = ({ sold, taf, cat }: FeesDue): Money =>
  (divideRounded(sold * SEC_NUMERATOR, SEC_DENOMINATOR) + divideRounded(taf + cat, MILLION)) as Money;

const upToCent = (value: bigint, divisor: bigint): Money => {
  const whole = CENT * divisor;
  return (((value + whole - 1n) / whole) * CENT) as Money;
};

/** The regulatory fees of the day so far, as they will be taken. */
export function regulatoryFees({ sold, taf, cat }: FeesDue): { REG: Money; TAF: Money; CAT: Money } {
  return { REG: upToCent(sold * SEC_NUMERATOR, SEC_DENOMINATOR), TAF: upToCent(taf, MILLION), CAT: upToCent(cat, MILLION) };
}

const NAMES = { REG: 'REG fee for proceed of sales', TAF: 'TAF fee for proceed of shares sold', CAT: 'CAT fee for trades' } as const;

/** At midnight: tells of the crypto fees of the day that ends, and takes its regulatory fees with the date of the next. */
export function postFees(world: World, endedDay: number): void {
  const due = world.feesDue;
  world.feesDue = noFees();
  for (const symbol of Object.keys(due.coins)) postCoinFees(world, endedDay, symbol as AssetSymbol, due);
  for (const [subType, amount] of Object.entries(regulatoryFees(due)) as [keyof typeof NAMES, Money][]) {
    if (amount === 0n) continue;
    world.account.cash = (world.account.cash - amount) as Money;
    const description = `${NAMES[subType]} on ${dateText(endedDay)}`;
    post(world, { type: 'FEE', subType, date: dateText(endedDay + 1), netAmount: -amount as Money, description });
  }
}

function postCoinFees(world: World, day: number, symbol: AssetSymbol, { coins }: FeesDue): void {
  const due = coins[symbol];
  if (!due) return;
  const common = { type: 'CFEE' as const, date: dateText(day), symbol, price: due.price };
  if (due.quantity > 0n) {
    const description = 'Coin Pair Transaction Fee (Non USD)';
    post(world, { ...common, netAmount: 0n as Money, quantity: -due.quantity as Quantity, description });
  }
  if (due.cash > 0n) post(world, { ...common, netAmount: -due.cash as Money, description: 'Coin Pair Transaction Fee (USD)' });
}

export interface Posting {
  readonly type: NonTradeType;
  readonly subType?: string;
  readonly date: string;
  readonly netAmount: Money;
  readonly symbol?: AssetSymbol;
  readonly quantity?: Quantity;
  readonly price?: Price;
  readonly perShare?: Money;
  readonly description: string;
}

/** Writes a non-trade activity; the money has moved, or moves, elsewhere. */
export function post(world: World, posting: Posting): void {
  world.ids += 1;
  const { subType = null, symbol = null, quantity = null, price = null, perShare = null, ...rest } = posting;
  world.activities.addNonTrade({ idCount: world.ids, at: world.now, subType, symbol, quantity, price, perShare, ...rest });
}
