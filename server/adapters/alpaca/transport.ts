/** What carries requests and streams: the network, unless a program puts something else in its place. */
import { WebSocket } from 'ws';
import type { SdkSocket, SocketFactory } from './sdk.ts';

/** Both are only ever given addresses of the whitelist. */
export interface Transport {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Begins to connect; what comes of it is told by the socket's events. */
  connect(...wanted: Parameters<SocketFactory>): SdkSocket;
}

const HANDSHAKE_MS = 10_000;
const LARGEST_MESSAGE_BYTES = 8 * 1024 * 1024;

export const NETWORK: Transport = {
  fetch: (url, init) => fetch(url, init),
  connect: (url, codec) =>
    new WebSocket(url, {
      perMessageDeflate: false,
      followRedirects: false,
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: LARGEST_MESSAGE_BYTES,
      ...(codec === 'msgpack' ? { headers: { 'Content-Type': 'application/msgpack' } } : {}),
    }) as unknown as SdkSocket,
};
