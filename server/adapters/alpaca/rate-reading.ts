/** What a reply says of the broker's own count of our requests. */
import type { RateReading } from './budget.ts';

/** After "too many requests" without another word: also what leaves a position waits for it, so not for long. */
const SPENT_FOR_MS = 1_000;

const numberIn = (headers: Headers, name: string): number | undefined => {
  const text = headers.get(name);
  return text === null || text === '' || Number.isNaN(Number(text)) ? undefined : Number(text);
};

/** The reset is written by the broker's clock, so it is held against the broker's own time where that is told. */
export function rateOf({ status, headers }: Pick<Response, 'status' | 'headers'>, nowMs: number): RateReading {
  const resetAtSeconds = numberIn(headers, 'x-ratelimit-reset');
  const saidAtMs = Date.parse(headers.get('date') ?? '');
  const resetInMs = resetAtSeconds === undefined ? undefined : resetAtSeconds * 1_000 - (Number.isNaN(saidAtMs) ? nowMs : saidAtMs);
  const limit = numberIn(headers, 'x-ratelimit-limit');
  if (status !== 429) return { limit, remaining: numberIn(headers, 'x-ratelimit-remaining'), resetInMs };
  const retryAfterSeconds = numberIn(headers, 'retry-after');
  return { limit, remaining: 0, resetInMs: retryAfterSeconds === undefined ? (resetInMs ?? SPENT_FOR_MS) : retryAfterSeconds * 1_000 };
}
