/** Between daemon and exchange: what the daemon asks for, passed on byte by byte, and each request for an order told as its bytes come. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

const ORDER = /^(?:POST \/v2\/orders|PATCH \/v2\/orders\/)/;

export interface Tap {
  readonly url: string;
  close(): Promise<void>;
}

/** `heard` is told the bytes of each chunk that begins with a request for an order. */
export async function tapBefore(url: string, heard: (request: string) => void): Promise<Tap> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    }
    client.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      if (ORDER.test(text)) heard(text);
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => void client.write(bytes));
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
