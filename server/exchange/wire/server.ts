/** The exchange as a server that Alpaca's own clients talk to: REST and streams on one loopback port. */
import type { Exchange } from '../contract.ts';
import type { MarketClock } from './market-clock.ts';

export interface ExchangeServerOptions {
  readonly exchange: Exchange;
  readonly clock: MarketClock;
  readonly host?: string;
  readonly port?: number;
  /** When given, only this pair is let in; otherwise any non-empty pair. */
  readonly keys?: { readonly keyId: string; readonly secretKey: string };
  /** Where the state survives the process; without it the exchange forgets. */
  readonly stateFolder?: string;
  /** Jump over stretches without bars. */
  readonly skipIdle?: boolean;
  /** Requests a minute, as Alpaca's 200; 0 turns the limit off. */
  readonly requestsPerMinute?: number;
  /** Wall milliseconds between turns of the driver; 0 leaves the turns to the caller (`turn()`). */
  readonly turnEveryMs?: number;
}

export interface ExchangeServer {
  /** "http://127.0.0.1:41234" */
  readonly url: string;
  /** "ws://127.0.0.1:41234" */
  readonly wsUrl: string;
  /** Plays the market up to the clock's now and publishes what happened. */
  turn(): void;
  close(): Promise<void>;
}

export function startExchangeServer(_options: ExchangeServerOptions): Promise<ExchangeServer> {
  return Promise.reject(new Error('the exchange server is not built yet'));
}
