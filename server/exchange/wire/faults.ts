/** The faults of one exchange on its wire: the plan, and what must be remembered between a strike and its end. */
import { createFaultPlan, type FaultPlan, type Occasion, type Strike } from '../faults/plan.ts';
import { type AcceptedOrders, createAcceptedOrders } from './faults-accepted.ts';
import { createPendingCancels, type PendingCancels } from './faults-pending.ts';
import { createStaleView, type StaleView, type StaleViewOptions } from './faults-stale.ts';
import type { MarketClock } from './market-clock.ts';
import type { Wall } from './wall.ts';

export interface Faults {
  readonly plan: FaultPlan;
  readonly pendingCancels: PendingCancels;
  readonly stale: StaleView;
  readonly accepted: AcceptedOrders;
  readonly wall: Wall;
  /** Aborted when the exchange closes: nothing waits any longer. */
  readonly closing: AbortSignal;
  strikes(on: Occasion): readonly Strike[];
  /** Keeps the slot of a stream taken. */
  takeSlot(stream: string, ms: number): void;
  /** What becomes of a new connection to the stream: it is let in, alone or beside the others, or turned away with a code. */
  entry(stream: string): 'free' | 'takeover' | number;
  /** Forgets rules, pending cancels and taken slots. */
  clear(): void;
  close(): void;
}

const CONNECTION_LIMIT = 406;

export interface FaultsOptions extends Pick<StaleViewOptions, 'exchange'> {
  readonly wall: Wall;
  readonly seed: number;
  readonly clock: MarketClock;
}

export function createFaults({ seed, clock, exchange, wall }: FaultsOptions): Faults {
  const plan = createFaultPlan(seed);
  const pendingCancels = createPendingCancels(wall);
  const accepted = createAcceptedOrders(wall);
  const stale = createStaleView({ exchange, wall: wall.now, longestMs: () => plan.longest('staleList') });
  const closing = new AbortController();
  const takenUntil = new Map<string, number>();
  const strikes = (on: Occasion): readonly Strike[] => plan.strikes(on, clock.now());
  return {
    plan,
    pendingCancels,
    stale,
    accepted,
    wall,
    closing: closing.signal,
    strikes,
    takeSlot: (stream, ms) => void takenUntil.set(stream, wall.now() + ms),
    entry: (stream) => {
      if ((takenUntil.get(stream) ?? 0) > wall.now()) return CONNECTION_LIMIT;
      const [strike] = strikes({ target: 'connection', stream });
      if (!strike) return 'free';
      if (strike.fault === 'takeover') return 'takeover';
      return strike.fault === 'streamRefused' ? strike.status : CONNECTION_LIMIT;
    },
    clear: () => {
      plan.disarm();
      plan.forgetFired();
      pendingCancels.clear();
      stale.forget();
      accepted.clear();
      takenUntil.clear();
    },
    close: () => {
      closing.abort();
      pendingCancels.clear();
    },
  };
}
