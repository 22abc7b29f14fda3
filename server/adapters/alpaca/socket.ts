/** The socket under a stream: only to the whitelist, and an end that ends. */
import type { Origins } from './origins.ts';
import type { SdkSocket, SocketFactory } from './sdk.ts';
import type { Transport } from './transport.ts';

/** How long the other side may take to say goodbye. */
const GOODBYE_MS = 500;
const CLOSED = 3;

export interface GuardedSocket {
  readonly factory: SocketFactory;
  /** Drops the connection, if there is one, whether or not the other side answers: a half-dead socket holds its slot. */
  end(): void;
}

export function openSocket(origins: Origins, { connect }: Pick<Transport, 'connect'>): GuardedSocket {
  const sockets: SdkSocket[] = [];
  return {
    factory: (url, codec) => {
      origins.checkStream(url);
      const socket = connect(url, codec);
      sockets.push(socket);
      return socket;
    },
    end: () => {
      for (const socket of sockets.splice(0)) {
        if (socket.readyState !== CLOSED) setTimeout(() => socket.terminate?.(), GOODBYE_MS).unref();
      }
    },
  };
}
