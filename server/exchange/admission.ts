/** Whether the account may place an order now: its switches, what it holds, what it can pay. */
import { absolute, formatFixed, type Money, notional, type Price, type Quantity, UNIT } from '../domain/money.ts';
import type { Draft } from './draft.ts';
import type { Order, OrderSide, PositionIntent } from './order.ts';
import { bookOf, openOrders } from './order-book.ts';
import { marketPrice, purchasePrice, shortSalePrice } from './order-price.ts';
import { forbidden, unprocessable } from './refusal.ts';
import { heldQuantity, valuate } from './valuation.ts';
import { checkWash } from './wash.ts';
import { instrumentNow, isBorrowable, isListed, type World } from './world.ts';

export interface Admission {
  readonly intent: PositionIntent;
  /** Price at which the order reserves buying power; zero when it only reduces a position. */
  readonly reservePrice: Price;
  readonly reserved: Money;
  /** What an order that reduces claims of the position. */
  readonly claimed: Quantity;
}

const CRYPTO_MINIMUM = 10n * UNIT;
const CRYPTO_MAXIMUM = 200_000n * UNIT;
const SHORT_MINIMUM_EQUITY = 2_000n * UNIT;

/** What an order's kind and amount must have to be judged; a replacement is judged like a new order. */
export type Candidate = Omit<Draft, 'clientOrderId' | 'takeProfit' | 'stopLoss'>;

export function admit(world: World, draft: Candidate, replacing?: Order): Admission {
  if (world.configurations.suspend_trade) forbidden('new orders are rejected by user request');
  if (world.restrictions.blocked) forbidden('account is not allowed to trade');
  const { symbol, tradable } = instrumentNow(world, draft.asset);
  if (!isListed(world, draft.asset)) unprocessable(`asset "${symbol}" is not active`);
  if (!tradable) forbidden(`asset ${symbol} is not tradable`);
  checkWash(world, draft);
  const held = heldQuantity(world, symbol);
  const reduces = draft.side === 'buy' ? held < 0n : held > 0n;
  checkIntent(draft, reduces);
  if (!reduces) return open(world, draft, replacing);
  if (draft.orderClass === 'bracket' || draft.orderClass === 'oto') unprocessable(`${draft.orderClass} orders must be entry orders`);
  const claimed = checkAvailable(world, draft, held, replacing);
  return { intent: draft.side === 'buy' ? 'buy_to_close' : 'sell_to_close', reservePrice: 0n as Price, reserved: 0n as Money, claimed };
}

function checkIntent({ positionIntent, side }: Candidate, reduces: boolean): void {
  if (positionIntent === undefined) return;
  if (!positionIntent.startsWith(side)) unprocessable(`invalid position_intent ${positionIntent} for side ${side}`);
  const expected = `${side}_to_${reduces ? 'close' : 'open'}`;
  if (positionIntent !== expected) unprocessable(`position intent mismatch, inferred: ${expected}, specified: ${positionIntent}`);
}

function open(world: World, draft: Candidate, replacing: Order | undefined): Admission {
  if (draft.orderClass === 'oco') unprocessable('oco orders must be exit orders');
  checkClosings(world, draft);
  checkOpposite(world, draft);
  return draft.side === 'buy' ? admitPurchase(world, draft, replacing) : admitShortSale(world, draft, replacing);
}

/** Dollars can not be put into a position that is being closed. */
function checkClosings(world: World, { asset, notional: dollars }: Candidate): void {
  if (dollars === null) return;
  const { sell, buy } = bookOf(world.orders, asset.instrument.symbol).sides;
  if (sell.claimed === 0n && buy.claimed === 0n) return;
  forbidden('unable to open new notional orders while having open closing position orders');
}

/** A position can not be opened on both sides at once. */
function checkOpposite(world: World, { asset, side }: Candidate): void {
  if (world.settings.oppositeOpenings === 'allow') return;
  const { sell, buy } = bookOf(world.orders, asset.instrument.symbol).sides;
  if (side === 'buy' && sell.openings > 0) forbidden('cannot open a long buy while a short sell order is open');
  if (side === 'sell' && buy.openings > 0) forbidden('cannot open a short sell while a long buy order is open');
}

