/** The demo's exchange: recorded bars from a folder, played in a loop faster than the wall, behind the wire. */
import type { Instant } from '../../domain/time.ts';

export interface DemoExchangeOptions {
  /** Folder with `manifest.json` and the bar files it names. */
  readonly barsFolder: string;
  readonly stateFolder?: string;
  /** Market seconds a wall second; default 60. */
  readonly speed?: number;
  readonly seed?: number;
  /** Dollars, as a decimal; default "100000". */
  readonly cash?: string;
  /** Jump over nights; default true. */
  readonly skipIdle?: boolean;
  /** Begin again after the last bar; default true. */
  readonly loop?: boolean;
  /** Default: any free port. */
  readonly port?: number;
  readonly keyId: string;
  readonly secretKey: string;
  /** Default: all symbols of the manifest. */
  readonly symbols?: readonly string[];
}

export interface DemoExchange {
  readonly url: string;
  readonly wsUrl: string;
  /** Setting `speed` takes effect at once; 0 pauses. */
  readonly market: { now(): Instant; speed: number };
  close(): Promise<void>;
}

export function startDemoExchange(_options: DemoExchangeOptions): Promise<DemoExchange> {
  return Promise.reject(new Error('the demo exchange is not built yet'));
}
