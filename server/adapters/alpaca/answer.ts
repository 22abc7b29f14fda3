/** What came of a request: an answer, a refusal in the broker's own words, or silence (anything that proves nothing). */
import { ApiError, FetchError } from '@alpacahq/alpaca-trade-api';
import { OriginError } from './origins.ts';

export type Answer =
  | { readonly kind: 'ok'; readonly status: number; readonly body: unknown; readonly headers: Headers }
  /** The broker understood the request and said no. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: string;
      readonly text: string;
      /** Milliseconds to wait, when it named them. */
      readonly retryAfterMs: number | undefined;
    }
  /** Sent or not, applied or not: we do not know. */
  | { readonly kind: 'silence'; readonly status: number | undefined; readonly text: string; readonly retryAfterMs: number | undefined };

/** Our own objection on the last line before the request: it was not sent, for certain. */
export class NotSentError extends Error {
  readonly code: string;
  constructor(code: string, reason: string) {
    super(reason);
    this.name = 'NotSentError';
    this.code = code;
  }
}

const SHOWN_CHARACTERS = 300;
const LOOKS_LIKE_HTML = /^\s*</;

/** One line for people: a page of HTML is named as such, and never quoted at length. */
export function headline(text: string): string {
  if (LOOKS_LIKE_HTML.test(text)) {
    const title = /<title>([^<]{1,80})<\/title>/i.exec(text)?.[1]?.trim();
    return `an HTML page instead of JSON${title === undefined ? '' : ` ("${title}")`}`;
  }
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
}

/** Statuses at which a request was turned away for good, when the words are the broker's own (JSON). */
const DEFINITE = new Set([400, 401, 403, 404, 405, 422]);

/** The envelope that tells the broker's own refusal from a page that something in between put there. */
async function envelopeOf(response: Response): Promise<{ code?: unknown; message: unknown } | undefined> {
  try {
    const parsed: unknown = JSON.parse(await response.text());
    // A proxy may speak JSON, too: the broker's own refusals always say why.
    return typeof parsed === 'object' && parsed !== null && 'message' in parsed && typeof parsed.message === 'string' ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The SDK falls back on the end of the rate-limit window, which every reply names; that is a wish to wait only where it is spent. */
const retryAfterMsOf = ({ status, response, retryAfterMs }: ApiError): number | undefined =>
  status === 429 || response.headers.has('retry-after') ? retryAfterMs : undefined;

async function fromApiError(error: ApiError): Promise<Answer> {
  const { status } = error;
  const retryAfterMs = retryAfterMsOf(error);
  const envelope = await envelopeOf(error.response);
  const text = `HTTP ${status}: ${headline(error.message)}`;
  if (envelope === undefined || !DEFINITE.has(status)) return { kind: 'silence', status, text, retryAfterMs };
  const code = typeof envelope.code === 'number' || typeof envelope.code === 'string' ? String(envelope.code) : String(status);
  return { kind: 'refused', status, code, text: headline(String(envelope.message)), retryAfterMs };
}

const causeOf = (error: Error): string => {
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? `${error.message}: ${cause.message}` : error.message;
};

/** An answer of whatever the SDK threw; what is our own fault (an origin, the last look) is thrown on. */
export async function answerOf(error: unknown): Promise<Answer> {
  if (error instanceof NotSentError) throw error;
  if (error instanceof ApiError) return fromApiError(error);
  if (error instanceof FetchError) {
    if (error.cause instanceof OriginError || error.cause instanceof NotSentError) throw error.cause;
    return { kind: 'silence', status: undefined, text: headline(causeOf(error.cause)), retryAfterMs: undefined };
  }
  const text = error instanceof Error ? causeOf(error) : String(error);
  return { kind: 'silence', status: undefined, text: headline(text), retryAfterMs: undefined };
}

/** The body of a 2xx reply; JSON that can not be read is silence: it may have been cut off on the way. */
export async function answerOfReply(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const text = await response.text();
  if (text === '') return { kind: 'ok', status, body: undefined, headers };
  try {
    return { kind: 'ok', status, body: JSON.parse(text), headers };
  } catch {
    return { kind: 'silence', status, text: `HTTP ${status}: ${unreadable(text)}`, retryAfterMs: undefined };
  }
}

const unreadable = (text: string): string =>
  LOOKS_LIKE_HTML.test(text) ? headline(text) : `JSON that can not be read (${text.length} characters)`;
