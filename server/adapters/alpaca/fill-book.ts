/** Executions come by the stream and by asking: each is told once. (The engine drops repetitions too; the journal need not hold them.) */
import type { ExecutionId } from '#server/domain/ids.ts';
import type { Fill } from '#server/domain/order.ts';
import type { Tell } from '#server/runtime/ports.ts';

export interface FillBook {
  tell(fill: Fill): void;
  /** It is in the opening balance: never tell it. */
  skip(id: ExecutionId): void;
  knows(id: ExecutionId): boolean;
}

const KEPT = 20_000;

export function createFillBook(tell: Tell): FillBook {
  const known = new Set<ExecutionId>();
  const skip = (id: ExecutionId): void => {
    known.add(id);
    if (known.size <= KEPT) return;
    for (const oldest of known) {
      known.delete(oldest);
      return;
    }
  };
  return {
    skip,
    knows: (id) => known.has(id),
    tell: (fill) => {
      if (known.has(fill.executionId)) return;
      skip(fill.executionId);
      tell({ kind: 'fill', fill });
    },
  };
}
