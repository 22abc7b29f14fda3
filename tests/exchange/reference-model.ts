/**
 * The matching rules once more, as short as they can be said: one list of orders, walked from the oldest to the newest
 * at each quote. No indexes, no money, no partial fills; slow, and easy to check by eye.
 */

export interface ModelQuote {
  readonly bid: bigint;
  readonly ask: bigint;
  readonly last: bigint;
}

export interface ModelOrder {
  readonly name: string;
  readonly side: 'buy' | 'sell';
  readonly type: 'market' | 'limit' | 'stop' | 'stop_limit' | 'trailing_stop';
  limit?: bigint;
  stop?: bigint;
  readonly trail?: bigint;
  readonly mayWait: boolean;
  /** Names of the orders that this one's fill sets free, and of those that its fill or firing ends. */
  readonly frees?: readonly string[];
  readonly ends?: readonly string[];
  best?: bigint;
  fired?: boolean;
  status: 'asleep' | 'watching' | 'filled' | 'over';
}

export interface ModelFill {
  readonly name: string;
  readonly price: bigint;
}

const FIFTY = 50_000_000_000n;

export function createModel() {
  const orders: ModelOrder[] = [];
  const fills: ModelFill[] = [];
  const find = (name: string): ModelOrder | undefined => orders.find((order) => order.name === name);
  const endAll = (names: readonly string[] = []): void => {
    for (const order of names.map(find)) if (order && (order.status === 'asleep' || order.status === 'watching')) order.status = 'over';
  };

  const hasFired = (order: ModelOrder, quote: ModelQuote): boolean => {
    if (order.type === 'market' || order.type === 'limit' || order.fired) return true;
    if (order.trail !== undefined) {
      const isBetter = order.best === undefined || (order.side === 'sell' ? quote.last > order.best : quote.last < order.best);
      if (isBetter) order.best = quote.last;
      order.stop = order.side === 'sell' ? order.best! - order.trail : order.best! + order.trail;
    }
    order.fired = order.side === 'buy' ? quote.last >= order.stop! : quote.last <= order.stop!;
    if (order.fired) {
      endAll(order.ends);
      if (order.side === 'buy' && order.limit === undefined) order.limit = collar(order.stop!);
    }
    return order.fired;
  };

  const look = (order: ModelOrder, quote: ModelQuote): void => {
    if (!hasFired(order, quote)) return;
    const price = order.side === 'buy' ? quote.ask : quote.bid;
    const isGood = order.limit === undefined || (order.side === 'buy' ? price <= order.limit : price >= order.limit);
    if (!isGood) return;
    order.status = 'filled';
    fills.push({ name: order.name, price });
    endAll(order.ends);
    for (const freed of (order.frees ?? []).map(find)) if (freed?.status === 'asleep') freed.status = 'watching';
  };

  return {
    fills,
    statusOf: (name: string) => find(name)?.status,
    /** A new order sees the last quote, if there is one that trades; one that may not wait is over then. */
    add: (order: ModelOrder, quote: ModelQuote | undefined): void => {
      orders.push(order);
      if (order.status === 'asleep') return;
      if (quote) look(order, quote);
      if (order.status === 'watching' && !order.mayWait) order.status = 'over';
    },
    quote: (quote: ModelQuote): void => {
      for (const order of orders.filter(({ status }) => status === 'watching')) if (order.status === 'watching') look(order, quote);
    },
    /** Shows the last quote to one order, and wakes one that was asleep. */
    look: (name: string, quote: ModelQuote | undefined): void => {
      const order = find(name);
      if (order?.status === 'watching' && quote) look(order, quote);
    },
    wake: (name: string): void => {
      const order = find(name);
      if (order?.status === 'asleep') order.status = 'watching';
    },
    end: (names: readonly string[]): void => endAll(names),
  };
}

/** A buy stop that fires pays at most 4 % more than its stop below $50, and 2.5 % from there on, to the billionth. */
function collar(stop: bigint): bigint {
  const perThousand = stop < FIFTY ? 40n : 25n;
  return stop + (stop * perThousand + 500n) / 1_000n;
}
