/** A request's body as text, up to a bound; what is announced or turns out larger is refused without being kept. */
import type { IncomingMessage } from 'node:http';
import { ApiError } from './errors.ts';

export async function readBody(req: IncomingMessage, maxBytes: number): Promise<string> {
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  // Not `for await`: leaving that loop destroys the socket, and the refusal could not be sent.
  await new Promise<void>((done, fail) => {
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else fail(tooLarge(maxBytes));
    });
    req.on('end', done);
    req.on('error', fail);
    req.on('close', () => fail(new Error('the connection closed before the body was complete')));
  });
  return Buffer.concat(chunks).toString('utf8');
}

const tooLarge = (maxBytes: number) =>
  new ApiError({
    code: 'PAYLOAD_TOO_LARGE',
    appCode: 'bodyTooLarge',
    message: `the body is larger than ${maxBytes} bytes`,
    hint: 'send less; no procedure needs that much',
  });
