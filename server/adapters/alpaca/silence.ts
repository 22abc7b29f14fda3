/** A socket can be open and dead. Measures the silence while something is expected, in market time: wall time times speed. */

export interface SilenceOptions {
  /** Of market time. */
  readonly staleAfterMs: number;
  readonly speed: () => number;
  readonly isExpecting: () => boolean;
  readonly onStale: (quietMs: number) => void;
  readonly lookEveryMs?: number;
  /** Wall milliseconds below which no silence counts: at sixty times the speed a minute is one second. */
  readonly atLeastMs?: number;
  readonly wall?: () => number;
}

export interface Silence {
  start(): void;
  stop(): void;
  heard(): void;
  /** One look; the timer's work. */
  look(): void;
}

const LOOK_EVERY_MS = 1_000;
const AT_LEAST_MS = 5_000;

export function watchSilence(options: SilenceOptions): Silence {
  const { staleAfterMs, speed, isExpecting, onStale, atLeastMs = AT_LEAST_MS, wall = () => performance.now() } = options;
  let heardAt = wall();
  let timer: NodeJS.Timeout | undefined;
  const heard = (): void => {
    heardAt = wall();
  };
  const look = (): void => {
    // While nothing is expected the silence begins anew, so an opening bell gives the whole patience.
    if (!isExpecting()) heard();
    const quietMs = wall() - heardAt;
    if (quietMs < atLeastMs || quietMs * speed() < staleAfterMs) return;
    heard();
    onStale(quietMs * speed());
  };
  return {
    start: () => {
      heard();
      timer = setInterval(look, options.lookEveryMs ?? LOOK_EVERY_MS).unref();
    },
    stop: () => clearInterval(timer),
    heard,
    look,
  };
}
