/** The exchange as a server that Alpaca's own clients talk to: REST and streams on one loopback port. */
import type { Driver } from './driver.ts';
import type { Faults } from './faults.ts';
import { createHttpHandler } from './http.ts';
import type { KeyRing } from './keys.ts';
import { openListeners, type TlsOptions } from './listeners.ts';
import { createExchangeService, type ExchangeServiceOptions } from './service.ts';

export interface ExchangeServerOptions extends ExchangeServiceOptions {
  readonly host?: string;
  readonly port?: number;
  /** A second listener with this certificate, for clients that know nothing but TLS. */
  readonly tls?: TlsOptions;
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
  readonly keys: KeyRing;
  /** Breaks the connections to a stream, or to all; says how many. */
  dropStreams(path?: string): number;
  close(): Promise<void>;
}

export async function startExchangeServer(options: ExchangeServerOptions): Promise<ExchangeServer> {
  const { host = '127.0.0.1', port = 0, turnEveryMs = 20 } = options;
  const service = createExchangeService(options);
  const { rest, events, streams, turn, driver, pristine, faults, keys } = service;
  const handle = createHttpHandler(rest, events);
  const listeners = await openListeners({ host, port, tls: options.tls, handle }, streams.upgrade);
  const { address, tlsAddress } = listeners;
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
    ...{ turn, driver, pristine, faults, keys },
    dropStreams: (path) => streams.drop(path),
    close: async () => {
      clearInterval(timer);
      service.end();
      await listeners.close();
      await service.closeJournal();
    },
  };
}
