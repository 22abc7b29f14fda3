/** The kinds of values that several parts of the configuration share. */
import { z } from 'zod';
import { type Money, parseMoney } from '#server/domain/money.ts';
import { DAY_MS } from '#server/domain/time.ts';
import { parseTimeframe, type Timeframe } from '#server/domain/timeframe.ts';

const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;
const DOLLARS = /^\d{1,12}(?:\.\d{1,9})?$/;

export const name = z.string().regex(NAME, 'must be 1 to 32 small letters, digits and dashes');
export const ratio = z.number().min(0).max(1);
export const share = z.number().gt(0).max(1);

/** Money is a decimal string on every wire, so that no digit is lost. */
export const dollars = z.string().regex(DOLLARS, 'must be dollars as a decimal string, such as "1500" or "0.5"');
export const limit = dollars.transform((text): Money => parseMoney(text));

/** Written back as Alpaca spells it, so that the same plan is the same text. */
export const timeframe = (usual: string) =>
  z
    .string()
    .transform((text, context) => {
      const parsed = parseTimeframe(text);
      if (parsed !== undefined && parsed.ms <= DAY_MS) return parsed.name;
      context.addIssue({ code: 'custom', message: 'must be "1Min" to "59Min", "1Hour" to "23Hour" or "1Day"' });
      return z.NEVER;
    })
    .prefault(usual);

/** The schema let it pass. */
export function timeframeOf(text: string): Timeframe {
  const parsed = parseTimeframe(text);
  if (parsed === undefined) throw new RangeError(`no timeframe is called ${text}`);
  return parsed;
}
