/** Both ends of a stream's connection in one process: frames keep their order, pings are answered, and either end can be gone. */
import type { SdkSocket } from '#server/adapters/alpaca/sdk.ts';
import type { StreamSocket } from '#server/exchange/wire/stream-socket.ts';

type Listener = (...args: never[]) => void;

const CONNECTING = 0;
const OPEN = 1;
export const CLOSED = 3;

/** One end: what it says is carried by `carry`, what happens to it is told to its listeners. */
export class End {
  readyState = CONNECTING;
  readonly OPEN = OPEN;
  readonly bufferedAmount = 0;
  readonly #listeners = new Map<string, Listener[]>();
  readonly #carry: (deed: () => void) => void;
  readonly #isCut: () => boolean;
  other: End | undefined;

  constructor(carry: (deed: () => void) => void, isCut: () => boolean) {
    this.#carry = carry;
    this.#isCut = isCut;
  }

  on(event: string, listener: Listener): this {
    const list = this.#listeners.get(event);
    if (list === undefined) this.#listeners.set(event, [listener]);
    else list.push(listener);
    return this;
  }

  tell(event: string, ...args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) (listener as (...given: unknown[]) => void)(...args);
  }

  send(data: string | Uint8Array, options?: { readonly binary?: boolean }): void {
    if (this.readyState !== OPEN) return;
    const isBinary = options?.binary ?? typeof data !== 'string';
    // A copy: the sender may use its buffer again.
    const bytes = Buffer.from(data as Uint8Array);
    this.#carry(() => this.other?.readyState === OPEN && this.other.tell('message', bytes, isBinary));
  }

  ping(): void {
    if (this.readyState !== OPEN) return;
    // The round trip is much shorter than anybody's patience, unless nothing passes at all.
    if (!this.#isCut() && this.other?.readyState === OPEN) queueMicrotask(() => this.readyState === OPEN && this.tell('pong'));
  }

  close(): void {
    this.#end();
  }

  terminate(): void {
    this.#end();
  }

  #end(): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.tell('close');
    this.#carry(() => this.other?.vanish());
  }

  /** The other side is gone. */
  vanish(): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.tell('close');
  }
}

export interface SocketPair {
  readonly client: End;
  readonly server: End;
}

/** Not connected yet: `open` of the client is told by whoever carries the handshake. */
export function socketPair(toServer: (deed: () => void) => void, toClient: (deed: () => void) => void, isCut: () => boolean): SocketPair {
  const client = new End(toServer, isCut);
  const server = new End(toClient, isCut);
  client.other = server;
  server.other = client;
  server.readyState = OPEN;
  return { client, server };
}

export const asSdkSocket = (end: End): SdkSocket => end as unknown as SdkSocket;
export const asServerSocket = (end: End): StreamSocket => end as unknown as StreamSocket;

export function opened(client: End): void {
  if (client.readyState !== CONNECTING) return;
  client.readyState = OPEN;
  client.tell('open');
}
