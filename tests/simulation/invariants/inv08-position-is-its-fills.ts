/** A position is the sum of the fills that the journal holds; of a pair, less the fee that is taken in coins. */
import { absolute } from '#server/domain/money.ts';
import { liveBooks } from '../world/evidence.ts';
import type { Invariant } from './invariant.ts';

/** The part of all coins bought that fees may come to: twice the schedule's. */
const FEE_PART = 200n;

export const inv08: Invariant = {
  name: 'INV-08 position is the sum of its fills',
  watch: (evidence) => {
    const held = new Map<string, { quantity: bigint; turnover: bigint }>();
    const seen = new Set<string>();
    return {
      onDurable: (row) => {
        if (row.kind !== 'fill') return undefined;
        const { event } = row.entry;
        if (event.kind !== 'fill' || seen.has(event.fill.executionId)) return undefined;
        const { executionId, symbol, side, quantity } = event.fill;
        seen.add(executionId);
        const known = held.get(symbol) ?? { quantity: 0n, turnover: 0n };
        held.set(symbol, { quantity: known.quantity + (side === 'buy' ? quantity : -quantity), turnover: known.turnover + quantity });
        return undefined;
      },
      after: () => {
        const { durable, mishaps } = evidence;
        const taken = durable.alerts.find(({ code, text }) => code === 'booksDiffer' && text.startsWith('positions'));
        // Executions come by one way or another: only what was moved past them may be taken over.
        if (taken !== undefined && !mishaps.some(({ kind }) => kind === 'transfer')) return `nothing was moved, and ${taken.text}`;
        // The broker's word was taken over, for the account or for a fill that never came: from here on only the end is held against it.
        if (taken !== undefined || durable.alerts.some(({ code }) => code === 'fillInferred')) return undefined;
        for (const { process, books } of liveBooks(evidence)) {
          // One that was pushed aside steps on by itself until it is told so, and may come to the same number.
          if (books.seq !== durable.headSeq || process.owner !== durable.writer) continue;
          for (const { symbol, position } of books.markets.values()) {
            const { quantity, turnover } = held.get(symbol) ?? { quantity: 0n, turnover: 0n };
            const slack = symbol.includes('/') ? turnover / FEE_PART : 0n;
            if (absolute(position.quantity - quantity) > slack)
              return `${symbol} is ${position.quantity} in the books, its fills come to ${quantity}`;
          }
        }
        return undefined;
      },
    };
  },
};
