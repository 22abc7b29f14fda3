/**
 * A request, sent once: what `fetch` does for the SDK, over node:http with connections that are kept. `fetch` itself sends a
 * request again when the answer is 421, orders included, and lets a connection go after four idle seconds, so that the next
 * order begins with a handshake. Here nothing is repeated, and no redirect is followed.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gunzip as gunzipWithCallback } from 'node:zlib';

/** Headers are a plain object, a body is text: the SDK knows no others. */
export type SendRequest = (url: string, init: RequestInit) => Promise<Response>;

const gunzip = promisify(gunzipWithCallback);

/** Load balancers close a silent connection after a minute: ours go first, so that no order meets a closing one. */
const IDLE_MS = 45_000;
const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;
/** A Response with one of these must not have a body. */
const WITHOUT_BODY = new Set([204, 205, 304]);

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let nth = 0; nth + 1 < rawHeaders.length; nth += 2) headers.append(rawHeaders[nth] ?? '', rawHeaders[nth + 1] ?? '');
  return headers;
}

/** The whole answer; rejects when the connection ends before it. */
function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > LARGEST_ANSWER_BYTES) incoming.destroy(new Error(`the answer is larger than ${LARGEST_ANSWER_BYTES} bytes`));
    });
    incoming.on('end', () => resolve(Buffer.concat(chunks)));
    incoming.on('error', reject);
  });
}

async function responseOf(incoming: IncomingMessage): Promise<Response> {
  const status = incoming.statusCode ?? 0;
  const headers = headersOf(incoming);
  const raw = await bodyOf(incoming);
  const isPacked = headers.get('content-encoding') === 'gzip' && raw.length > 0;
  const body = isPacked ? await gunzip(raw, { maxOutputLength: LARGEST_ANSWER_BYTES }) : raw;
  return new Response(WITHOUT_BODY.has(status) ? null : new Uint8Array(body), {
    status,
    statusText: incoming.statusMessage ?? '',
    headers,
  });
}

type Place = { readonly hostname: string; readonly port: string; readonly isPlain: boolean };

/** With connections of its own. */
export function createSendRequest(): SendRequest {
  const options = { keepAlive: true, timeout: IDLE_MS };
  const plain = new HttpAgent(options);
  const secure = new HttpsAgent(options);
  /** There are two origins: their addresses are read once. */
  const places = new Map<string, Place>();
  const placeOf = (origin: string): Place => {
    const known = places.get(origin);
    if (known !== undefined) return known;
    const { hostname, port, protocol } = new URL(origin);
    const place = { hostname: hostname.replace(/^\[|\]$/g, ''), port, isPlain: protocol === 'http:' };
    places.set(origin, place);
    return place;
  };
  return (url, { method = 'GET', headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const sent = { ...(headers as Readonly<Record<string, string>> | undefined) };
      if (typeof body === 'string') sent['content-length'] = String(Buffer.byteLength(body));
      else if (body != null) throw new TypeError('a request to the broker has text as its body, or none');
      if (method === 'GET') sent['accept-encoding'] = 'gzip';
      const pathAt = url.indexOf('/', url.indexOf('//') + 2);
      const { hostname, port, isPlain } = placeOf(url.slice(0, pathAt));
      const target = { hostname, port, path: url.slice(pathAt), method, headers: sent, agent: isPlain ? plain : secure };
      const send = isPlain ? httpRequest : httpsRequest;
      const outgoing = send(signal == null ? target : { ...target, signal });
      outgoing.on('response', (incoming) => responseOf(incoming).then(resolve, reject));
      outgoing.on('error', reject);
      outgoing.end(body ?? undefined);
    });
}
