/** The kill switch is never let go by a kill: what was engaged and durable is engaged after every start, under the same latch. */
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { sentinelPath, setSentinel } from '#server/adapters/sentinel.ts';
import { type EngagedLevel, higher, type KillLevel } from '#server/domain/kill.ts';
import type { DaemonSide } from './daemon.ts';
import { Violation } from './story.ts';

/** The daemon looks for the file a few times a second. */
const SENTINEL_BOUND_MS = 3_000;
const LOOK_EVERY_MS = 50;

export class LatchWatch {
  readonly #daemon: DaemonSide;
  /** What must be engaged at least. */
  #owed: { level: KillLevel; latchId: number } = { level: 'armed', latchId: 0 };
  #sentinel = false;

  constructor(daemon: DaemonSide) {
    this.#daemon = daemon;
  }

  get isOwed(): boolean {
    return this.#owed.level !== 'armed' || this.#sentinel;
  }

  /** By the API; only what the daemon called durable is owed. */
  async engage(level: EngagedLevel): Promise<string> {
    const { latchId, durable, level: now } = await this.#daemon.api.killSwitch.engage.mutate({ level, reason: 'torture' });
    if (durable) this.#owed = { level: now, latchId };
    return `kill switch at ${now}, ${durable ? `durable under latch ${latchId}` : 'not durable yet'}`;
  }

  /** By the file. */
  setSentinel(): string {
    setSentinel(this.#daemon.home, 'torture');
    this.#sentinel = true;
    return 'the sentinel file stands';
  }

  /** After a start: what is owed is there. */
  async check(): Promise<void> {
    const owed = this.#owed;
    const state = await this.#state();
    if (higher(state.level, owed.level) !== state.level)
      throw new Violation(
        `the kill switch was at ${owed.level} under latch ${owed.latchId} before the kill, and is at ${state.level} after it`,
      );
    if (state.level === owed.level && state.latchId < owed.latchId)
      throw new Violation(`latch ${owed.latchId} has become latch ${state.latchId} by a kill; only a release may end it`);
    // Engaged by something that nobody waited for.
    if (state.level !== 'armed') this.#owed = { level: state.level, latchId: state.latchId };
  }

  async release(): Promise<string> {
    rmSync(sentinelPath(this.#daemon.home), { force: true });
    this.#sentinel = false;
    const { level, latchId, phrase } = await this.#daemon.api.killSwitch.state.query();
    if (phrase !== null) await this.#daemon.api.killSwitch.release.mutate({ latchId, note: 'torture goes on', phrase });
    this.#owed = { level: 'armed', latchId: 0 };
    return `kill switch released from ${level}`;
  }

  /** The file takes effect with the daemon's next look at it. */
  async #state(): Promise<{ level: KillLevel; latchId: number }> {
    for (const deadline = performance.now() + SENTINEL_BOUND_MS; ; ) {
      const state = await this.#daemon.api.killSwitch.state.query();
      if (!this.#sentinel || state.level !== 'armed') return state;
      if (performance.now() > deadline) throw new Violation('the sentinel file stands, and the kill switch is armed');
      await pause(LOOK_EVERY_MS);
    }
  }
}
