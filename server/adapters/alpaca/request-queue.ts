/** Requests that wait for their token: the most important lane first, within a lane in the order of asking. */
import { type Budget, LANES, type Lane } from './budget.ts';

export interface RequestQueue {
  /** Resolves when the request may leave; waiting here is not part of the request's own time. */
  turn(lane: Lane): Promise<void>;
}

export function createRequestQueue(budget: Budget): RequestQueue {
  const waiting: Record<Lane, (() => void)[]> = { kill: [], order: [], ask: [], poll: [] };
  let timer: NodeJS.Timeout | undefined;

  const wakeIn = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(release, ms);
  };
  const release = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const lane of LANES) {
      while (waiting[lane].length > 0) {
        const waitMs = budget.take(lane);
        // Who must wait holds up all lanes below: else a flood of small ones could starve it.
        if (waitMs > 0) {
          wakeIn(waitMs);
          return;
        }
        waiting[lane].shift()?.();
      }
    }
  };
  return {
    turn: (lane) =>
      new Promise((resolve) => {
        waiting[lane].push(resolve);
        release();
      }),
  };
}
