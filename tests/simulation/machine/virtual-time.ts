/**
 * Time that passes from event to event. Everything that waits, waits here, with its owner: a process that is killed takes what
 * it waited for along, one that is stopped finds it all due when it goes on.
 */

/** Whose code runs: a daemon's process, or the world around them. */
export interface Owner {
  readonly name: string;
  isAlive: boolean;
  /** Stopped until then; what falls due meanwhile waits. */
  pausedUntil: number;
  /** What its wall clock is ahead of the world's. */
  clockOffsetMs: number;
}

export const newOwner = (name: string): Owner => ({ name, isAlive: true, pausedUntil: 0, clockOffsetMs: 0 });

export interface Waiting {
  at: number;
  seq: number;
  readonly owner: Owner;
  /** Nothing once it was called off or done. */
  run: (() => void) | undefined;
}

export class VirtualTime {
  /** Milliseconds since the epoch, of the world. */
  now: number;
  readonly beganAt: number;
  readonly world: Owner = newOwner('world');
  /** Whose event is being worked on. */
  current: Owner = this.world;
  /** Events that were worked on. */
  count = 0;
  readonly #heap: Waiting[] = [];
  #seq = 0;

  constructor(beginsAt: number) {
    this.now = beginsAt;
    this.beganAt = beginsAt;
  }

  get waiting(): number {
    return this.#heap.length;
  }

  /** Of the owner at work unless another is named. */
  after(ms: number, run: () => void, owner = this.current): Waiting {
    const delay = ms > 0 ? ms : 0;
    const item: Waiting = { at: this.now + delay, seq: this.#seq++, owner, run };
    this.#push(item);
    return item;
  }

  /** Sets the world to the next event and does it; false when nothing happens until then. */
  step(until: number): boolean {
    for (;;) {
      const [next] = this.#heap;
      if (next === undefined || next.at > until) return false;
      this.#pop();
      const { owner, run } = next;
      if (run === undefined || !owner.isAlive) continue;
      if (owner.pausedUntil > next.at) {
        // It keeps its place among those that wait for the same moment: the order of arrival.
        next.at = owner.pausedUntil;
        this.#push(next);
        continue;
      }
      next.run = undefined;
      this.now = next.at;
      this.current = owner;
      this.count++;
      run();
      return true;
    }
  }

  /** One that is stopped goes on now, and what fell due meanwhile is due. */
  wake(owner: Owner): void {
    const until = owner.pausedUntil;
    if (until <= this.now) return;
    owner.pausedUntil = this.now;
    for (const item of this.#heap.splice(0)) {
      if (item.owner === owner && item.at === until) item.at = this.now;
      this.#push(item);
    }
  }

  #push(item: Waiting): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push(item);
    while (place > 0) {
      const above = (place - 1) >>> 1;
      const parent = heap[above] as Waiting;
      if (!isBefore(item, parent)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = item;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Waiting;
    if (heap.length === 0) return;
    let place = 0;
    for (;;) {
      let below = place * 2 + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Waiting, heap[below] as Waiting)) below++;
      if (!isBefore(heap[below] as Waiting, last)) break;
      heap[place] = heap[below] as Waiting;
      place = below;
    }
    heap[place] = last;
  }
}

const isBefore = (a: Waiting, b: Waiting): boolean => a.at < b.at || (a.at === b.at && a.seq < b.seq);
