/** The machine's time, for what does not live by the market's: faults, patience, signs of life, limits of requests. */

export interface Wall {
  /** Epoch milliseconds. */
  now(): number;
  /** Does something once, after so long; what it returns calls it off. */
  after(ms: number, deed: () => void): () => void;
}

/** Nothing that waits here keeps the process alive. */
export const MACHINE_WALL: Wall = {
  now: Date.now,
  after: (ms, deed) => {
    const timer = setTimeout(deed, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Time that passes only when it is told to. */
export interface ManualWall extends Wall {
  /** Does what falls due on the way, in its order. */
  advance(ms: number): void;
}

export function createManualWall(startsAt = 0): ManualWall {
  let at = startsAt;
  let waiting: { readonly due: number; readonly deed: () => void }[] = [];
  return {
    now: () => at,
    after: (ms, deed) => {
      const one = { due: at + ms, deed };
      waiting.push(one);
      return () => {
        waiting = waiting.filter((other) => other !== one);
      };
    },
    advance: (ms) => {
      const until = at + ms;
      for (;;) {
        const [next] = waiting.filter(({ due }) => due <= until).sort((a, b) => a.due - b.due);
        if (!next) break;
        waiting = waiting.filter((other) => other !== next);
        at = Math.max(at, next.due);
        next.deed();
      }
      at = until;
    },
  };
}

/** Waits so long, or rejects when the signal comes first. */
export function wait(wall: Wall, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const stop = (): void => {
      callOff();
      fail(new Error('the exchange is closing'));
    };
    const callOff = wall.after(ms, () => {
      signal.removeEventListener('abort', stop);
      done();
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
