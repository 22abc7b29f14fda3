/** The ports of the exchange: a plain one, and on demand one with TLS, both with the same answers. */

import type { IncomingMessage } from 'node:http';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Certificate } from './tls-certificate.ts';

export interface TlsOptions {
  readonly certificate: Pick<Certificate, 'cert' | 'key'>;
  /** Default: any free one. */
  readonly port?: number;
}

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsOptions | undefined;
  readonly handle: RequestListener;
}

export interface Listeners {
  /** "127.0.0.1:41234" */
  readonly address: string;
  readonly tlsAddress: string | undefined;
  close(): Promise<void>;
}

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Ten thousand symbols fit into a query. */
const HEADER_LIMIT = 262_144;

export async function openListeners({ host, port, tls, handle }: ListenerOptions, upgrade: Upgrade): Promise<Listeners> {
  const servers: Server[] = [];
  const open = async (server: Server, at: number): Promise<string> => {
    server.on('upgrade', upgrade);
    server.on('clientError', refuseNonsense);
    const address = await listen(server, host, at);
    servers.push(server);
    return address;
  };
  const close = async (): Promise<void> => {
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  };
  try {
    const address = await open(createServer({ maxHeaderSize: HEADER_LIMIT }, handle), port);
    if (!tls) return { address, tlsAddress: undefined, close };
    const { createServer: createSecureServer } = await import('node:https');
    return {
      address,
      tlsAddress: await open(createSecureServer({ ...tls.certificate, maxHeaderSize: HEADER_LIMIT }, handle), tls.port ?? 0),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is no HTTP is answered all the same, in the words of the rest. */
function refuseNonsense(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const isLong = error.code === 'HPE_HEADER_OVERFLOW';
  const [status, code, message] = isLong
    ? ['431 Request Header Fields Too Large', 43110000, `request line and headers are larger than ${HEADER_LIMIT} bytes`]
    : ['400 Bad Request', 40010000, 'this is no HTTP request'];
  const body = JSON.stringify({ code, message });
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: ${body.length}\r\nConnection: close`;
  socket.end(`${head}\r\n\r\n${body}`);
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      fail(taken ? new Error(`port ${port} on ${host} is taken; choose another, or 0 for any free one`) : error);
    });
    server.listen(port, host, () => {
      const address = server.address();
      done(`${host.includes(':') ? `[${host}]` : host}:${typeof address === 'object' && address ? address.port : port}`);
    });
  });
}
