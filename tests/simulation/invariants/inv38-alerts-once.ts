/** What happens once is told once: an order that was lost, an order that is somebody else's. */
import type { Invariant } from './invariant.ts';

const ONCE: ReadonlySet<string> = new Set(['orderLost']);

export const inv38: Invariant = {
  name: 'INV-38 told once',
  watch: () => {
    const told = new Set<string>();
    return {
      onDurable: (row) => {
        if (!row.text.includes('"code":"orderLost"')) return undefined;
        for (const command of row.entry.commands) {
          if (command.kind !== 'alert' || !ONCE.has(command.code)) continue;
          if (told.has(command.text)) return `told again: ${command.text}`;
          told.add(command.text);
        }
        return undefined;
      },
    };
  },
};
