/** Who may come in at all: Host, Origin, method and content type, looked at before a byte of the body is read. */
import type { IncomingMessage } from 'node:http';
import type { Complaint } from './errors.ts';

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
const EVERY_ADDRESS = ['0.0.0.0', '::'];

export interface Gate {
  /** Why this request is not let in, or nothing. */
  complaint(req: IncomingMessage): Complaint | undefined;
  /** The listed origin that the request names, for the answer's CORS header. */
  originOf(req: IncomingMessage): string | undefined;
}

export interface GateOptions {
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

export function gate({ host, allowedHosts, allowedOrigins }: GateOptions): Gate {
  const bound = EVERY_ADDRESS.includes(host) ? [] : [inHostHeader(host)];
  const hosts = new Set([...LOOPBACK_NAMES, ...bound, ...allowedHosts].map((name) => name.toLowerCase()));
  const origins = new Set(allowedOrigins);
  const isHostAllowed = (header: string | undefined): boolean => {
    const name = (header ?? '').toLowerCase();
    return hosts.has(name) || hosts.has(withoutPort(name));
  };
  return {
    complaint(req) {
      // A page of another site that made its name point at us (DNS rebinding) still sends its own name.
      if (!isHostAllowed(req.headers.host)) return HOST_REFUSED;
      if (req.headers.origin !== undefined && !origins.has(req.headers.origin)) return ORIGIN_REFUSED;
      return undefined;
    },
    originOf: ({ headers }) => (headers.origin !== undefined && origins.has(headers.origin) ? headers.origin : undefined),
  };
}

export const inHostHeader = (host: string): string => (host.includes(':') ? `[${host}]` : host);
const withoutPort = (name: string): string => name.replace(/:\d{1,5}$/, '');

/** Only JSON: forms and plain text are what a foreign page can send without asking first. */
export function contentComplaint({ method, headers }: IncomingMessage): Complaint | undefined {
  const type = headers['content-type'];
  if (type === undefined) return method === 'POST' ? CONTENT_TYPE_REFUSED : undefined;
  if (type.split(';', 1)[0]?.trim().toLowerCase() !== 'application/json') return CONTENT_TYPE_REFUSED;
  const encoding = headers['content-encoding'];
  return encoding === undefined || encoding === 'identity' ? undefined : CONTENT_TYPE_REFUSED;
}

const HOST_REFUSED: Complaint = {
  code: 'FORBIDDEN',
  appCode: 'hostRefused',
  message: 'the Host header names a machine that this daemon does not answer for',
  hint: 'call it by 127.0.0.1 or localhost, or add the name to the allowed hosts in the configuration',
};

const ORIGIN_REFUSED: Complaint = {
  code: 'FORBIDDEN',
  appCode: 'originRefused',
  message: 'pages of this origin may not call this daemon',
  hint: 'add the origin to the allowed origins in the configuration if the page is yours',
};

const CONTENT_TYPE_REFUSED: Complaint = {
  code: 'UNSUPPORTED_MEDIA_TYPE',
  appCode: 'contentTypeRefused',
  message: 'only plain JSON bodies are read',
  hint: 'send "Content-Type: application/json" and no Content-Encoding',
};
