/** The REST side behind `node:http`: the body is read with a limit, and a connection can be broken or kept for events. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventStream } from './event-stream.ts';
import { parseBody, type RestSide, serve } from './rest.ts';
import { send } from './send.ts';

const BODY_LIMIT = 1_048_576;
/** So much more is read and thrown away: who writes all of its body before it reads would meet a broken pipe instead of the 413. */
const DISCARDED_LIMIT = 64 * BODY_LIMIT;

class TooLarge extends Error {}

export function createHttpHandler(side: RestSide, events: EventStream): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const call = {
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers: request.headers,
      reply: response,
      readJson: () => readJson(request, response),
      breakOff: () => void request.socket.destroy(),
      follow: (query: URLSearchParams) => events.accept(response, query),
    };
    serve(side, call).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (!response.headersSent) send(response, 500, { code: 50010000, message: `internal server error: ${message}` });
      else response.destroy();
    });
  };
}

async function readJson(request: IncomingMessage, response: ServerResponse): Promise<{ readonly value: unknown } | undefined> {
  try {
    return parseBody(response, await readBody(request));
  } catch (error) {
    if (error instanceof TooLarge) {
      if (!request.complete) response.setHeader('Connection', 'close');
      send(response, 413, { code: 41310000, message: `request body is larger than ${BODY_LIMIT} bytes` });
    } else send(response, 400, { code: 40010000, message: 'request body format is invalid' });
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > DISCARDED_LIMIT) break;
    if (size <= BODY_LIMIT) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > BODY_LIMIT) throw new TooLarge();
  return Buffer.concat(chunks).toString('utf8');
}
