/** What the account is worth, and what it may still buy. */
import { absolute, basisPointsOf, type Money, notional, type Price, parseMoney, parsePrice, type Quantity } from '../domain/money.ts';
import type { Asset } from './asset.ts';
import { averageEntry, type Position } from './position.ts';
import { assetOf, lastPrice, type World, type Worth } from './world.ts';

export interface Valuation {
  readonly equity: Money;
  readonly longValue: Money;
  /** Negative. */
  readonly shortValue: Money;
  readonly initialMargin: Money;
  readonly maintenanceMargin: Money;
  readonly multiplier: 1 | 2 | 4;
  /** Before and after what open orders reserve; never negative. */
  readonly grossBuyingPower: Money;
  readonly buyingPower: Money;
  readonly regulationTBuyingPower: Money;
  /** What crypto may be bought with. */
  readonly cashBuyingPower: Money;
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const atLeastZero = (value: bigint): Money => (value > 0n ? value : 0n) as Money;
const UNDER_TWO_FIFTY = parsePrice('2.5');
const UNDER_SIX = parsePrice('6');
const UNDER_FIVE = parsePrice('5');
const CONCENTRATION_DEBIT = parseMoney('100000');
const CONCENTRATION_PERCENT = 70n;
/** Below this equity nothing is lent. */
const LEAST_MARGIN_EQUITY = parseMoney('2000');

/** What one holding must keep: Alpaca's table for equities, all of it for crypto. */
function maintenanceOf(price: Price, quantity: Quantity, { instrument, maintenancePercent }: Asset): bigint {
  const value = absolute(notional(price, quantity));
  if (instrument.assetClass === 'crypto') return value;
  const least = basisPointsOf(value, maintenancePercent * 100);
  if (quantity < 0n) {
    const isCheap = price < UNDER_FIVE;
    return larger(isCheap ? value : least, absolute(notional(isCheap ? UNDER_TWO_FIFTY : UNDER_FIVE, quantity)));
  }
  if (price < UNDER_TWO_FIFTY) return value;
  return price < UNDER_SIX ? larger(least, value / 2n) : least;
}

/** The account's multiplier: what was agreed, what its owner allows, and nothing below the least equity for margin. */
function marginMultiplier(world: World, equity: bigint): 1 | 2 | 4 {
  const multiplier = world.restrictions.multiplier ?? world.settings.multiplier;
  const allowed = Number(world.configurations.max_margin_multiplier);
  if (multiplier === 1 || allowed === 1 || equity < LEAST_MARGIN_EQUITY) return 1;
  return multiplier === 4 && allowed === 4 ? 4 : 2;
}

interface Holdings {
  long: bigint;
  short: bigint;
  equities: bigint;
  coins: bigint;
  maintenance: bigint;
  /** Value of equities, and of coins, opened since the day began. */
  usedToday: bigint;
  coinsToday: bigint;
}

/** Between two orders few prices and quantities have changed, so what a holding came to is remembered. */
function worthOf(world: World, position: Position): Worth {
  const { symbol, quantity } = position;
  const price = lastPrice(world, symbol) ?? averageEntry(position);
  let worth = world.worths.get(symbol);
  if (worth !== undefined && worth.price === price && worth.quantity === quantity) return worth;
  const asset = worth?.asset ?? assetOf(world, symbol);
  const [value, maintenance] = [notional(price, quantity), maintenanceOf(price, quantity, asset)];
  if (worth === undefined) {
    worth = { price, quantity, value, maintenance, asset };
    world.worths.set(symbol, worth);
  } else Object.assign(worth, { price, quantity, value, maintenance });
  return worth;
}

/** Holdings at the last prices; one without a price counts at its cost. */
function sumHoldings(world: World): Holdings {
  const sums: Holdings = { long: 0n, short: 0n, equities: 0n, coins: 0n, maintenance: 0n, usedToday: 0n, coinsToday: 0n };
  for (const position of world.positions.values()) {
    const { value, maintenance, asset } = worthOf(world, position);
    if (value >= 0n) sums.long += value;
    else sums.short += value;
    sums.maintenance += maintenance;
    if (asset.instrument.assetClass === 'crypto') {
      sums.coins += value;
      sums.coinsToday += position.costToday;
    } else {
      sums.equities += absolute(value);
      sums.usedToday += absolute(position.costToday);
    }
  }
  return sums;
}

/** Who owes much and has most of it in one stock keeps half of that stock. */
function addForConcentration(world: World, sums: Holdings): void {
  if (world.account.cash > -CONCENTRATION_DEBIT) return;
  for (const position of world.positions.values()) {
    const { value, maintenance, asset } = worthOf(world, position);
    if (asset.instrument.assetClass === 'crypto' || absolute(value) * 100n <= sums.equities * CONCENTRATION_PERCENT) continue;
    sums.maintenance += larger(absolute(value) / 2n - maintenance, 0n);
  }
}

/**
 * The account at the last prices. Regulation T lends as much as is paid; the intraday multiplier of four starts from the
 * equity and maintenance margin of the last close, less what was opened since.
 */
export function valuate(world: World): Valuation {
  const { cash, reservedMargin, reservedCash, lastEquity, lastMaintenance } = world.account;
  const sums = sumHoldings(world);
  addForConcentration(world, sums);
  const equity = cash + sums.long + sums.short;
  const multiplier = marginMultiplier(world, equity);
  const initial = sums.coins + (multiplier === 1 ? sums.equities : sums.equities / 2n);
  const factor = BigInt(multiplier);
  const gross = multiplier === 4 ? (lastEquity - lastMaintenance - sums.coinsToday) * 4n - sums.usedToday : (equity - initial) * factor;
  const net = gross - reservedMargin - reservedCash * factor;
  const spendable = cash - reservedMargin - reservedCash;
  const free = net / factor;
  return {
    equity: equity as Money,
    longValue: sums.long as Money,
    shortValue: sums.short as Money,
    initialMargin: initial as Money,
    maintenanceMargin: sums.maintenance as Money,
    multiplier,
    grossBuyingPower: atLeastZero(gross),
    buyingPower: atLeastZero(net),
    regulationTBuyingPower: multiplier === 4 ? atLeastZero((equity - initial) * 2n - reservedMargin - reservedCash * 2n) : atLeastZero(net),
    cashBuyingPower: atLeastZero(spendable < free ? spendable : free),
  };
}

/** Changes what an open order holds back. */
export function reserve(world: World, order: { assetClass: string; reserved: Money }, amount: Money): void {
  const change = amount - order.reserved;
  order.reserved = amount;
  if (order.assetClass === 'crypto') world.account.reservedCash = (world.account.reservedCash + change) as Money;
  else world.account.reservedMargin = (world.account.reservedMargin + change) as Money;
}

/** Signed holding of a symbol. */
export const heldQuantity = (world: World, symbol: Parameters<typeof lastPrice>[1]): Quantity =>
  world.positions.get(symbol)?.quantity ?? (0n as Quantity);
