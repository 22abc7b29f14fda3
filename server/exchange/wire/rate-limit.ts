/** Requests a minute for each key, in fixed windows of wall time, told in Alpaca's headers. */

export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  /** Epoch seconds at which the window ends. */
  readonly resetAt: number;
  readonly exceeded: boolean;
}

const WINDOW_MS = 60_000;

/** Counts one request of a key. A limit of 0 counts but never exceeds. */
export function createRateLimiter(perMinute: number, wallNow: () => number): (key: string) => RateLimit {
  const windows = new Map<string, { from: number; used: number }>();
  return (key) => {
    const now = wallNow();
    let window = windows.get(key);
    if (!window || now - window.from >= WINDOW_MS) {
      window = { from: now, used: 0 };
      windows.set(key, window);
      if (windows.size > 1_000) for (const [old, { from }] of windows) if (now - from >= WINDOW_MS) windows.delete(old);
    }
    window.used += 1;
    const limit = perMinute === 0 ? 1_000_000 : perMinute;
    return {
      limit,
      remaining: Math.max(0, limit - window.used),
      resetAt: Math.ceil((window.from + WINDOW_MS) / 1_000),
      exceeded: perMinute > 0 && window.used > perMinute,
    };
  };
}
