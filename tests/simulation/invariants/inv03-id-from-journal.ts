/** A client order id is a function of its place in the journal: run, sequence, leg. */
import { orderId, parseOrderId } from '#server/domain/ids.ts';
import type { Invariant } from './invariant.ts';

const PLACES = /"kind":"(?:re)?place"/;

export const inv03: Invariant = {
  name: 'INV-03 client order id is a function of its place',
  watch: () => ({
    onDurable: (row) => {
      const { seq, text } = row;
      if (!PLACES.test(text)) return undefined;
      for (const [leg, command] of row.entry.commands.entries()) {
        if (command.kind !== 'place' && command.kind !== 'replace') continue;
        const run = parseOrderId(command.order)?.run;
        if (run === undefined || command.order !== orderId(run, seq, leg))
          return `order ${command.order} stands at entry ${seq}, leg ${leg}`;
      }
      return undefined;
    },
  }),
};
