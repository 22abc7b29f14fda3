/** Fixed fraction: each entry is worth the same part of the capital. */
import type { FixedFraction } from '#server/domain/sizing.ts';
import { type Answer, type SizingCase, share, shown } from './method.ts';

export const fixedFraction = ({ fraction }: FixedFraction, question: SizingCase): Answer =>
  share(question, fraction, `fraction ${shown(fraction)}`);
