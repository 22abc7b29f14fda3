/** Every invariant of the simulation, by number. */
import { inv01 } from './inv01-one-lineage-per-intent.ts';
import { inv02 } from './inv02-intent-durable-before-send.ts';
import { inv03 } from './inv03-id-from-journal.ts';
import { inv04 } from './inv04-every-order-known.ts';
import { inv05 } from './inv05-never-sent-twice.ts';
import { inv06 } from './inv06-filled-within-quantity.ts';
import { inv07 } from './inv07-executions-are-real.ts';
import { inv08 } from './inv08-position-is-its-fills.ts';
import { inv10 } from './inv10-reducing-never-turns.ts';
import { inv11 } from './inv11-cash-is-explained.ts';
import { inv13 } from './inv13-no-impossible-numbers.ts';
import { inv15 } from './inv15-exposure-within-limit.ts';
import { inv16 } from './inv16-released-only-on-evidence.ts';
import { inv18 } from './inv18-no-opening-after-latch.ts';
import { inv19 } from './inv19-latch-survives.ts';
import { inv20 } from './inv20-opens-only-when-ready.ts';
import { inv21 } from './inv21-one-writer.ts';
import { inv22 } from './inv22-verdict-before-send.ts';
import { inv23 } from './inv23-legal-transitions.ts';
import { inv26 } from './inv26-positions-are-protected.ts';
import { inv27 } from './inv27-bounded-retries.ts';
import { inv28 } from './inv28-journal-without-gaps.ts';
import { inv29 } from './inv29-replay-equality.ts';
import { inv30 } from './inv30-recovered-whole.ts';
import { inv31 } from './inv31-no-uncaused-order.ts';
import { inv32 } from './inv32-nothing-opens-while-the-journal-fails.ts';
import { inv33 } from './inv33-no-secrets.ts';
import { inv35 } from './inv35-settles-when-healed.ts';
import { inv36 } from './inv36-queues-are-bounded.ts';
import { inv38 } from './inv38-alerts-once.ts';
import { inv39 } from './inv39-within-the-budget.ts';
import type { Invariant } from './invariant.ts';

export const INVARIANTS: readonly Invariant[] = [
  inv01,
  inv02,
  inv03,
  inv04,
  inv05,
  inv06,
  inv07,
  inv08,
  inv10,
  inv11,
  inv13,
  inv15,
  inv16,
  inv18,
  inv19,
  inv20,
  inv21,
  inv22,
  inv23,
  inv26,
  inv27,
  inv28,
  inv29,
  inv30,
  inv31,
  inv32,
  inv33,
  inv35,
  inv36,
  inv38,
  inv39,
];
