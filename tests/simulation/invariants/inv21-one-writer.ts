/** The journal has one writer: when another process has gone on with it, the one before never writes again. */
import type { Owner } from '../machine/virtual-time.ts';
import type { Invariant } from './invariant.ts';

export const inv21: Invariant = {
  name: 'INV-21 one writer',
  watch: ({ time, mark }) => {
    const former = new Set<Owner>();
    let writer: Owner | undefined;
    return {
      onDurable: ({ seq }) => {
        if (time.current === writer) return undefined;
        if (writer !== undefined) former.add(writer);
        if (writer?.isAlive === true) mark('another process went on with the journal of one that lives');
        writer = time.current;
        return former.has(writer) ? `${writer.name} wrote entry ${seq} after another had gone on` : undefined;
      },
    };
  },
};
