/** The three things that the guard says to the broker, over its own connections and with its own key. */

export interface GuardBroker {
  /** Refuses every new order at the broker, or takes them again. */
  suspend(isSuspended: boolean): Promise<void>;
  isSuspended(): Promise<boolean>;
  /** Asks for the cancel of every open order that would open or enlarge a position; resolves with how many there still are. */
  cancelOpening(): Promise<number>;
}

export interface BrokerOptions {
  readonly url: string;
  /** Of the moment: a new key takes the place of the old one. */
  keyId: string;
  secret: string;
}

interface OpenOrder {
  readonly id: string;
  readonly symbol: string;
  readonly side: string;
}

interface HeldPosition {
  readonly symbol: string;
  readonly qty: string;
}

const ANSWER_WITHIN_MS = 5_000;
const CONFIGURATIONS = '/v2/account/configurations';
const OPEN_ORDERS = '/v2/orders?status=open&limit=500';

/** A stop or target of what is held stays; the broker writes pairs with and without a slash. */
function opens(order: OpenOrder, positions: readonly HeldPosition[]): boolean {
  const plain = (symbol: string): string => symbol.replace('/', '');
  const held = Number(positions.find(({ symbol }) => plain(symbol) === plain(order.symbol))?.qty ?? 0);
  return held === 0 || order.side === (held > 0 ? 'buy' : 'sell');
}

export function guardBroker(options: BrokerOptions): GuardBroker {
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const { url, keyId, secret } = options;
    const headers = { 'APCA-API-KEY-ID': keyId, 'APCA-API-SECRET-KEY': secret, 'content-type': 'application/json' };
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const how = { method, headers, signal: AbortSignal.timeout(ANSWER_WITHIN_MS), redirect: 'error' } as const;
    const response = await fetch(`${url}${path}`, { ...how, ...init });
    const text = await response.text();
    // 404 and 422 of a cancel: it is over, or nearly; the next list tells.
    if (!response.ok && !(method === 'DELETE' && [404, 422].includes(response.status))) {
      throw new Error(`${method} ${path} was answered with ${response.status}`);
    }
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    suspend: async (isSuspended) => {
      await call('PATCH', CONFIGURATIONS, { suspend_trade: isSuspended });
    },
    isSuspended: async () => ((await call('GET', CONFIGURATIONS)) as { suspend_trade?: unknown }).suspend_trade === true,
    cancelOpening: async () => {
      const [orders, positions] = await Promise.all([call('GET', OPEN_ORDERS), call('GET', '/v2/positions')]);
      const opening = (orders as OpenOrder[]).filter((order) => opens(order, positions as HeldPosition[]));
      // One that is refused must not keep the others: whatever is still there comes with the next list.
      for (const { id } of opening) await call('DELETE', `/v2/orders/${id}`).catch(() => undefined);
      return opening.length;
    },
  };
}
