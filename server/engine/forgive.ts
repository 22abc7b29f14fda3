/** What a release of the account lets go of beside the latch: the rows that were counted. A peak, and what was lost, stay as they are. */
import type { Books } from '#server/domain/books.ts';

export function forgive({ risk }: Books): void {
  risk.unfilledInRow = 0;
  risk.rejectedInRow = 0;
}
