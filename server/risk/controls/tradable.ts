/** P03 permitted instruments: known, and traded by the broker. */
import type { Control } from '../control.ts';
import { door, worstMarket } from '../reading.ts';

export const tradable: Control = {
  name: 'tradable',
  id: 'P03',
  term: 'permitted instruments',
  answers: '15c3-5(c)(2)(ii), RTS 6 Art 8',
  limit: undefined,
  asks: 'opening',
  rule: ({ intent, market }) => {
    const { instrument } = market;
    if (instrument === undefined) return 'the instrument is not known';
    if (!instrument.tradable) return 'the broker does not trade it';
    const short = intent.side === 'sell' && market.position.quantity < intent.quantity;
    return short && !instrument.shortable ? 'it can not be sold short' : undefined;
  },
  measure: (standing) => worstMarket(standing, ({ instrument, symbol }) => door(instrument?.tradable !== true, symbol)),
};
