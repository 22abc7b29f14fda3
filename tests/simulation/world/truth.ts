/** What is true at the broker, whoever hears of it: kept beside the exchange from what passes its border. */
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Money, Price, Quantity } from '#server/domain/money.ts';
import type { Exchange } from '#server/exchange/contract.ts';
import type { OutgoingEvent, TradeUpdate } from '#server/exchange/events.ts';
import { isOpen, type Order } from '#server/exchange/order.ts';
import type { ExchangeRequest } from '#server/exchange/requests.ts';

export interface TrueOrder {
  /** As it stood after its last event (a copy). */
  order: Order;
  isOpen: boolean;
  readonly executions: Map<string, { readonly quantity: Quantity; readonly price: Price }>;
}

export interface TrueAccount {
  readonly cash: Money;
  readonly positions: ReadonlyMap<string, Quantity>;
}

export class Truth {
  /** By the broker's id. */
  readonly orders = new Map<string, TrueOrder>();
  /** Client order id → the orders that have it; legs have none of ours. */
  readonly byClientId = new Map<string, TrueOrder[]>();
  /** Executions of all orders. */
  readonly executions = new Map<string, TrueOrder>();
  /** Rises with everything that happens. */
  version = 0;
  readonly #open = new Set<TrueOrder>();
  /** Told of each event, in order. */
  onUpdate: (update: TradeUpdate, before: Order | undefined) => void = () => undefined;

  take(events: readonly OutgoingEvent[]): void {
    for (const event of events) if (event.kind === 'tradeUpdate') this.#note(event);
  }

  /** Those that can still trade. */
  open(): Iterable<TrueOrder> {
    return this.#open;
  }

  #note(update: TradeUpdate): void {
    const { order, execution } = update;
    this.version++;
    let known = this.orders.get(order.id);
    const before = known?.order;
    if (known === undefined) {
      known = { order, isOpen: true, executions: new Map() };
      this.orders.set(order.id, known);
      const same = this.byClientId.get(order.clientOrderId);
      if (same === undefined) this.byClientId.set(order.clientOrderId, [known]);
      else same.push(known);
    }
    known.order = order;
    known.isOpen = isOpen(order);
    if (known.isOpen) this.#open.add(known);
    else this.#open.delete(known);
    if (execution !== undefined && (update.event === 'fill' || update.event === 'partial_fill')) {
      known.executions.set(execution.id, { quantity: execution.quantity, price: execution.price });
      this.executions.set(execution.id, known);
    }
    this.onUpdate(update, before);
  }
}

/** The exchange with somebody who listens. What is repeated to show an old state is not heard. */
export function overheard(exchange: Exchange, truth: Truth): Exchange {
  let isRepeating = false;
  return {
    ...exchange,
    drain: () => {
      const events = exchange.drain();
      if (!isRepeating && events.length > 0) truth.take(events);
      return events;
    },
    // Stale reads go back to an old state and, by a second call, return.
    resume: (checkpoint) => {
      isRepeating = !isRepeating;
      exchange.resume(checkpoint);
    },
  };
}

/** Asked of the exchange itself, without moving it. */
export function accountOf(exchange: Exchange): TrueAccount {
  const ask = (request: ExchangeRequest): unknown => JSON.parse(JSON.stringify(exchange.handle(request, exchange.now()).json()));
  const account = ask({ kind: 'getAccount' }) as { cash: string };
  const positions = ask({ kind: 'listPositions' }) as { symbol: string; qty: string }[];
  return {
    cash: parse(account.cash) as Money,
    positions: new Map(positions.map(({ symbol, qty }) => [symbol as AssetSymbol, parse(qty) as Quantity])),
  };
}

/** All that the account is worth by the exchange's own account of it. */
export function equityOf(exchange: Exchange): Money {
  const { equity } = JSON.parse(JSON.stringify(exchange.handle({ kind: 'getAccount' }, exchange.now()).json())) as { equity: string };
  return parse(equity) as Money;
}

/** Of each position, signed; a pair's symbol is without its slash. */
export function marketValuesOf(exchange: Exchange): ReadonlyMap<string, bigint> {
  const listed = JSON.parse(JSON.stringify(exchange.handle({ kind: 'listPositions' }, exchange.now()).json())) as {
    symbol: string;
    market_value: string | null;
  }[];
  return new Map(listed.map(({ symbol, market_value }) => [symbol, parse(market_value ?? '0')]));
}

/** What of a position no open order is to close yet; signed as the position is. */
export function availableOf(exchange: Exchange, symbol: AssetSymbol): bigint {
  const listed = JSON.parse(JSON.stringify(exchange.handle({ kind: 'listPositions' }, exchange.now()).json())) as {
    symbol: string;
    qty_available: string;
  }[];
  return parse(listed.find((position) => position.symbol === symbol)?.qty_available ?? '0');
}

interface Listed {
  readonly id: string;
  readonly client_order_id: string;
  readonly status: string;
  readonly legs?: readonly Listed[] | null;
}

/** What is open at the broker, held legs included (of which no event speaks): id → client order id. */
export function openOrdersOf(exchange: Exchange): ReadonlyMap<string, string> {
  const filter = { status: 'open', limit: 500, direction: 'asc', nested: true } as const;
  const listed = JSON.parse(JSON.stringify(exchange.handle({ kind: 'listOrders', filter }, exchange.now()).json())) as Listed[];
  const all = listed.flatMap((order) => [order, ...(order.legs ?? [])]);
  return new Map(all.filter(({ status }) => !FINAL.has(status)).map(({ id, client_order_id }) => [id, client_order_id]));
}

const FINAL: ReadonlySet<string> = new Set(['filled', 'canceled', 'expired', 'replaced', 'rejected']);

function parse(text: string): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole + fraction.padEnd(9, '0').slice(0, 9));
  return text.startsWith('-') ? -value : value;
}
