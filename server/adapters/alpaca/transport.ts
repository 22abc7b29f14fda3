/** What carries requests and streams: the network, unless a program puts something else in its place. */
import type { ClientRequest } from 'node:http';
import { WebSocket } from 'ws';
import { createSendRequest } from './http.ts';
import type { LastLook } from './last-look.ts';
import type { SdkSocket, SocketFactory } from './sdk.ts';

/** Both are only ever given addresses of the whitelist. */
export interface Transport {
  /** Resolves when the whole answer is there: the time limit ends with it. */
  fetch(url: string, init: LastLook): Promise<Response>;
  /** Begins to connect; what comes of it is told by the socket's events. */
  connect(...wanted: Parameters<SocketFactory>): SdkSocket;
}

const HANDSHAKE_MS = 10_000;
const LARGEST_MESSAGE_BYTES = 8 * 1024 * 1024;

export const NETWORK: Transport = {
  fetch: createSendRequest(),
  connect: (url, codec) => {
    let retryAfter: string | undefined;
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      followRedirects: false,
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: LARGEST_MESSAGE_BYTES,
      // ws types the request as the one of its own server.
      finishRequest: (request: unknown) => {
        const outgoing = request as ClientRequest;
        outgoing.once('response', ({ headers }) => {
          retryAfter = headers['retry-after'];
        });
        outgoing.end();
      },
      ...(codec === 'msgpack' ? { headers: { 'Content-Type': 'application/msgpack' } } : {}),
    });
    // The SDK hands on the text alone, so what the server asks for is said there.
    socket.on('error', (error) => {
      if (retryAfter !== undefined) error.message += `, retry after ${retryAfter} s`;
    });
    return socket as unknown as SdkSocket;
  },
};
