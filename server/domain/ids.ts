/** Names of things. All are strings that may not be mixed up; ours are functions of the journal, never of chance. */
import type { Brand } from './brand.ts';

/** "AAPL", or "BTC/USD" for a crypto pair (with the slash, as orders and bars have it). */
export type AssetSymbol = Brand<string, 'AssetSymbol'>;
/** One life of one plan on one account: "r" and a number in base 36. */
export type RunId = Brand<string, 'RunId'>;
/** Our client order id: run, sequence and leg; at most 48 characters; never reused. */
export type OrderId = Brand<string, 'OrderId'>;
/** The id that the broker gave an order; a replacement gets a new one. */
export type BrokerOrderId = Brand<string, 'BrokerOrderId'>;
/** One execution, as the broker names it, or as we infer it from a proven gap. */
export type ExecutionId = Brand<string, 'ExecutionId'>;
export type PortfolioId = Brand<string, 'PortfolioId'>;
export type DeploymentId = Brand<string, 'DeploymentId'>;

const MAX_ORDER_ID_LENGTH = 48;

/** A function of the place in the journal: a replay repeats it, and a retry under the same id can not buy twice. */
export function orderId(run: RunId, seq: number, leg: number): OrderId {
  const id = `${run}-${seq}-${leg}`;
  if (id.length > MAX_ORDER_ID_LENGTH) throw new RangeError(`order id too long: ${id}`);
  return id as OrderId;
}

const ORDER_ID = /^(r[0-9a-z]+)-(\d+)-(\d+)s?$/;

/** The stop-loss of a pair (OCO): placed with its take-profit in one request, so it has no client order id of its own at the broker. */
export const stopSideOf = (takeProfit: OrderId): OrderId => `${takeProfit}s` as OrderId;

/** The id under which the order's request was sent: that of its take-profit for the stop-loss of a pair. */
export const requestOf = (id: OrderId): OrderId => (ORDER_ID.test(id) && id.endsWith('s') ? (id.slice(0, -1) as OrderId) : id);

/** The place in the journal that an order id names, or nothing when the id is not one of ours. */
export function parseOrderId(id: string): { run: RunId; seq: number; leg: number } | undefined {
  const match = ORDER_ID.exec(id);
  if (!match) return undefined;
  return { run: match[1] as RunId, seq: Number(match[2]), leg: Number(match[3]) };
}

/** Alpaca's positions name a pair "BTCUSD"; everything else says "BTC/USD". */
export const withoutSlash = (symbol: AssetSymbol): string => symbol.replace('/', '');
