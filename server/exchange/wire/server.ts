/** The exchange as a server that Alpaca's own clients talk to: REST and streams on one loopback port. */
import type { Exchange } from '../contract.ts';
import type { OutgoingEvent } from '../events.ts';
import type { DataEndpointOptions } from './data-endpoints.ts';
import { createDriver, type Driver } from './driver.ts';
import { createEventStream, DEFAULT_EVENT_STREAM, type EventStream, KEPT_EVENTS } from './event-stream.ts';
import { createFaults, type Faults } from './faults.ts';
import { createHttpHandler } from './http.ts';
import { createGatekeeper, type Gatekeeper, type KeyPair } from './keys.ts';
import { openListeners, type TlsOptions } from './listeners.ts';
import type { MarketClock } from './market-clock.ts';
import { createRateLimiter } from './rate-limit.ts';
import { openStateJournal, type StateJournal } from './state-journal.ts';
import { createStreams, type StreamsOptions } from './streams.ts';
import { MACHINE_WALL, type Wall } from './wall.ts';

export interface ExchangeServerOptions {
  readonly exchange: Exchange;
  readonly clock: MarketClock;
  readonly host?: string;
  readonly port?: number;
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
  /** A second listener with this certificate, for clients that know nothing but TLS. */
  readonly tls?: TlsOptions;
  /** What else can be set about the market-data streams. */
  readonly dataStreams?: Omit<DataEndpointOptions, 'gatekeeper' | 'maxConnections' | 'wall'>;
  /** Decides which faults strike, once some are armed. */
  readonly faultSeed?: number;
  /** The machine's time; a test may have its own. */
  readonly wall?: Wall;
  /** Wall milliseconds between turns of the driver; 0 leaves the turns to the caller (`turn()`). */
  readonly turnEveryMs?: number;
}

export interface ExchangeServer {
  /** "http://127.0.0.1:41234" */
  readonly url: string;
  /** "ws://127.0.0.1:41234" */
  readonly wsUrl: string;
  /** "https://127.0.0.1:41235", when asked for. */
  readonly tlsUrl?: string;
  /** Plays the market up to the clock's now and publishes what happened. */
  turn(): void;
  readonly driver: Driver;
  /** The state in which the market began, whatever a state folder remembers. */
  readonly pristine: string;
  readonly faults: Faults;
  /** Breaks the connections to a stream, or to all; says how many. */
  dropStreams(path?: string): number;
  close(): Promise<void>;
}

export async function startExchangeServer(options: ExchangeServerOptions): Promise<ExchangeServer> {
  const { exchange, clock, host = '127.0.0.1', port = 0, turnEveryMs = 20, wall = MACHINE_WALL } = options;
  const pristine = exchange.snapshot();
  const events = createEventStream({ ...DEFAULT_EVENT_STREAM, wall }, exchange.tradeUpdateLog(KEPT_EVENTS), clock.now);
  const journal = openJournal(options, events.publish);
  clock.jumpTo(exchange.now());
  const gatekeeper = createGatekeeper(options.keys);
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
  const handle = createHttpHandler({ driver, clock, gatekeeper, events, countRequest, faults });
  const listeners = await openListeners({ host, port, tls: options.tls, handle }, streams.upgrade);
  const { address, tlsAddress } = listeners;
  const turn = (): void => {
    driver.turn();
    streams.tick(clock.now());
    events.tick();
  };
  // What can not be written down once can not be written down the next time either: one failure ends the market, not a thousand.
  const turnOrEnd = (): void => {
    try {
      turn();
    } catch (error) {
      clearInterval(timer);
      throw error;
    }
  };
  const timer = turnEveryMs > 0 ? setInterval(turnOrEnd, turnEveryMs) : undefined;
  timer?.unref();
  return {
    url: `http://${address}`,
    wsUrl: `ws://${address}`,
    ...(tlsAddress === undefined ? {} : { tlsUrl: `https://${tlsAddress}` }),
    turn,
    driver,
    pristine,
    faults,
    dropStreams: (path) => streams.drop(path),
    close: async () => {
      clearInterval(timer);
      events.close();
      faults.close();
      streams.close();
      await listeners.close();
      await journal?.close();
    },
  };
}

function streamsOptionsOf(options: ExchangeServerOptions, gatekeeper: Gatekeeper, wall: Wall): StreamsOptions {
  const { maxDataConnections = 1, maxTradingConnections = 0, dataStreams, tradeUpdateFrames = 'binary' } = options;
  return { maxConnections: maxDataConnections, ...dataStreams, gatekeeper, wall, tradeUpdateFrames, maxTradingConnections };
}

function openJournal(
  { exchange, stateFolder, stateIdentity }: ExchangeServerOptions,
  onRepeated: EventStream['publish'],
): StateJournal | undefined {
  if (stateFolder === undefined) return undefined;
  return openStateJournal({ folder: stateFolder, exchange, identity: stateIdentity ?? '', onRepeated });
}

function isSilenced(faults: Faults, event: OutgoingEvent): boolean {
  if (event.kind !== 'tradeUpdate' || event.order.role === 'entry') return false;
  return faults.strikes({ target: 'event', event: event.event, symbol: event.order.symbol }).length > 0;
}
