/** The v3 SDK in a process of its own, for it must trust our certificate from the start. Its parent says what to call, and is told what comes. */
import * as v3 from 'alpaca-trade-api-v3';

interface Order {
  readonly id: number;
  /** A method of the client, or of the stream that is named. */
  readonly call: string;
  readonly stream?: string;
  readonly args: readonly unknown[];
  /** Listen instead: send what this `on…` hears. */
  readonly listens?: boolean;
}

type Callable = Record<string, (...args: unknown[]) => unknown>;

const Alpaca = v3.default as unknown as new (config: object) => object;
const alpaca = new Alpaca(JSON.parse(process.env['V3_CONFIG'] ?? '{}')) as unknown as Callable & Record<string, Callable>;
const tell = (message: object): void => void process.send?.(message);

async function carryOut({ call, stream, args, listens }: Order): Promise<unknown> {
  const target = stream === undefined ? alpaca : alpaca[stream];
  const method = target?.[call];
  if (method === undefined) throw new Error(`v3 has no ${call}`);
  if (listens) {
    method.call(target, (...heard: unknown[]) => tell({ heard: call, stream, value: heard.at(-1) }));
    return undefined;
  }
  const value = await method.call(target, ...args);
  if (isIterable(value)) return await collected(value);
  return stream === undefined ? value : undefined;
}

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

async function collected(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function faultOf(error: unknown): object {
  const { message, response } = error as { message?: string; response?: { status?: number; data?: unknown } };
  return { message, status: response?.status, body: response?.data };
}

process.on('message', (order: Order) => {
  carryOut(order).then(
    (value) => tell({ id: order.id, value }),
    (error: unknown) => tell({ id: order.id, error: faultOf(error) }),
  );
});
// The parent is gone.
process.on('disconnect', () => process.exit(0));
tell({ ready: true });
