/** After healing everything settles: the journal is written, no order unknown, all ended or alive and known, books equal to the broker to the
 * nano-dollar, and nothing is held that was to be sold. */
import { type AssetSymbol, type BrokerOrderId, withoutSlash } from '#server/domain/ids.ts';
import { formatFixed } from '#server/domain/money.ts';
import { booksOf, type Evidence } from '../world/evidence.ts';
import { accountOf, openOrdersOf } from '../world/truth.ts';
import type { Breach, Invariant } from './invariant.ts';

export const inv35: Invariant = {
  name: 'INV-35 settles when healed',
  watch: (evidence) => ({
    atEnd: () => stuckJournal(evidence) ?? unsettledOrder(evidence) ?? differingAccount(evidence) ?? leftStanding(evidence),
  }),
};

function stuckJournal({ hosts }: Evidence): Breach {
  const journal = hosts[0]?.process?.daemon?.desk.health().journal ?? 'ok';
  return journal === 'ok' ? undefined : `the disk works again, and the journal is ${journal}`;
}

function unsettledOrder({ hosts, exchange }: Evidence): Breach {
  const books = booksOf(hosts[0]?.process);
  if (books === undefined) return 'no daemon runs';
  if (!books.reconciled) return 'the books were never reconciled';
  const real = openOrdersOf(exchange);
  for (const { openOrders } of books.markets.values()) {
    for (const { id, status, brokerId } of openOrders) {
      if (status === 'unknown' || status === 'submitting' || status === 'cancelling') return `order ${id} is still ${status}`;
      if (brokerId === undefined || !real.has(brokerId)) return `order ${id} is ${status} in the books, and not open at the broker`;
    }
  }
  const known = new Set<string | undefined>(
    [...books.markets.values()].flatMap((market) => market.openOrders.map((order) => order.brokerId)),
  );
  for (const [id, clientOrderId] of real) {
    if (!known.has(id) && !books.externalOrders.has(id as BrokerOrderId))
      return `order ${clientOrderId} is open at the broker, and not in the books`;
  }
  return undefined;
}

function differingAccount({ hosts, exchange }: Evidence): Breach {
  const books = booksOf(hosts[0]?.process);
  if (books === undefined) return 'no daemon runs';
  const { cash, positions } = accountOf(exchange);
  if (books.cash !== cash) return `cash is $${formatFixed(books.cash)} in the books, $${formatFixed(cash)} at the broker`;
  for (const { symbol, position } of books.markets.values()) {
    const theirs = positions.get(withoutSlash(symbol)) ?? 0n;
    if (position.quantity !== theirs)
      return `${symbol} is ${formatFixed(position.quantity)} in the books, ${formatFixed(theirs)} at the broker`;
  }
  return undefined;
}

/** Flattening never gives up: what could not be sold in time is for sale. */
function leftStanding({ durable, exchange, truth }: Evidence): Breach {
  if (durable.kill !== 'flatten') return undefined;
  const closing = new Set([...truth.open()].map(({ order }) => `${order.side} ${withoutSlash(order.symbol)}`));
  for (const [symbol, quantity] of accountOf(exchange).positions) {
    if (quantity !== 0n && !closing.has(`${quantity > 0n ? 'sell' : 'buy'} ${withoutSlash(symbol as AssetSymbol)}`))
      return `everything was to be sold, and of ${symbol} ${formatFixed(quantity)} is held with no order out`;
  }
  return undefined;
}
