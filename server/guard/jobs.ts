/** What the guard has begun it brings to its end: each job is tried until the broker confirms, for as long as it takes. */
import type { GuardBroker } from './broker.ts';
import type { Action } from './vigil.ts';

export interface JobParts {
  readonly broker: GuardBroker;
  readonly say: (facts: object, message: string) => void;
  readonly pause: (ms: number) => Promise<void>;
}

const [FIRST_RETRY_MS, LAST_RETRY_MS] = [250, 5_000];

/** One try; true when the broker has confirmed. */
const tries: Readonly<Record<Action, (broker: GuardBroker) => Promise<boolean>>> = {
  suspend: async (broker) => {
    await broker.suspend(true);
    return await broker.isSuspended();
  },
  cancelOpening: async (broker) => (await broker.cancelOpening()) === 0,
  lift: async (broker) => {
    await broker.suspend(false);
    return !(await broker.isSuspended());
  },
};

export class Jobs {
  readonly #parts: JobParts;
  /** What suspends and what lifts end each other; the later wish counts. */
  readonly #wanted = new Set<Action>();

  constructor(parts: JobParts) {
    this.#parts = parts;
  }

  begin(action: Action): void {
    const isUnderWay = this.#wanted.has(action);
    this.#wanted.delete(action === 'lift' ? 'suspend' : 'lift');
    if (action === 'lift') this.#wanted.delete('cancelOpening');
    this.#wanted.add(action);
    if (!isUnderWay) void this.#carryOut(action);
  }

  async #carryOut(action: Action): Promise<void> {
    const { broker, say, pause } = this.#parts;
    for (let retryMs = FIRST_RETRY_MS; this.#wanted.has(action); retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)) {
      try {
        if (await tries[action](broker)) {
          this.#wanted.delete(action);
          say({ action }, 'confirmed by the broker');
          return;
        }
      } catch (error) {
        say({ action, error: error instanceof Error ? error.message : String(error), retryMs }, 'not yet confirmed, tried again');
      }
      await pause(retryMs);
    }
  }
}
