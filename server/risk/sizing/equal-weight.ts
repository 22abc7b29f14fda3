/** Equal weight: the capital is shared out among so many positions. */
import type { EqualWeight } from '#server/domain/sizing.ts';
import { type Answer, type SizingCase, share } from './method.ts';

export const equalWeight = ({ positions }: EqualWeight, question: SizingCase): Answer =>
  share(question, 1 / positions, `one of ${positions} equal parts`);
