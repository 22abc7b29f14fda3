/** Which orders there can be at all: type × time in force × class × asset, price steps, hours. */

import { priceStepAt } from '../domain/instrument.ts';
import { formatFixed, type Price, UNIT } from '../domain/money.ts';
import { newYorkDay, newYorkMinute } from '../domain/new-york.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { Candidate } from './admission.ts';
import { checkClass } from './class-rules.ts';
import type { Draft } from './draft.ts';
import { forbidden, malformed, unprocessable } from './refusal.ts';
import type { World } from './world.ts';

const CENT = UNIT / 100n;
const OPENING_CUTOFF_MS = 2 * MINUTE_MS;
const CLOSING_CUTOFF_MS = 10 * MINUTE_MS;
const AUCTION_BOOK_OPENS = 19 * 60;

export function checkRules(world: World, draft: Draft): void {
  checkAmount(world, draft);
  checkPrices(draft);
  checkKind(world, draft);
  checkAuction(world, draft);
  checkClass(world, draft);
}

/** Whether orders of this type, time in force, class and amount exist; a replacement must be one, too. */
export function checkKind(world: World, candidate: Candidate): void {
  if (candidate.asset.instrument.assetClass === 'crypto') checkCrypto(candidate);
  else checkEquity(world, candidate);
  if (candidate.extendedHours) checkExtendedHours(world, candidate);
  const { orderClass, timeInForce } = candidate;
  if (orderClass !== 'simple' && timeInForce !== 'day' && timeInForce !== 'gtc')
    unprocessable(`${orderClass} orders must be DAY or GTC orders`);
}

function checkAmount({ settings }: World, { quantity, notional, asset }: Draft): void {
  if (quantity === null && notional === null) malformed('qty or notional is required');
  if (quantity !== null && notional !== null) malformed('only one of qty or notional is accepted');
  if (notional !== null && notional < UNIT) malformed('notional must be >= 1.00');
  if (notional !== null && settings.notionalDecimals === 2 && notional % CENT !== 0n)
    malformed('notional must be limited to 2 decimal places');
  const isFractional = notional !== null || (quantity ?? 0n) % UNIT !== 0n;
  if (!isFractional || asset.instrument.fractionable) return;
  const message = `asset "${asset.instrument.symbol}" is not fractionable`;
  if (settings.notFractionableStatus === 403) forbidden(message);
  unprocessable(message);
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

function checkCrypto({ type, timeInForce, orderClass, extendedHours }: Candidate): void {
  if (timeInForce !== 'gtc' && timeInForce !== 'ioc') unprocessable('invalid crypto time_in_force');
  if (type !== 'market' && type !== 'limit' && type !== 'stop_limit') malformed('invalid order type for crypto order');
  if (orderClass !== 'simple') unprocessable('crypto orders must be simple orders');
  if (extendedHours) unprocessable('crypto orders can not be marked for extended hours');
}

function checkEquity(world: World, { quantity, type, timeInForce, orderClass, notional, extendedHours }: Candidate): void {
  const isFractional = notional !== null || (quantity ?? 0n) % UNIT !== 0n;
  if (isFractional && !world.configurations.fractional_trading) forbidden('fractional trading is disabled for this account');
  if (isFractional && timeInForce !== 'day') unprocessable('fractional orders must be DAY orders');
  if (isFractional && extendedHours && !world.settings.fractionalExtendedHours)
    unprocessable('fractional orders can not be marked for extended hours');
  if (isFractional && orderClass !== 'simple') unprocessable('fractional orders must be simple orders');
  if (isFractional && type === 'trailing_stop') unprocessable('fractional orders can not be trailing stop orders');
  const isPlain = type === 'market' || type === 'limit';
  if ((timeInForce === 'ioc' || timeInForce === 'fok') && !isPlain)
    unprocessable(`invalid time_in_force for ${type} order: ${timeInForce}`);
}

function checkExtendedHours(world: World, { type, timeInForce }: Candidate): void {
  const allowed = timeInForce === 'day' || (timeInForce === 'gtc' && world.settings.extendedHoursGtc);
  if (type !== 'limit' || !allowed) unprocessable('extended hours order must be DAY or GTC limit orders');
}

/** Orders for an auction may not come between shortly before it and the evening, when the next one's book opens. */
function checkAuction(world: World, { type, timeInForce, extendedHours }: Draft): void {
  if (timeInForce !== 'opg' && timeInForce !== 'cls') return;
  if (type !== 'market' && type !== 'limit') unprocessable(`invalid time_in_force for ${type} order: ${timeInForce}`);
  if (extendedHours) unprocessable(`${timeInForce} orders can not be marked for extended hours`);
  const session = world.sessions.on(newYorkDay(world.now));
  if (!session) return;
  const from = timeInForce === 'opg' ? session.opensAt - OPENING_CUTOFF_MS : session.closesAt - CLOSING_CUTOFF_MS;
  if (world.now < from || newYorkMinute(world.now) >= AUCTION_BOOK_OPENS) return;
  const cutoff = timeInForce === 'opg' ? '9:28am' : '10 minutes before the close';
  forbidden(`${timeInForce} orders must be submitted after 7:00pm and before ${cutoff}`);
}
