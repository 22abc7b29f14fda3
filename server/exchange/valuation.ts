/** What the account is worth, and what it may still buy. */
import { absolute, basisPointsOf, type Money, notional, type Price, type Quantity } from '../domain/money.ts';
import { averageEntry } from './position.ts';
import { assetOf, lastPrice, type World } from './world.ts';

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
  /** What crypto may be bought with. */
  readonly cashBuyingPower: Money;
}

const atLeastZero = (value: bigint): Money => (value > 0n ? value : 0n) as Money;
const UNDER_TWO_FIFTY = 2_500_000_000n;
const UNDER_SIX = 6_000_000_000n;
const UNDER_FIVE = 5_000_000_000n;

/** Maintenance of one holding in basis points of its value: Alpaca's table for plain equities, all of it for crypto. */
function maintenanceBps(price: Price, isShort: boolean, isCrypto: boolean): number {
  if (isCrypto) return 10_000;
  if (isShort) return price < UNDER_FIVE ? 10_000 : 3_000;
  if (price < UNDER_TWO_FIFTY) return 10_000;
  return price < UNDER_SIX ? 5_000 : 3_000;
}

export function marginMultiplier(world: World): 1 | 2 | 4 {
  const allowed = Number(world.configurations.max_margin_multiplier);
  if (allowed >= world.settings.multiplier) return world.settings.multiplier;
  return allowed >= 2 ? 2 : 1;
}

/** The account at the last prices. A holding without a price counts at its cost. */
export function valuate(world: World): Valuation {
  const multiplier = marginMultiplier(world);
  let long = 0n;
  let short = 0n;
  let initial = 0n;
  let maintenance = 0n;
  for (const position of world.positions.values()) {
    if (position.quantity === 0n) continue;
    const price = lastPrice(world, position.symbol) ?? averageEntry(position);
    const value = notional(price, position.quantity);
    const isCrypto = assetOf(world, position.symbol).instrument.assetClass === 'crypto';
    if (value >= 0n) long += value;
    else short += value;
    initial += isCrypto ? absolute(value) : absolute(value) / BigInt(multiplier);
    maintenance += basisPointsOf(absolute(value), maintenanceBps(price, value < 0n, isCrypto));
  }
  const { cash, reservedMargin, reservedCash } = world.account;
  const equity = cash + long + short;
  const factor = BigInt(multiplier);
  const gross = (equity - initial) * factor;
  const net = gross - reservedMargin - reservedCash * factor;
  const spendable = cash - reservedMargin - reservedCash;
  const free = net / factor;
  return {
    equity: equity as Money,
    longValue: long as Money,
    shortValue: short as Money,
    initialMargin: initial as Money,
    maintenanceMargin: maintenance as Money,
    multiplier,
    grossBuyingPower: atLeastZero(gross),
    buyingPower: atLeastZero(net),
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
