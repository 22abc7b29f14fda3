/** Fixed notional: each entry is worth so many dollars, whatever the capital is, as long as there is as much. */
import { formatFixed } from '#server/domain/money.ts';
import type { FixedNotional } from '#server/domain/sizing.ts';
import type { Answer } from './method.ts';

export const fixedNotional = ({ notional }: FixedNotional): Answer => ({ value: notional, because: `notional $${formatFixed(notional)}` });
