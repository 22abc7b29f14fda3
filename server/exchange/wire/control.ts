/** The control side: a JSON endpoint of its own, on the loopback only, for whoever runs the exchange. docs/exchange.md has it all. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { z } from 'zod';
import { type ControlCall, Misuse, type Steered } from './control-call.ts';
import { CONTROLS } from './control-routes.ts';
import { send } from './send.ts';

const BODY_LIMIT = 512 * 1_048_576;
const HOST = '127.0.0.1';

export interface ControlServer {
  /** "http://127.0.0.1:41235" */
  readonly url: string;
  close(): Promise<void>;
}

export async function startControlServer(steered: Steered, port = 0): Promise<ControlServer> {
  const server = createServer((request, response) => {
    answer(steered, request, response).catch((error: unknown) => complain(response, error));
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(port, HOST, done);
  });
  const address = server.address();
  return {
    url: `http://${HOST}:${typeof address === 'object' && address ? address.port : port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function complain(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  const [status, issues] = error instanceof Misuse ? [error.status, error.issues] : [500, []];
  send(response, status, { error: { message, issues } });
}

async function answer(steered: Steered, request: IncomingMessage, response: ServerResponse): Promise<void> {
  refuseBrowsers(request);
  const url = new URL(request.url ?? '/', `http://${HOST}`);
  const method = request.method ?? 'GET';
  const known = CONTROLS.filter(({ path }) => matched(path, url.pathname) !== undefined);
  const control = known.find((one) => one.method === method);
  if (!control) {
    const ways = (known.length > 0 ? known : CONTROLS).map((one) => `${one.method} ${one.path}`).join(', ');
    throw new Misuse(known.length > 0 ? 405 : 404, `there is no ${method} ${url.pathname.slice(0, 100)}; there is ${ways}`);
  }
  const body = parsed(control.body, await readJson(request));
  const call: ControlCall = { body, id: matched(control.path, url.pathname) ?? '', query: url.searchParams };
  send(response, 200, await control.run(steered, call));
}

/** A web page may make a browser call the loopback; it can not keep the browser from saying so. */
function refuseBrowsers({ headers }: IncomingMessage): void {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  const isLocal = host === HOST || host === 'localhost';
  if (headers.origin !== undefined || !isLocal) throw new Misuse(403, 'web pages have no business here');
}

/** What stands at the place of ":id", an empty text when there is none, or nothing when the paths differ. */
function matched(pattern: string, path: string): string | undefined {
  if (!pattern.endsWith('/:id')) return pattern === path ? '' : undefined;
  const stem = pattern.slice(0, -3);
  const id = path.slice(stem.length);
  return path.startsWith(stem) && id !== '' && !id.includes('/') ? decodeURIComponent(id) : undefined;
}

function parsed(schema: z.ZodType | undefined, json: unknown): unknown {
  if (!schema) return undefined;
  const { success, data, error } = schema.safeParse(json ?? {});
  if (success) return data;
  const issues = error.issues.map(({ path, message }) => ({ where: path.map(String).join('.'), problem: message }));
  throw new Misuse(400, issues.map(({ where, problem }) => (where === '' ? problem : `${where}: ${problem}`)).join('; '), issues);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Misuse(413, `the body is larger than ${BODY_LIMIT} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Misuse(400, 'the body is not JSON');
  }
}
