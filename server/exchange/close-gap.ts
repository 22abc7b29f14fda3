/** How something is taken out of an open hash table, in which what finds its slot taken goes to the next free one. */

export interface Slots {
  /** A power of two. */
  length(): number;
  /** Where the search for what is in a slot begins, or nothing when the slot is empty. */
  homeAt(slot: number): number | undefined;
  move(from: number, to: number): void;
}

/** What stands behind the gap moves into it, unless its search begins behind the gap; returns the slot that is empty in the end. */
export function closeGap(slots: Slots, from: number): number {
  const mask = slots.length() - 1;
  const after = (slot: number): number => (slot + 1) & mask;
  let gap = from;
  for (let slot = after(gap); ; slot = after(slot)) {
    const home = slots.homeAt(slot);
    if (home === undefined) return gap;
    const begins = gap < slot ? home > gap && home <= slot : home > gap || home <= slot;
    if (begins) continue;
    slots.move(slot, gap);
    gap = slot;
  }
}
