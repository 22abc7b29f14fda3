/** A TCP proxy that cuts its connections after a given number of bytes from the server, one number per connection. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export async function cuttingProxy(port: number, budgets: readonly number[]) {
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer({ noDelay: true }, (near) => {
    let left = budgets[connections] ?? Number.POSITIVE_INFINITY;
    connections += 1;
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    const cut = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', cut);
      socket.on('close', () => {
        open.delete(socket);
        cut();
      });
    }
    near.pipe(far);
    far.on('data', (chunk) => {
      // The last bytes still arrive: a message may be cut in the middle.
      if (chunk.length < left) near.write(chunk);
      else near.end(chunk.subarray(0, left), cut);
      left -= chunk.length;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
