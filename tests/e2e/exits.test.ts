/** The exits of the demo profile at the exchange, by processes of their own: what is held is protected there, also after kill -9. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connected, Daemon, newHome, removeHome, until } from './daemon.ts';
import { brokersOrders, brokersPositions } from './exchange.ts';

let home: string;

beforeEach(() => {
  home = newHome();
});
afterEach(() => removeHome(home));

type Held = Record<string, number>;

const bySymbol = (list: readonly (readonly [symbol: string, quantity: number])[]): Held => {
  const sums: Held = {};
  for (const [symbol, quantity] of list) sums[symbol.replace('/', '')] = (sums[symbol.replace('/', '')] ?? 0) + quantity;
  return sums;
};

/** Held, and what orders on the other side of it would take off; a pair is listed as its take-profit alone. */
async function coverage(): Promise<{ held: Held; closing: Held }> {
  const positions = await brokersPositions(home);
  const orders = await brokersOrders(home, 'open');
  const held = bySymbol(positions.map(({ symbol, qty }) => [symbol, Number(qty)]));
  const closing = orders.flatMap(({ symbol, side, qty, filled_qty }) => {
    const holds = held[symbol.replace('/', '')] ?? 0;
    return holds > 0 === (side === 'sell') ? [[symbol, Number(qty) - Number(filled_qty)] as const] : [];
  });
  return { held, closing: bySymbol(closing) };
}

/** Nothing is ever being closed beyond what is held; everything that is held comes to be covered. */
const covered = (daemon: Daemon) =>
  until(
    daemon,
    async () => {
      const { held, closing } = await coverage();
      const isSo = Object.entries(held).every(([symbol, quantity]) => Math.abs((closing[symbol] ?? 0) - Math.abs(quantity)) < 1e-9);
      return Object.keys(held).length > 0 && isSo ? { held, closing } : undefined;
    },
    'everything that is held to be covered',
  );

test('what is held is covered by orders at the exchange, before and after kill -9', async () => {
  for (let round = 0; round < 2; round++) {
    await using daemon = new Daemon(home, {}, ['--speed', '300']);
    const client = await connected(daemon);
    await covered(daemon);
    const { items } = await client.trpc.orders.list.query({ limit: 100, open: true });
    expect(items.some(({ exit, type }) => exit !== null && type !== 'market')).toBe(true);
    expect(daemon.output).not.toMatch(/booksDiffer|"level":"error"|insufficient/);
    await client.close();
    await daemon.kill();
  }
});
