/** Closing positions: a market order for all or a part of what is held. */
import type { AssetClass } from '../domain/instrument.ts';
import { absolute, formatFixed, parseFixed, type Quantity, roundDownTo, UNIT } from '../domain/money.ts';
import { cancelAllOrders } from './cancel.ts';
import type { Order } from './order.ts';
import type { Position } from './position.ts';
import { malformed, notFound, Refusal, refusalBody, unprocessable } from './refusal.ts';
import { submitOrder } from './submit.ts';
import { assetOf, type World } from './world.ts';

export function findPosition(world: World, name: string): Position {
  const asset = world.tape.assets.find(name);
  const position = asset && world.positions.get(asset.instrument.symbol);
  return position ?? notFound('position does not exist');
}

export interface PartToClose {
  readonly qty?: string;
  readonly percentage?: string;
}

export function closePosition(world: World, name: string, part: PartToClose): Order {
  const position = findPosition(world, name);
  const { instrument } = assetOf(world, position.symbol);
  const { equityCloseTimeInForce, cryptoCloseTimeInForce } = world.settings;
  const quantity = quantityToClose(position, instrument.assetClass, part);
  const { order } = submitOrder(world, {
    symbol: position.symbol,
    side: position.quantity > 0n ? 'sell' : 'buy',
    type: 'market',
    timeInForce: instrument.assetClass === 'crypto' ? cryptoCloseTimeInForce : timeOfEquity(equityCloseTimeInForce, quantity),
    qty: formatFixed(quantity),
  });
  return order;
}

/** Parts of shares are for the day only. */
const timeOfEquity = (wanted: 'day' | 'gtc', quantity: Quantity): 'day' | 'gtc' => (quantity % UNIT === 0n ? wanted : 'day');

function quantityToClose(position: Position, assetClass: AssetClass, { qty, percentage }: PartToClose): Quantity {
  const held = absolute(position.quantity) as Quantity;
  if (qty !== undefined && percentage !== undefined) malformed('only one of qty or percentage is accepted');
  if (qty !== undefined) return readPositive('qty', qty) as Quantity;
  if (percentage === undefined) return held;
  const share = readPositive('percentage', percentage);
  if (share > 100n * UNIT) malformed('percentage must be between 0 and 100');
  const part = (held * share) / (100n * UNIT);
  // Of whole shares only whole shares are sold.
  if (assetClass === 'crypto' || held % UNIT !== 0n) return part as Quantity;
  return part < UNIT ? unprocessable('percentage of the position is less than one share') : (roundDownTo(part, UNIT) as Quantity);
}

function readPositive(name: string, text: string): bigint {
  try {
    const value = parseFixed(text);
    if (value > 0n) return value;
  } catch {
    // told below
  }
  return malformed(`invalid ${name}: ${text.slice(0, 64)}`);
}

export interface Closing {
  readonly symbol: Position['symbol'];
  readonly status: number;
  readonly order?: Order;
  readonly refused?: Record<string, unknown>;
}

/** Closes everything, in the order of the symbols; what can not be closed says why. */
export function closeAllPositions(world: World, cancelOrders: boolean): Closing[] {
  if (cancelOrders) cancelAllOrders(world);
  const symbols = [...world.positions.keys()].sort();
  return symbols.map((symbol) => {
    try {
      return { symbol, status: 200, order: closePosition(world, symbol, {}) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { symbol, status: error.status, refused: refusalBody(error) };
    }
  });
}
