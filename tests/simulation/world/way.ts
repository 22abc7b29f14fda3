/** One direction of a connection: what is sent keeps its order, whatever the delays, and what is sent at once mostly arrives at once. */
import type { Chance } from '../machine/chance.ts';
import type { Owner, VirtualTime } from '../machine/virtual-time.ts';

/** Chance that what is sent at once does not arrive at once. */
const DIVIDED = 0.3;

/** What arrives together. */
interface Parcel {
  readonly sentAt: number;
  readonly at: number;
  readonly deeds: (() => void)[];
}

export class Way {
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  #last: Parcel = { sentAt: -1, at: 0, deeds: [] };

  constructor(time: VirtualTime, chance: Chance) {
    this.#time = time;
    this.#chance = chance;
  }

  send(deed: () => void, owner: Owner, latencyMs: () => number): void {
    const { now } = this.#time;
    const last = this.#last;
    if (last.sentAt === now && last.at > now && !this.#chance.happens(DIVIDED)) {
      last.deeds.push(deed);
      return;
    }
    const at = Math.max(last.at, now + latencyMs());
    const parcel = { sentAt: now, at, deeds: [deed] };
    this.#last = parcel;
    this.#time.after(at - now, () => unpack(parcel, owner), owner);
  }
}

/** A process that ends over the first of it does not see the rest. */
function unpack({ deeds }: Parcel, owner: Owner): void {
  for (const deed of deeds) if (owner.isAlive) deed();
}
