/** Drives the market by its clock: plays it up to now, writes down what must survive, then tells the streams. */
import { MINUTE_MS, plus } from '../../domain/time.ts';
import type { Exchange } from '../contract.ts';
import type { OutgoingEvent } from '../events.ts';
import { type ExchangeRequest, isChange } from '../requests.ts';
import type { StaleView } from './faults-stale.ts';
import type { MarketClock } from './market-clock.ts';
import type { StateJournal } from './state-journal.ts';

/** A stretch without bars that is longer than this is jumped over, up to the lead before the next bar. */
const IDLE_MS = 10 * MINUTE_MS;
const LEAD_MS = 5 * MINUTE_MS;

export interface Driver {
  /** Plays up to the clock's now and publishes what happened. */
  turn(): void;
  /** Answers a request at the clock's now; `send` is called before the events that follow from it are published. */
  ask(request: ExchangeRequest, send: (status: number, body: unknown) => void): void;
  /** The whole state as text. */
  snapshot(): string;
  /** Goes on from another state; market time is then that of the state. */
  restore(snapshot: string): void;
}

export interface DriverOptions {
  readonly exchange: Exchange;
  readonly clock: MarketClock;
  readonly journal: StateJournal | undefined;
  readonly skipIdle: boolean;
  readonly stale?: StaleView;
  publish(events: readonly OutgoingEvent[]): void;
}

export function createDriver({ exchange, clock, journal, skipIdle, stale, publish }: DriverOptions): Driver {
  const skip = (): void => {
    const next = exchange.nextEventAt();
    if (next !== undefined && next - clock.now() > IDLE_MS) clock.jumpTo(plus(next, -LEAD_MS));
  };
  const turn = (): void => {
    if (skipIdle && clock.speed() > 0) skip();
    const upTo = exchange.nextEventAt();
    stale?.before(clock.now());
    exchange.advance(clock.now());
    const events = exchange.drain();
    if (events.length === 0 && exchange.nextEventAt() === upTo) return;
    journal?.mark(exchange.now());
    journal?.checkpointWhenDue();
    if (events.length > 0) publish(events);
  };
  return {
    turn,
    ask: (request, send) => {
      turn();
      const at = exchange.now();
      if (isChange(request)) {
        stale?.before(at, request);
        journal?.request(request, at);
      }
      const reply = exchange.handle(request, at);
      const body = reply.json();
      const events = exchange.drain();
      journal?.checkpointWhenDue();
      send(reply.status, body);
      if (events.length > 0) publish(events);
    },
    snapshot: () => {
      turn();
      return exchange.snapshot();
    },
    restore: (snapshot) => {
      exchange.restore(snapshot);
      clock.setTo(exchange.now());
      stale?.forget();
      journal?.checkpoint();
    },
  };
}
