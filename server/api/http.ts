/** One HTTP request: who may come in, what is asked, who answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { readBody } from './body.ts';
import { callerOf, requestIdOf } from './caller.ts';
import { answerCalls, type Call, kindOf, report } from './calls.ts';
import type { Context, House } from './context.ts';
import { ApiError, type Complaint, complaintOf, INTERNAL, MALFORMED } from './errors.ts';
import { contentComplaint, type Gate } from './gate.ts';
import { sendComplaint, sendJson, sendPreflight, setCommonHeaders } from './respond.ts';
import type { Role } from './role.ts';
import { appRouter } from './routers/app.ts';
import { bearerOf } from './token.ts';
import { missingToken, tooManyAttempts, wrongToken } from './trpc.ts';

const PREFIX = '/trpc/';
const METHODS = ['GET', 'POST', 'OPTIONS'];
/** Where people put a token who should not. */
const TOKEN_PARAMETERS = ['connectionParams', 'token', 'access_token', 'authorization', 'Authorization'];

export interface Reception {
  readonly house: House;
  readonly gate: Gate;
  readonly roleOf: (claimed: string) => Role | undefined;
  /** Streams under way, for the day the server closes. */
  readonly streaming: Set<ServerResponse>;
}

/** Never throws: whatever goes wrong becomes an answer. */
export async function receive(req: IncomingMessage, res: ServerResponse, reception: Reception): Promise<void> {
  const requestId = requestIdOf(req);
  req.headers['x-request-id'] = requestId;
  setCommonHeaders(res, requestId, reception.gate.originOf(req));
  try {
    await answer(req, res, reception);
  } catch (error) {
    if (req.socket.destroyed) return;
    const complaint = error instanceof ApiError ? complaintOf(error) : INTERNAL;
    if (complaint === INTERNAL) reception.house.log.error({ err: error, requestId }, 'api request failed');
    if (res.headersSent) res.destroy();
    else sendComplaint(req, res, { ...complaint, requestId });
  }
}

async function answer(req: IncomingMessage, res: ServerResponse, reception: Reception): Promise<void> {
  const { house, gate } = reception;
  const { path, query } = splitUrl(req.url ?? '');
  refuseIf(gate.complaint(req));
  if (!METHODS.includes(req.method ?? '')) throw new ApiError(METHOD_REFUSED);
  if (path === '/health' && req.method === 'GET') return sendJson(res, 200, JSON.stringify({ status: house.desk.health().status }));
  if (!path.startsWith(PREFIX)) throw new ApiError(PATH_UNKNOWN);
  if (req.method === 'OPTIONS') return sendPreflight(res);
  refuseIf(contentComplaint(req));
  if (TOKEN_PARAMETERS.some((name) => query.has(name))) throw new ApiError(TOKEN_IN_URL);
  const context = contextOf(req, reception);
  await call(req, res, { ...readCall(req, path, query), context, streaming: reception.streaming });
}

function refuseIf(complaint: Complaint | undefined): void {
  if (complaint !== undefined) throw new ApiError(complaint);
}

/** Also refuses, before a byte of the body is read, whoever has no token of ours. */
function contextOf(req: IncomingMessage, { house, roleOf }: Reception): Context {
  const caller = callerOf(req, bearerOf(req.headers.authorization), { house, roleOf });
  if (caller.isTooMany) throw tooManyAttempts();
  if (caller.role === undefined) throw caller.hasToken ? wrongToken() : missingToken();
  return { ...house, ...caller };
}

function readCall(req: IncomingMessage, path: string, query: URLSearchParams): Call {
  const isBatch = query.get('batch') === '1';
  const names = decode(path.slice(PREFIX.length));
  return {
    method: req.method === 'POST' ? 'POST' : 'GET',
    paths: isBatch ? names.split(',') : [names],
    isBatch,
    input: query.get('input') ?? undefined,
  };
}

async function call(req: IncomingMessage, res: ServerResponse, asked: Call & { context: Context; streaming: Set<ServerResponse> }) {
  const { context, streaming, ...rest } = asked;
  const input = rest.method === 'POST' ? await readBody(req, context.limits.maxBodyBytes) : rest.input;
  if (isStreamed(req, rest)) return stream(req, res, { path: rest.paths.join(','), body: input, context, streaming });
  const { status, body } = await answerCalls({ ...rest, input }, context);
  sendJson(res, status, body);
}

const isStreamed = ({ headers }: IncomingMessage, { isBatch, method, paths }: Call): boolean =>
  headers['trpc-accept'] === 'application/jsonl' || (!isBatch && method === 'GET' && kindOf(paths[0] ?? '') === 'subscription');

interface Streamed {
  readonly path: string;
  readonly body: string | undefined;
  readonly context: Context;
  readonly streaming: Set<ServerResponse>;
}

/** SSE, and batches whose answers come one by one: tRPC's own adapter. */
async function stream(req: IncomingMessage, res: ServerResponse, { path, body, context, streaming }: Streamed): Promise<void> {
  streaming.add(res);
  res.on('close', () => streaming.delete(res));
  await nodeHTTPRequestHandler({
    router: appRouter,
    req: Object.assign(req, { body }),
    res,
    path,
    maxBatchSize: context.limits.maxBatchSize,
    createContext: () => context,
    responseMeta: () => ({ headers: new Headers({ 'Cache-Control': 'no-store' }) }),
    onError: ({ error, path: failed }) => report(error, context, failed),
  });
}

function splitUrl(url: string): { path: string; query: URLSearchParams } {
  const mark = url.indexOf('?');
  return mark < 0
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ApiError(MALFORMED);
  }
}

const METHOD_REFUSED: Complaint = {
  code: 'METHOD_NOT_SUPPORTED',
  appCode: 'methodRefused',
  message: 'only GET and POST are answered here',
  hint: 'queries and subscriptions are GET, mutations are POST',
};

const PATH_UNKNOWN: Complaint = {
  code: 'NOT_FOUND',
  appCode: 'pathUnknown',
  message: 'there is nothing at this path',
  hint: 'procedures are under /trpc/, and /health says whether the daemon is well',
};

const TOKEN_IN_URL: Complaint = {
  code: 'BAD_REQUEST',
  appCode: 'tokenInUrl',
  message: 'a token or connection parameters in the URL are refused, because URLs end in logs',
  hint: 'send the token in the Authorization header; the npm package "eventsource" takes a fetch that can do so for SSE',
};
