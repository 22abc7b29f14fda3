/**
 * Where the broker's words are read. What does not parse is counted, logged once per shape, and left out: nothing
 * unparsed goes further than this, and nothing here throws into the SDK's listeners.
 */

import { z } from 'zod';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Side } from '#server/domain/order.ts';
import { type Instant, instant } from '#server/domain/time.ts';
import type { Log } from '#server/runtime/ports.ts';

export interface Reader {
  /** What the schema makes of the value, or nothing. `what` names the kind of message, for the log. */
  read<T>(what: string, schema: z.ZodType<T>, value: unknown): T | undefined;
  /** Messages that could not be read, by kind. */
  unread(): Readonly<Record<string, number>>;
}

export function createReader(log: Log): Reader {
  const counts: Record<string, number> = {};
  const shapes = new Set<string>();
  return {
    read: (what, schema, value) => {
      const result = schema.safeParse(value);
      if (result.success) return result.data;
      counts[what] = (counts[what] ?? 0) + 1;
      const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
      const shape = `${what} ${faults}`;
      if (!shapes.has(shape)) {
        shapes.add(shape);
        log.warn({ what, faults }, 'a message of the broker can not be read');
      }
      return undefined;
    },
    unread: () => counts,
  };
}

/** RFC 3339 with any fraction of a second, or the SDK's Date. */
export const moment = z.union([z.string(), z.date()]).transform((value, context): Instant => {
  const ms = Math.floor(typeof value === 'string' ? Date.parse(value) : value.getTime());
  try {
    return instant(ms);
  } catch {
    context.addIssue({ code: 'custom', message: 'not a time' });
    return z.NEVER;
  }
});

/** "sell_short" and its like are sales. */
export const side = z.string().transform((word, context): Side => {
  if (word.startsWith('buy')) return 'buy';
  if (word.startsWith('sell')) return 'sell';
  context.addIssue({ code: 'custom', message: `side ${JSON.stringify(word.slice(0, 20))}` });
  return z.NEVER;
});

/** The longer names first: "BTCUSDT" is BTC/USDT. */
const QUOTES = ['USDT', 'USDC', 'USD', 'BTC'];

/** Positions name a pair "BTCUSD"; everything else says "BTC/USD", and so do we. */
export function symbolOf(name: string, assetClass: string | null | undefined): AssetSymbol {
  if (assetClass !== 'crypto' || name.includes('/')) return name as AssetSymbol;
  const quote = QUOTES.find((candidate) => name.endsWith(candidate) && name.length > candidate.length);
  return (quote === undefined ? name : `${name.slice(0, -quote.length)}/${quote}`) as AssetSymbol;
}
