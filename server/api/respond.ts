/** What every answer carries, and answers that are not a procedure's. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { ApiError, type Complaint } from './errors.ts';
import type { ErrorData } from './trpc.ts';

const SAFETY_HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
} as const;

const PREFLIGHT_MAX_AGE_SECONDS = '600';

export function setCommonHeaders(res: ServerResponse, requestId: string, origin: string | undefined): void {
  for (const [name, value] of Object.entries(SAFETY_HEADERS)) res.setHeader(name, value);
  res.setHeader('X-Request-ID', requestId);
  res.setHeader('Vary', 'Origin');
  if (origin === undefined) return;
  res.setHeader('Access-Control-Allow-Origin', origin);
  res.setHeader('Access-Control-Expose-Headers', 'X-Request-ID');
}

/** Says to a listed page's browser what it may send. */
export function sendPreflight(res: ServerResponse): void {
  res.setHeader('Access-Control-Allow-Methods', 'GET, POST');
  res.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type, Last-Event-ID, X-Request-ID, trpc-accept');
  res.setHeader('Access-Control-Max-Age', PREFLIGHT_MAX_AGE_SECONDS);
  res.writeHead(204).end();
}

export function sendJson(res: ServerResponse, status: number, body: string): void {
  if (res.destroyed) return;
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body);
}

/** In the form of tRPC's errors, so that one parser reads them all. */
export function sendComplaint(req: IncomingMessage, res: ServerResponse, complaint: Complaint & { readonly requestId: string }): void {
  const { code, appCode, message, hint, requestId } = complaint;
  const httpStatus = getHTTPStatusCodeFromError(new ApiError(complaint));
  // A body that nobody reads would be taken for the next request.
  if (!req.complete) res.setHeader('Connection', 'close');
  const data: ErrorData = { code, httpStatus, path: null, appCode, hint, requestId, issues: [] };
  sendJson(res, httpStatus, JSON.stringify({ error: { code: TRPC_ERROR_CODES_BY_KEY[code], message, data } }));
}
