/** One call of the control side, and what it steers. */
import type { Exchange } from '../contract.ts';
import type { MarketClock } from './market-clock.ts';
import type { ExchangeServer } from './server.ts';

export interface Steered {
  readonly exchange: Exchange;
  readonly clock: MarketClock;
  /** What the exchange was started with. */
  readonly switches?: Readonly<Record<string, unknown>>;
  readonly server: Pick<ExchangeServer, 'driver' | 'faults' | 'keys' | 'dropStreams' | 'pristine'>;
}

export interface ControlCall {
  /** Checked against the route's schema. */
  readonly body: unknown;
  /** What stands at the place of ":id". */
  readonly id: string;
  readonly query: URLSearchParams;
}

export interface Issue {
  readonly where: string;
  readonly problem: string;
}

/** A call that was wrong. */
export class Misuse extends Error {
  readonly status: number;
  readonly issues: readonly Issue[];
  constructor(status: number, message: string, issues: readonly Issue[] = []) {
    super(message);
    this.name = 'Misuse';
    this.status = status;
    this.issues = issues;
  }
}
