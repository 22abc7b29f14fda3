/** One pipelined HTTP connection that posts orders and counts the answers, with as little of its own cost as can be. */
import { connect } from 'node:net';

export interface OrderLine {
  /** Sends one more order. */
  post(body: string): void;
  close(): void;
}

const CRLF = 2;

/** Calls `answered` for each whole answer, in order. */
export function openOrderLine(url: URL, answered: (status: number) => void): Promise<OrderLine> {
  const socket = connect(Number(url.port), url.hostname);
  socket.setNoDelay(true);
  let rest = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    rest += chunk;
    for (;;) {
      const head = rest.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(rest.slice(0, head + CRLF));
      const end = head + 2 * CRLF + Number(length?.[1] ?? 0);
      if (rest.length < end) return;
      const status = Number(rest.slice(9, 12));
      if (status !== 200) throw new Error(`the exchange answered ${rest.slice(head, end)}`);
      rest = rest.slice(end);
      answered(status);
    }
  });
  const headers = `Host: ${url.host}\r\nAPCA-API-KEY-ID: bench\r\nAPCA-API-SECRET-KEY: bench\r\nContent-Type: application/json\r\n`;
  return new Promise((done, fail) => {
    socket.once('error', fail);
    socket.once('connect', () =>
      done({
        post: (body) => void socket.write(`POST /v2/orders HTTP/1.1\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`),
        close: () => socket.destroy(),
      }),
    );
  });
}
