/** Every invariant of the simulation, by number. */
import { inv02 } from './inv02-intent-durable-before-send.ts';
import { inv03 } from './inv03-id-from-journal.ts';
import { inv05 } from './inv05-never-sent-twice.ts';
import { inv06 } from './inv06-filled-within-quantity.ts';
import { inv18 } from './inv18-no-opening-after-latch.ts';
import { inv23 } from './inv23-legal-transitions.ts';
import { inv28 } from './inv28-journal-without-gaps.ts';
import { inv35 } from './inv35-settles-when-healed.ts';
import type { Invariant } from './invariant.ts';

export const INVARIANTS: readonly Invariant[] = [inv02, inv03, inv05, inv06, inv18, inv23, inv28, inv35];
