/** P13 repeated-execution throttle: entries of one side again and again. Going beyond it locks the symbol until an operator takes the lock away. */
import { repeatsOf } from '#server/domain/tape.ts';
import type { Control } from '../control.ts';
import { below, worstMarket } from '../reading.ts';

export const repeatedOrders: Control = {
  name: 'repeatedOrders',
  id: 'P13',
  term: 'repeated automated execution throttle',
  answers: 'RTS 6 Art 15(3)',
  limit: 'maxRepeatedOrders',
  asks: 'opening',
  rule: ({ intent, books, market, limits }) => {
    const repeats = repeatsOf(market.tape, intent.side, books.at);
    return repeats >= limits.maxRepeatedOrders
      ? `${repeats} entries of this side within half an hour, at most ${limits.maxRepeatedOrders}`
      : undefined;
  },
  measure: (standing) =>
    worstMarket(standing, ({ tape, symbol }) => {
      const side = tape.entries.at(-1)?.side ?? 'buy';
      return below(repeatsOf(tape, side, standing.books.at), standing.limits.maxRepeatedOrders, 'orders', symbol);
    }),
};
