/** The JSON bodies of order requests. Alpaca takes decimals as strings or numbers; both become strings here. */
import { malformed } from '../refusal.ts';
import type { OrderRequest, ReplaceRequest } from '../requests.ts';
import { isRecord } from './codec.ts';

function decimal(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' && Number.isFinite(value)) return plain(value);
  return malformed(`invalid ${name}: ${JSON.stringify(value).slice(0, 40)}`);
}

/** JSON may write a small number as 1e-7. */
function plain(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(9) : text;
}

function word(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : malformed(`invalid ${name}: ${JSON.stringify(value).slice(0, 40)}`);
}

function truth(name: string, value: unknown): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'boolean' ? value : malformed(`invalid ${name}: ${JSON.stringify(value).slice(0, 40)}`);
}

function part(name: string, value: unknown): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return undefined;
  return isRecord(value) ? value : malformed(`invalid ${name}: ${JSON.stringify(value).slice(0, 40)}`);
}

/** Drops what the client did not say. */
function said<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

export function readOrderBody(body: unknown): OrderRequest {
  if (!isRecord(body)) return malformed('request body format is invalid');
  const profit = part('take_profit', body['take_profit']);
  const loss = part('stop_loss', body['stop_loss']);
  return said({
    symbol: word('symbol', body['symbol']),
    qty: decimal('qty', body['qty']),
    notional: decimal('notional', body['notional']),
    side: word('side', body['side']),
    type: word('type', body['type']),
    timeInForce: word('time_in_force', body['time_in_force']),
    limitPrice: decimal('limit_price', body['limit_price']),
    stopPrice: decimal('stop_price', body['stop_price']),
    trailPrice: decimal('trail_price', body['trail_price']),
    trailPercent: decimal('trail_percent', body['trail_percent']),
    extendedHours: truth('extended_hours', body['extended_hours']),
    clientOrderId: word('client_order_id', body['client_order_id']),
    orderClass: word('order_class', body['order_class']),
    positionIntent: word('position_intent', body['position_intent']),
    takeProfit: profit && said({ limitPrice: decimal('take_profit.limit_price', profit['limit_price']) }),
    stopLoss:
      loss &&
      said({
        stopPrice: decimal('stop_loss.stop_price', loss['stop_price']),
        limitPrice: decimal('stop_loss.limit_price', loss['limit_price']),
      }),
  });
}

export function readReplaceBody(body: unknown): ReplaceRequest {
  if (!isRecord(body)) return malformed('request body format is invalid');
  return said({
    qty: decimal('qty', body['qty']),
    limitPrice: decimal('limit_price', body['limit_price']),
    stopPrice: decimal('stop_price', body['stop_price']),
    trail: decimal('trail', body['trail']),
    timeInForce: word('time_in_force', body['time_in_force']),
    clientOrderId: word('client_order_id', body['client_order_id']),
  });
}
