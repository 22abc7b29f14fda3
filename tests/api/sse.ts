/** A server-sent-events reader that can be cut after any byte; only events that arrived whole count. */
import type { PublicEvent } from '#server/api/present-entry.ts';
import { BEARER } from './harness.ts';

export interface ReadOptions {
  readonly lastEventId: string;
  readonly maxBytes?: number;
}

export async function* readSse(url: string, { lastEventId, maxBytes = Number.POSITIVE_INFINITY }: ReadOptions) {
  const gone = new AbortController();
  const response = await fetch(url, { signal: gone.signal, headers: { ...BEARER, 'Last-Event-ID': lastEventId } });
  const decoder = new TextDecoder();
  let waiting = '';
  let left = maxBytes;
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      waiting += decoder.decode(chunk.subarray(0, Math.min(left, chunk.length)), { stream: true });
      left -= chunk.length;
      for (let end = waiting.indexOf('\n\n'); end >= 0; end = waiting.indexOf('\n\n')) {
        const fields = new Map(
          waiting
            .slice(0, end)
            .split('\n')
            .map((line) => splitField(line)),
        );
        waiting = waiting.slice(end + 2).replace(/^\n+/, '');
        const id = fields.get('id');
        if (id !== undefined) yield { id, data: JSON.parse(fields.get('data') ?? '') as PublicEvent };
      }
      if (left <= 0) return;
    }
  } catch {
    // Cut by the other side: the reader comes back with its last id.
  } finally {
    gone.abort();
  }
}

const splitField = (line: string): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)];