function admitPurchase(world: World, draft: Candidate, replacing: Order | undefined): Admission {
  const price = purchasePrice(world, draft);
  const cost = draft.notional ?? notional(price, draft.quantity ?? (0n as Quantity));
  const isCrypto = draft.asset.instrument.assetClass === 'crypto';
  if (isCrypto && cost < CRYPTO_MINIMUM) forbidden('cost basis must be >= minimal amount of order 10', { cost_basis: formatFixed(cost) });
  if (isCrypto && cost > CRYPTO_MAXIMUM)
    forbidden('cost basis must be <= maximal amount of order 200000', { cost_basis: formatFixed(cost) });
  checkPower(world, cost, isCrypto, replacing);
  return { intent: 'buy_to_open', reservePrice: price, reserved: cost, claimed: 0n as Quantity };
}

/** A replacement must be covered together with what its predecessor gives back. */
function checkPower(world: World, cost: Money, isCrypto: boolean, replacing: Order | undefined): void {
  const value = valuate(world);
  const power = (isCrypto ? value.cashBuyingPower : value.buyingPower) + (replacing?.reserved ?? 0n);
  if (cost <= power) return;
  if (isCrypto) refuseBalance('USD', cost, power, world.account.cash);
  forbidden('insufficient buying power', { buying_power: formatFixed(power), cost_basis: formatFixed(cost) });
}

function admitShortSale(world: World, draft: Candidate, replacing: Order | undefined): Admission {
  const { instrument } = draft.asset;
  if (instrument.assetClass === 'crypto') refuseBalance(coinOf(instrument.symbol), draft.quantity ?? draft.notional ?? 0n, 0n, 0n);
  const quantity = draft.quantity;
  if (quantity === null || quantity % UNIT !== 0n) forbidden('fractional orders cannot be sold short');
  const value = valuate(world);
  const isAllowed = world.settings.shortingEnabled && !world.configurations.no_shorting && value.multiplier > 1;
  if (!isAllowed || value.equity < SHORT_MINIMUM_EQUITY) forbidden('account is not allowed to short');
  if (!isBorrowable(instrumentNow(world, draft.asset))) forbidden(`asset "${instrument.symbol}" cannot be sold short`);
  const price = shortSalePrice(world, draft);
  const cost = notional(price, quantity);
  checkPower(world, cost, false, replacing);
  return { intent: 'sell_to_open', reservePrice: price, reserved: cost, claimed: 0n as Quantity };
}

/** What open orders of a side already claim of a position; the two exits of a group claim it once. */
export const claimedQuantity = (world: World, symbol: Order['symbol'], side: OrderSide): bigint =>
  bookOf(world.orders, symbol).sides[side].claimed;

function claimants(world: World, symbol: Order['symbol'], side: OrderSide): string[] {
  return openOrders(world.orders, symbol)
    .filter((order) => order.side === side && order.claimed > 0n)
    .map((order) => order.id);
}

/** How much of the position the order takes, if it is there to take. */
function checkAvailable(world: World, draft: Candidate, held: Quantity, replacing: Order | undefined): Quantity {
  const { symbol, assetClass } = draft.asset.instrument;
  const claimed = claimedQuantity(world, symbol, draft.side) - (replacing?.claimed ?? 0n);
  const existing = absolute(held);
  const available = existing - claimed;
  const wanted = draft.quantity ?? ((draft.notional ?? 0n) * UNIT) / marketPrice(world, draft, draft.side);
  if (wanted <= available) return wanted as Quantity;
  if (assetClass === 'crypto') refuseBalance(coinOf(symbol), draft.quantity ?? draft.notional ?? 0n, available, existing);
  const related = claimants(world, symbol, draft.side).filter((id) => id !== replacing?.id);
  const left = formatFixed(available > 0n ? available : 0n);
  return forbidden(`insufficient qty available for order (requested: ${formatFixed(wanted)}, available: ${left})`, {
    available: left,
    existing_qty: formatFixed(existing),
    held_for_orders: formatFixed(claimed),
    symbol,
    related_orders: related,
  });
}

const coinOf = (symbol: Order['symbol']): string => symbol.split('/')[0] ?? symbol;

/** What crypto says of a coin, and of dollars too, where stocks speak of quantity and buying power. */
function refuseBalance(coin: string, wanted: bigint, available: bigint, balance: bigint): never {
  const left = formatFixed(available > 0n ? available : 0n);
  return forbidden(`insufficient balance for ${coin} (requested: ${formatFixed(wanted)}, available: ${left})`, {
    available: left,
    balance: formatFixed(balance),
    symbol: coin,
  });
}
