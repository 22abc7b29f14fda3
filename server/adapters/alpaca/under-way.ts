/** Requests under way, by name: one of a kind at a time, and a way to wait for the end of all. */
import type { Log } from '#server/runtime/ports.ts';

export interface UnderWay {
  /** Starts the work unless the same is under way already: its answer serves both. Never rejects. */
  once(name: string, work: () => Promise<void>): Promise<void>;
  /** Resolves when nothing is under way any more, or after the given time. */
  drain(timeoutMs: number): Promise<void>;
}

export function trackRequests(log: Log): UnderWay {
  const running = new Map<string, Promise<void>>();
  const quiet = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running.values());
  };
  return {
    once: (name, work) => {
      const same = running.get(name);
      if (same !== undefined) return same;
      const promise = work()
        .catch((error: unknown) => log.error({ request: name, err: error }, 'a request to the broker broke off'))
        .finally(() => running.delete(name));
      running.set(name, promise);
      return promise;
    },
    drain: async (timeoutMs) => {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeoutMs);
      });
      await Promise.race([quiet(), timeout]);
      clearTimeout(timer);
    },
  };
}
