/**
 * `GET /v2/events/trades`: trade updates as server-sent events, those that have been and those to come. What has been is
 * kept, as bytes, up to a number of events; ids are ULIDs, so they sort like time.
 */
import type { ServerResponse } from 'node:http';
import { parseDate } from '../../domain/civil-day.ts';
import { newYorkInstant } from '../../domain/new-york.ts';
import type { OutgoingEvent, TradeUpdate } from '../events.ts';
import { malformed } from '../refusal.ts';
import { parseStamp } from '../stamp.ts';
import type { TradeUpdateHead, TradeUpdateLog } from '../trade-update-log.ts';
import { renderTradeUpdate } from '../view/order-view.ts';
import { text } from './query.ts';
import type { Wall } from './wall.ts';

export interface EventStream {
  /** Takes a client over: its answer stays open until the wanted end, or until it leaves. */
  accept(response: ServerResponse, query: URLSearchParams): void;
  publish(events: readonly OutgoingEvent[]): void;
  /** Market time goes on: streams whose end has come are ended. */
  tick(): void;
  close(): void;
}

export interface EventStreamOptions {
  readonly heartbeatMs: number;
  readonly wall: Wall;
  /** Bytes that may wait for a client before events are dropped. */
  readonly maxWaiting: number;
}

/** Events that stay available for `since`. */
export const KEPT_EVENTS = 20_000;
export const DEFAULT_EVENT_STREAM: Omit<EventStreamOptions, 'wall'> = { heartbeatMs: 15_000, maxWaiting: 4_194_304 };

/** The first and the last event that are wanted, by id or by time. */
interface Window {
  readonly since: { id: string } | { at: number } | undefined;
  readonly until: { id: string } | { at: number } | undefined;
}

interface Client {
  readonly response: ServerResponse;
  readonly window: Window;
  dropped: number;
}

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** `now` is market time: a stream with an end in the future ends when the market is there. */
export function createEventStream(options: EventStreamOptions, log: TradeUpdateLog, now: () => number): EventStream {
  const clients = new Set<Client>();
  let last: TradeUpdateHead | undefined;
  const send = (client: Client, text: string): void => {
    if (client.response.writableLength > options.maxWaiting) {
      client.dropped += 1;
      return;
    }
    if (client.dropped > 0) client.response.write(`: you are reading too slowly, dropped ${client.dropped} messages\n\n`);
    client.dropped = 0;
    client.response.write(text);
  };
  const endIfOver = (client: Client): boolean => {
    const { until } = client.window;
    if (until === undefined || !isReached(until, now(), last)) return false;
    clients.delete(client);
    client.response.end();
    return true;
  };
  let endHeartbeat: (() => void) | undefined;
  // It beats while somebody listens.
  const beat = (): void => {
    for (const client of clients) client.response.write(':heartbeat\n\n');
    endHeartbeat = clients.size === 0 ? undefined : options.wall.after(options.heartbeatMs, beat);
  };
  return {
    accept: (response, query) => {
      const client: Client = { response, window: readWindow(query), dropped: 0 };
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', Connection: 'keep-alive' });
      response.flushHeaders();
      const { since } = client.window;
      const isWanted = (head: TradeUpdateHead): boolean => since !== undefined && isFrom(since, head) && !isPast(client.window, head);
      if (since) for (const update of log.replay(isWanted)) send(client, worded(update));
      if (endIfOver(client)) return;
      clients.add(client);
      endHeartbeat ??= options.wall.after(options.heartbeatMs, beat);
      response.on('close', () => clients.delete(client));
    },
    publish: (events) => {
      for (const event of events) {
        if (event.kind !== 'tradeUpdate') continue;
        log.append(event);
        last = { eventId: event.eventId, at: event.at };
        if (clients.size === 0) continue;
        const text = worded(event);
        for (const client of clients) if (!isPast(client.window, event)) send(client, text);
        for (const client of clients) endIfOver(client);
      }
    },
    tick: () => {
      for (const client of clients) endIfOver(client);
    },
    close: () => {
      endHeartbeat?.();
      for (const { response } of clients) response.end();
    },
  };
}

const worded = (update: TradeUpdate): string => `data: ${JSON.stringify(renderTradeUpdate(update))}\n\n`;

/** Whether the last event, or the time, is at the wanted end. */
const isReached = (until: { id: string } | { at: number }, now: number, last: TradeUpdateHead | undefined): boolean =>
  'at' in until ? now >= until.at : last !== undefined && last.eventId >= until.id;

/** With an end the stream ends there; an end needs a beginning of the same kind. */
function readWindow(query: URLSearchParams): Window {
  const [sinceId, untilId, since, until] = ['since_id', 'until_id', 'since', 'until'].map((name) => text(query, name));
  if (since !== undefined && sinceId !== undefined) malformed('since and since_id can not be used together');
  if (until !== undefined && since === undefined) malformed('until requires since');
  if (untilId !== undefined && sinceId === undefined) malformed('until_id requires since_id');
  return { since: point('since', since, sinceId), until: point('until', until, untilId) };
}

function point(name: string, time: string | undefined, id: string | undefined): { id: string } | { at: number } | undefined {
  if (id !== undefined) return ULID.test(id) ? { id } : malformed(`invalid ${name}_id: ${id.slice(0, 40)}`);
  if (time === undefined) return undefined;
  const day = parseDate(time);
  const at = day === undefined ? parseStamp(time) : newYorkInstant(day, 0);
  return { at: at ?? malformed(`invalid ${name}: ${time.slice(0, 40)}`) };
}

/** An id that was seen is not sent again; a time is included. */
const isFrom = (since: { id: string } | { at: number }, told: TradeUpdateHead): boolean =>
  'id' in since ? told.eventId > since.id : told.at >= since.at;

const isPast = ({ until }: Window, told: TradeUpdateHead): boolean => {
  if (until === undefined) return false;
  return 'id' in until ? told.eventId > until.id : told.at > until.at;
};
