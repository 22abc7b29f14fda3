/** The broker's own word, asked directly: what the daemon's books are held against. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const HEADERS = { 'APCA-API-KEY-ID': 'demo-key', 'APCA-API-SECRET-KEY': 'demo-secret' };

const account = z.object({ cash: z.string(), equity: z.string() });
const positions = z.array(z.object({ symbol: z.string(), qty: z.string() }));
const orders = z.array(
  z.object({
    client_order_id: z.string(),
    status: z.string(),
    qty: z.string(),
    filled_qty: z.string(),
    side: z.string(),
    symbol: z.string(),
    type: z.string(),
    order_class: z.string(),
  }),
);

async function ask(home: string, path: string, order?: object): Promise<unknown> {
  const { url } = JSON.parse(readFileSync(join(home, 'exchange', 'exchange.json'), 'utf8')) as { url: string };
  const init = order === undefined ? {} : { method: 'POST', body: JSON.stringify(order) };
  const response = await fetch(`${url}${path}`, { headers: { ...HEADERS, 'content-type': 'application/json' }, ...init });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return await response.json();
}

export const brokersAccount = async (home: string) => account.parse(await ask(home, '/v2/account'));
export const brokersPositions = async (home: string) => positions.parse(await ask(home, '/v2/positions'));
export const brokersOrders = async (home: string, status: 'open' | 'all') =>
  orders.parse(await ask(home, `/v2/orders?status=${status}&limit=500&direction=asc`));

/** An order by hand, past the daemon. */
export const restAtTheBroker = (home: string, order: object) => ask(home, '/v2/orders', order);

/** Positions as "AAPL 10", in order, under the names that have no slash. */
export const holdings = (list: readonly { symbol: string; quantity: string }[]): string[] =>
  list.map(({ symbol, quantity }) => `${symbol.replace('/', '')} ${Number(quantity)}`).sort();
