/** Which orders there can be at all: type × time in force × class × asset, price steps, and the legs of a bracket. */

import { priceStepAt } from '../domain/instrument.ts';
import { formatFixed, type Price, parsePrice, UNIT } from '../domain/money.ts';
import type { Draft } from './draft.ts';
import { forbidden, malformed, unprocessable } from './refusal.ts';
import { lastPrice, type World } from './world.ts';

const CENT = parsePrice('0.01');

export function checkRules(world: World, draft: Draft): void {
  checkAmount(draft);
  checkPrices(draft);
  if (draft.asset.instrument.assetClass === 'crypto') checkCrypto(draft);
  else checkEquity(world, draft);
  if (draft.extendedHours) checkExtendedHours(world, draft);
  checkClass(world, draft);
}

function checkAmount({ quantity, notional, asset }: Draft): void {
  if (quantity === null && notional === null) malformed('qty or notional is required');
  if (quantity !== null && notional !== null) malformed('only one of qty or notional is accepted');
  if (notional !== null && notional < UNIT) malformed('notional must be >= 1.00');
  const isFractional = notional !== null || (quantity ?? 0n) % UNIT !== 0n;
  if (isFractional && !asset.instrument.fractionable) unprocessable(`asset "${asset.instrument.symbol}" is not fractionable`);
}

function checkPrices(draft: Draft): void {
  const { type, limitPrice, stopPrice, trailPrice, trailPercent } = draft;
  const wantsLimit = type === 'limit' || type === 'stop_limit';
  const wantsStop = type === 'stop' || type === 'stop_limit';
  if (wantsLimit && limitPrice === null) malformed('limit orders require a limit price');
  if (!wantsLimit && limitPrice !== null) malformed(`${type} orders do not accept a limit price`);
  if (wantsStop && stopPrice === null) malformed('stop orders require a stop price');
  if (!wantsStop && stopPrice !== null) malformed(`${type} orders do not accept a stop price`);
  if (type === 'trailing_stop') {
    if (trailPrice === null && trailPercent === null) malformed('trailing stop orders require either trail_price or trail_percent');
    if (trailPrice !== null && trailPercent !== null) malformed('only one of trail_price or trail_percent is accepted');
    if (trailPercent !== null && trailPercent >= 100n * UNIT) unprocessable('trail_percent must be less than 100');
  } else if (trailPrice !== null || trailPercent !== null) {
    malformed(`${type} orders do not accept trail_price or trail_percent`);
  }
  checkStep(draft, 'limit_price', limitPrice);
  checkStep(draft, 'stop_price', stopPrice);
  checkStep(draft, 'trail_price', trailPrice);
  checkStep(draft, 'take_profit.limit_price', draft.takeProfit?.limitPrice ?? null);
  checkStep(draft, 'stop_loss.stop_price', draft.stopLoss?.stopPrice ?? null);
  checkStep(draft, 'stop_loss.limit_price', draft.stopLoss?.limitPrice ?? null);
}

/** Two decimals from a dollar on, four below; crypto in its own step. */
export function checkStep(draft: Pick<Draft, 'asset'>, name: string, price: Price | null): void {
  if (price === null || price % priceStepAt(draft.asset.instrument, price) === 0n) return;
  unprocessable(`invalid ${name} ${formatFixed(price)}. sub-penny increment does not fulfill minimum pricing criteria`);
}

function checkCrypto({ type, timeInForce, orderClass, extendedHours }: Draft): void {
  if (timeInForce !== 'gtc' && timeInForce !== 'ioc') unprocessable('invalid crypto time_in_force');
  if (type !== 'market' && type !== 'limit' && type !== 'stop_limit') unprocessable('invalid order type for crypto order');
  if (orderClass !== 'simple') unprocessable('crypto orders must be simple orders');
  if (extendedHours) unprocessable('crypto orders can not be marked for extended hours');
}

function checkEquity(world: World, { quantity, type, timeInForce, orderClass, notional }: Draft): void {
  const isFractional = notional !== null || (quantity ?? 0n) % UNIT !== 0n;
  if (isFractional && !world.configurations.fractional_trading) forbidden('fractional trading is disabled for this account');
  if (isFractional && timeInForce !== 'day') unprocessable('fractional orders must be DAY orders');
  if (isFractional && orderClass !== 'simple') unprocessable('fractional orders must be simple orders');
  if (isFractional && type === 'trailing_stop') unprocessable('fractional orders can not be trailing stop orders');
  if (timeInForce === 'opg' || timeInForce === 'cls')
    unprocessable(`invalid time_in_force: ${timeInForce} is not served by this exchange yet; use day`);
  const isPlain = type === 'market' || type === 'limit';
  if ((timeInForce === 'ioc' || timeInForce === 'fok') && !isPlain)
    unprocessable(`invalid time_in_force for ${type} order: ${timeInForce}`);
}

function checkExtendedHours(world: World, { type, timeInForce }: Draft): void {
  const allowed = timeInForce === 'day' || (timeInForce === 'gtc' && world.settings.extendedHoursGtc);
  if (type !== 'limit' || !allowed) unprocessable('extended hours order must be DAY or GTC limit orders');
}

function checkClass(world: World, draft: Draft): void {
  switch (draft.orderClass) {
    case 'simple':
      if (draft.takeProfit || draft.stopLoss) malformed('simple orders do not accept take_profit or stop_loss');
      return;
    case 'bracket':
      checkBracket(world, draft);
      return;
    case 'oco':
    case 'oto':
      unprocessable(`order_class ${draft.orderClass} is not served by this exchange yet; use bracket`);
      return;
    default:
      draft.orderClass satisfies never;
  }
}

function checkBracket(world: World, draft: Draft): void {
  const { takeProfit, stopLoss, side, type, timeInForce, extendedHours } = draft;
  if (type !== 'market' && type !== 'limit') malformed('bracket orders must be market or limit orders');
  if (!takeProfit) malformed('bracket orders require take_profit.limit_price');
  if (!stopLoss) malformed('bracket orders require stop_loss.stop_price');
  if (timeInForce !== 'day' && timeInForce !== 'gtc') unprocessable('bracket orders must be DAY or GTC orders');
  if (extendedHours) unprocessable('bracket orders can not be marked for extended hours');
  const sign = side === 'buy' ? 1n : -1n;
  const profit = takeProfit.limitPrice;
  const stop = stopLoss.stopPrice;
  if ((profit - stop) * sign <= 0n) {
    unprocessable(`take_profit.limit_price must be ${side === 'buy' ? 'greater' : 'less'} than stop_loss.stop_price`);
  }
  const base = draft.limitPrice ?? lastPrice(world, draft.asset.instrument.symbol);
  if (base === undefined) return;
  if ((base - stop) * sign < CENT) {
    unprocessable(`stop price must be ${side === 'buy' ? 'less than base_price - 0.01' : 'greater than base_price + 0.01'}`);
  }
  if ((profit - base) * sign < CENT) {
    unprocessable(`take_profit.limit_price must be ${side === 'buy' ? '>= base_price + 0.01' : '<= base_price - 0.01'}`);
  }
}
