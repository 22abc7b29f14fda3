/** A socket can be open and dead. Measures the silence while something is expected, in market time: wall time times speed. */

export interface SilenceOptions {
  /** Of market time. */
  readonly staleAfterMs: number;
  readonly speed: () => number;
  readonly isExpecting: () => boolean;
  readonly onStale: (quietMs: number) => void;
  readonly lookEveryMs?: number;
  /** Wall milliseconds below which no silence counts: at sixty times the speed a minute is but one second. */
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
const AT_LEAST_MS = 8_000;

export function watchSilence(options: SilenceOptions): Silence {
  const { staleAfterMs, speed, isExpecting, onStale, atLeastMs = AT_LEAST_MS, wall = () => performance.now() } = options;
  let lookedAt = wall();
  let quietWallMs = 0;
  let quietMs = 0;
  let timer: NodeJS.Timeout | undefined;
  const heard = (): void => {
    lookedAt = wall();
    quietWallMs = 0;
    quietMs = 0;
  };
  const look = (): void => {
    const passedMs = wall() - lookedAt;
    lookedAt += passedMs;
    // Added up piece by piece: the speed may have been another, or none, a while ago.
    quietWallMs += passedMs;
    quietMs += passedMs * speed();
    // While nothing is expected the silence begins anew, so an opening bell gives the whole patience.
    if (!isExpecting()) heard();
    if (quietWallMs < atLeastMs || quietMs < staleAfterMs) return;
    const lastedMs = quietMs;
    heard();
    onStale(lastedMs);
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
