/** A TCP proxy in front of a server that can stop to pass anything on, or cut what is open. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface PausingProxy extends AsyncDisposable {
  /** The given URL, by way of this proxy. */
  readonly url: string;
  /** Nothing passes any more, in either direction; connections stay open. */
  pause(): void;
  /** What comes from now on passes; what came meanwhile is lost. */
  resume(): void;
  /** Cuts what is open; new connections pass. */
  cut(): void;
}

export async function pausingProxy(target: URL): Promise<PausingProxy> {
  const open = new Set<Socket>();
  let paused = false;
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: Number(target.port), host: target.hostname, noDelay: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on('data', (chunk) => {
        if (!paused) other.write(chunk);
      });
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(target);
  through.port = String((server.address() as AddressInfo).port);
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: through.href,
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
    },
    cut,
    async [Symbol.asyncDispose]() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
