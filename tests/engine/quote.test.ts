/** Quotes in the books: the newest counts, nothing is decided on them, and a replay has the same. */
import { expect, test } from 'vitest';
import type { RunId } from '#server/domain/ids.ts';
import type { Quote } from '#server/domain/quote.ts';
import { type Instant, plus } from '#server/domain/time.ts';
import { newBooks } from '#server/engine/genesis.ts';
import { reapply } from '#server/engine/reapply.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { newTurn } from '#server/engine/turn.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { AAPL, BTC, bench, NOON, plan } from '#tests/support/builders.ts';

const quote = (at: Instant, bid: number): Quote => ({ symbol: AAPL, at, bid, bidSize: 1, ask: bid + 0.01, askSize: 2.5 });

test('the newest is noted, an older one is not, and one of a symbol that is not traded does no harm', () => {
  const { books, happen } = bench();
  const [early, late] = [quote(NOON, 100), quote(plus(NOON, 1_000), 101)];
  expect(happen({ kind: 'quote', quote: late })).toEqual([]);
  happen({ kind: 'quote', quote: early });
  happen({ kind: 'quote', quote: { ...late, symbol: BTC } });
  expect(books.markets.get(AAPL)?.quote).toBe(late);
  expect(books.markets.has(BTC)).toBe(false);
});

test('replayed from the journal, or read from a snapshot, the books have the same quote', () => {
  const { books, happen } = bench();
  const event = { kind: 'quote', quote: quote(NOON, 100) } as const;
  happen(event);
  const again = newBooks('rtest' as RunId, plan());
  const entry = { seq: books.seq, at: NOON, event, signals: [], decisions: [], commands: [] };
  reapply(again, plan(), decode<typeof entry>(encode(entry)), newTurn());
  expect(again.markets.get(AAPL)?.quote).toEqual(event.quote);
  const restored = restore(decode<ReturnType<typeof snapshotOf>>(encode(snapshotOf(books))), plan(), true);
  expect(restored.markets.get(AAPL)?.quote).toEqual(event.quote);
});
