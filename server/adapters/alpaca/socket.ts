/** The socket under a stream: only to the whitelist, no redirects, a limit on the handshake, and an end that ends. */
import { WebSocket } from 'ws';
import type { Origins } from './origins.ts';
import type { SdkSocket, SocketFactory } from './sdk.ts';

const HANDSHAKE_MS = 10_000;
/** How long the other side may take to say goodbye. */
const GOODBYE_MS = 500;
const LARGEST_MESSAGE_BYTES = 8 * 1024 * 1024;

export interface GuardedSocket {
  readonly factory: SocketFactory;
  /** Drops the connection, if there is one, whether or not the other side answers: a half-dead socket holds its slot. */
  end(): void;
}

export function openSocket(origins: Origins): GuardedSocket {
  const sockets: WebSocket[] = [];
  return {
    factory: (url, codec) => {
      origins.checkStream(url);
      const socket = new WebSocket(url, {
        perMessageDeflate: false,
        followRedirects: false,
        handshakeTimeout: HANDSHAKE_MS,
        maxPayload: LARGEST_MESSAGE_BYTES,
        ...(codec === 'msgpack' ? { headers: { 'Content-Type': 'application/msgpack' } } : {}),
      });
      sockets.push(socket);
      return socket as unknown as SdkSocket;
    },
    end: () => {
      for (const socket of sockets.splice(0)) {
        if (socket.readyState !== WebSocket.CLOSED) setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
      }
    },
  };
}
