/** The exchange as a service, before there is a port: its REST side, its streams and its faults around one driver. */
import type { Exchange } from '../contract.ts';
import type { OutgoingEvent } from '../events.ts';
import type { DataEndpointOptions } from './data-endpoints.ts';
import { createDriver, type Driver } from './driver.ts';
import { createEventStream, DEFAULT_EVENT_STREAM, type EventStream, KEPT_EVENTS } from './event-stream.ts';
import { createFaults, type Faults } from './faults.ts';
import { createKeyRing, type Gatekeeper, type KeyPair, type KeyRing } from './keys.ts';
import type { MarketClock } from './market-clock.ts';
import { createRateLimiter } from './rate-limit.ts';
import type { RestSide } from './rest.ts';
import { openStateJournal, type StateJournal } from './state-journal.ts';
import { createStreams, type Streams, type StreamsOptions } from './streams.ts';
import { MACHINE_WALL, type Wall } from './wall.ts';

export interface ExchangeServiceOptions {
  readonly exchange: Exchange;
  readonly clock: MarketClock;
  /** When given, only this pair is let in; otherwise any non-empty pair. */
  readonly keys?: KeyPair;
  /** Where the state survives the process; without it the exchange forgets. */
  readonly stateFolder?: string;
  /** Names tape and settings, so that a state is not continued with others. */
  readonly stateIdentity?: string;
  /** Jump over stretches without bars. */
  readonly skipIdle?: boolean;
  /** Requests a minute, as Alpaca's 200; 0 turns the limit off. */
  readonly requestsPerMinute?: number;
  /** Frames of `/stream`: paper sends binary ones, live text. Default "binary". */
  readonly tradeUpdateFrames?: 'binary' | 'text';
  /** Connections to `/stream` at once; 0, the default, is no limit. */
  readonly maxTradingConnections?: number;
  /** Connections to each market-data endpoint; Alpaca allows one. */
  readonly maxDataConnections?: number;
  /** What else can be set about the market-data streams. */
  readonly dataStreams?: Omit<DataEndpointOptions, 'gatekeeper' | 'maxConnections' | 'wall'>;
  /** Decides which faults strike, once some are armed. */
  readonly faultSeed?: number;
  /** The machine's time; a test may have its own. */
  readonly wall?: Wall;
}

export interface ExchangeService {
  readonly rest: RestSide;
  readonly streams: Streams;
  readonly events: EventStream;
  /** Plays the market up to the clock's now and publishes what happened. */
  turn(): void;
  readonly driver: Driver;
  /** The state in which the market began, whatever a state folder remembers. */
  readonly pristine: string;
  readonly faults: Faults;
  /** Who may come in. */
  readonly keys: KeyRing;
  /** Ends the streams; the memory is closed apart, when nothing can ask any more. */
  end(): void;
  closeJournal(): Promise<void>;
}

export function createExchangeService(options: ExchangeServiceOptions): ExchangeService {
  const { exchange, clock, wall = MACHINE_WALL } = options;
  const pristine = exchange.snapshot();
  const events = createEventStream({ ...DEFAULT_EVENT_STREAM, wall }, exchange.tradeUpdateLog(KEPT_EVENTS), clock.now);
  const journal = openJournal(options, events.publish);
  clock.jumpTo(exchange.now());
  const keys = createKeyRing(options.keys);
  const { gatekeeper } = keys;
  const faults = createFaults({ seed: options.faultSeed ?? 1, clock, exchange, wall });
  const streams = createStreams(streamsOptionsOf(options, gatekeeper, wall), faults);
  const publish = (all: readonly OutgoingEvent[]): void => {
    const told = faults.plan.isQuiet('event') ? all : all.filter((event) => !isSilenced(faults, event));
    streams.publish(told);
    events.publish(told);
  };
  const { stale } = faults;
  const driver = createDriver({ exchange, clock, journal, stale, skipIdle: options.skipIdle ?? false, publish });
  const countRequest = createRateLimiter(options.requestsPerMinute ?? 200, wall.now);
  return {
    rest: { driver, clock, gatekeeper, countRequest, faults },
    streams,
    events,
    turn: () => {
      driver.turn();
      streams.tick(clock.now());
      events.tick();
    },
    driver,
    pristine,
    faults,
    keys,
    end: () => {
      events.close();
      faults.close();
      streams.close();
    },
    closeJournal: async () => journal?.close(),
  };
}

function streamsOptionsOf(options: ExchangeServiceOptions, gatekeeper: Gatekeeper, wall: Wall): StreamsOptions {
  const { maxDataConnections = 1, maxTradingConnections = 0, dataStreams, tradeUpdateFrames = 'binary' } = options;
  return { maxConnections: maxDataConnections, ...dataStreams, gatekeeper, wall, tradeUpdateFrames, maxTradingConnections };
}

function openJournal(
  { exchange, stateFolder, stateIdentity }: ExchangeServiceOptions,
  onRepeated: EventStream['publish'],
): StateJournal | undefined {
  if (stateFolder === undefined) return undefined;
  return openStateJournal({ folder: stateFolder, exchange, identity: stateIdentity ?? '', onRepeated });
}

function isSilenced(faults: Faults, event: OutgoingEvent): boolean {
  if (event.kind !== 'tradeUpdate' || event.order.role === 'entry') return false;
  return faults.strikes({ target: 'event', event: event.event, symbol: event.order.symbol }).length > 0;
}
