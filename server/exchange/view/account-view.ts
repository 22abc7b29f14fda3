/** The account, its positions and the listed assets in Alpaca's words. */
import { withoutSlash } from '../../domain/ids.ts';
import { absolute, divideRounded, formatFixed, notional, UNIT } from '../../domain/money.ts';
import { claimedQuantity } from '../admission.ts';
import type { Asset } from '../asset.ts';
import { regulatoryFees } from '../fees-due.ts';
import { averageEntry, type Position } from '../position.ts';
import { uuidOf } from '../random.ts';
import { stamp } from '../stamp.ts';
import { valuate } from '../valuation.ts';
import { assetOf, instrumentNow, isBorrowable, isListed, lastPrice, type World } from '../world.ts';

const ACCOUNT_LANE = 0x5f3759df;

/** Sent until July 2026, and still read by older clients. */
const LEGACY_ACCOUNT = { pattern_day_trader: false, daytrade_count: 0, daytrading_buying_power: '0' };
const LEGACY_CONFIGURATIONS = { dtbp_check: 'entry', pdt_check: 'entry' };

export const renderConfigurations = ({ configurations, settings }: World): Record<string, unknown> => ({
  ...configurations,
  ...(settings.legacyDayTrading ? LEGACY_CONFIGURATIONS : {}),
});

export const accountId = ({ settings }: World): string => uuidOf(settings.seed ^ ACCOUNT_LANE, 0);

export function renderAccount(world: World): Record<string, unknown> {
  const value = valuate(world);
  const { account, configurations, settings } = world;
  const { blocked = false } = world.restrictions;
  const fees = regulatoryFees(world.feesDue);
  const cash = formatFixed(account.cash);
  const equity = formatFixed(value.equity);
  const power = formatFixed(value.buyingPower);
  const cashPower = formatFixed(value.cashBuyingPower);
  const id = accountId(world);
  return {
    id,
    admin_configurations: {},
    user_configurations: null,
    account_number: `PA${id.replace(/\D/g, '').padEnd(10, '0').slice(0, 10)}`,
    status: 'ACTIVE',
    crypto_status: 'ACTIVE',
    options_approved_level: 0,
    options_trading_level: 0,
    currency: 'USD',
    buying_power: power,
    regt_buying_power: formatFixed(value.regulationTBuyingPower),
    effective_buying_power: power,
    non_marginable_buying_power: cashPower,
    options_buying_power: cashPower,
    bod_dtbp: '0',
    cash,
    accrued_fees: formatFixed(fees.REG + fees.TAF + fees.CAT),
    pending_transfer_in: '0',
    pending_transfer_out: '0',
    pending_reg_taf_fees: formatFixed(fees.REG + fees.TAF),
    portfolio_value: equity,
    trading_blocked: blocked,
    transfers_blocked: false,
    account_blocked: blocked,
    created_at: stamp(account.createdAt),
    trade_suspended_by_user: configurations.suspend_trade,
    multiplier: String(value.multiplier),
    shorting_enabled: settings.shortingEnabled && !configurations.no_shorting && value.multiplier > 1,
    equity,
    last_equity: formatFixed(account.lastEquity),
    long_market_value: formatFixed(value.longValue),
    short_market_value: formatFixed(value.shortValue),
    position_market_value: formatFixed(value.longValue + value.shortValue),
    initial_margin: formatFixed(value.initialMargin),
    maintenance_margin: formatFixed(value.maintenanceMargin),
    last_maintenance_margin: formatFixed(account.lastMaintenance),
    sma: '0',
    balance_asof: account.balanceAsOf,
    crypto_tier: 1,
    intraday_adjustments: '0',
    ...(settings.legacyDayTrading ? LEGACY_ACCOUNT : {}),
  };
}

const atLeastZero = (value: bigint): bigint => (value > 0n ? value : 0n);

/** A fraction of a base with nine decimals; zero when there is no base. */
const ratio = (part: bigint, base: bigint): string => (base === 0n ? '0' : formatFixed(divideRounded(part * UNIT, absolute(base))));

export function renderPosition(world: World, position: Position): Record<string, unknown> {
  const asset = assetOf(world, position.symbol);
  const isLong = position.quantity > 0n;
  const entry = averageEntry(position);
  const price = lastPrice(world, position.symbol) ?? entry;
  const value = notional(price, position.quantity);
  const lastDay = world.lastDayPrices.get(position.symbol) ?? entry;
  const overnight = position.quantity - position.quantityToday;
  const dayCost = position.costToday + notional(lastDay, overnight as typeof position.quantity);
  const profit = value - position.cost;
  const dayProfit = value - dayCost;
  const claimed = claimedQuantity(world, position.symbol, isLong ? 'sell' : 'buy');
  // An opening order of the other side may have reduced the position below what its exits claim.
  const free = atLeastZero(absolute(position.quantity) - claimed);
  return {
    asset_id: asset.id,
    symbol: withoutSlash(position.symbol),
    exchange: asset.exchange,
    asset_class: asset.instrument.assetClass,
    asset_marginable: asset.instrument.assetClass === 'us_equity',
    qty: formatFixed(position.quantity),
    qty_available: formatFixed(isLong ? free : -free),
    avg_entry_price: formatFixed(entry),
    side: isLong ? 'long' : 'short',
    market_value: formatFixed(value),
    cost_basis: formatFixed(position.cost),
    unrealized_pl: formatFixed(profit),
    unrealized_plpc: ratio(profit, position.cost),
    unrealized_intraday_pl: formatFixed(dayProfit),
    unrealized_intraday_plpc: ratio(dayProfit, dayCost),
    current_price: formatFixed(price),
    lastday_price: formatFixed(lastDay),
    change_today: ratio(price - lastDay, lastDay),
  };
}

/** Of Alpaca's attributes, those that an asset here can have. */
export function attributesOf({ settings }: World, { instrument }: Asset): string[] {
  if (instrument.assetClass !== 'us_equity') return [];
  const isFractional = settings.fractionalExtendedHours && instrument.fractionable;
  return [...(isFractional ? ['fractional_eh_enabled'] : []), ...(settings.overnightTrading ? ['overnight_tradable'] : [])];
}

export function renderAsset(world: World, asset: Asset): Record<string, unknown> {
  const instrument = instrumentNow(world, asset);
  const isActive = isListed(world, asset);
  const isEquity = instrument.assetClass === 'us_equity';
  const isEasyToBorrow = isBorrowable(instrument);
  const common = {
    id: asset.id,
    class: instrument.assetClass,
    exchange: asset.exchange,
    symbol: instrument.symbol,
    name: asset.name,
    status: isActive ? 'active' : 'inactive',
    tradable: isActive && instrument.tradable,
    marginable: isEquity,
    shortable: instrument.shortable,
    easy_to_borrow: isEasyToBorrow,
    fractionable: instrument.fractionable,
    maintenance_margin_requirement: asset.maintenancePercent,
    margin_requirement_long: String(asset.maintenancePercent),
    margin_requirement_short: isEquity ? String(asset.maintenancePercent) : '0',
    attributes: attributesOf(world, asset),
  };
  if (isEquity) return { ...common, borrow_status: isEasyToBorrow ? 'easy_to_borrow' : 'hard_to_borrow', cusip: null };
  return {
    ...common,
    min_order_size: formatFixed(instrument.minQuantity),
    min_trade_increment: formatFixed(instrument.quantityStep),
    price_increment: formatFixed(instrument.priceStep),
  };
}
