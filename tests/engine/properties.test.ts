/** What holds at every step of any life of the engine. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closingQuantity } from '#server/domain/closing.ts';
import { parseOrderId } from '#server/domain/ids.ts';
import { equityOf, grossExposureOf } from '#server/domain/valuation.ts';
import { inconsistency } from '#server/engine/observe.ts';
import { snapshotOf } from '#server/engine/snapshot.ts';
import { encode } from '#server/runtime/codec.ts';
import { placed } from '#tests/support/builders.ts';
import { deeds, live, minds } from './random-life.ts';

const RUNS = { numRuns: 400 };

test('when an opening order is placed, everything held and everything that is out stays within the gross exposure', () => {
  let opened = 0;
  fc.assert(
    fc.property(deeds, minds, (all, opinions) => {
      live(all, opinions, ({ commands }, { books, plan }) => {
        if (!placed(commands).some(({ intent }) => intent.purpose === 'open')) return;
        opened++;
        expect(grossExposureOf(books) <= plan.limits.maxGrossExposure).toBe(true);
      });
    }),
    RUNS,
  );
  expect(opened).toBeGreaterThan(RUNS.numRuns);
});

test('between an engagement of the switch, by whomever, and its release no opening order leaves', () => {
  let tried = 0;
  fc.assert(
    fc.property(deeds, minds, (all, opinions) => {
      let engaged = false;
      live(all, opinions, ({ event, commands, decisions }, { books }) => {
        if (event.kind === 'killEngaged' || event.kind === 'fault') engaged = true;
        if (commands.some((command) => command.kind === 'alert' && command.code === 'killEngaged')) engaged = true;
        if (event.kind === 'killReleased' && books.kill.level === 'armed') engaged = false;
        expect(books.kill.level !== 'armed').toBe(engaged);
        if (engaged && decisions.some(({ target }) => target?.action === 'enter')) tried++;
        if (engaged) expect(placed(commands).filter(({ intent }) => intent.purpose === 'open')).toEqual([]);
      });
    }),
    RUNS,
  );
  expect(tried).toBeGreaterThan(20);
});

test('order ids are unique, and name the run, the entry and the place of their command in it', () => {
  fc.assert(
    fc.property(deeds, minds, (all, opinions) => {
      const ids = new Set<string>();
      live(all, opinions, ({ seq, commands }, { books }) => {
        commands.forEach((command, leg) => {
          if (command.kind !== 'place') return;
          expect(parseOrderId(command.order)).toEqual({ run: books.run, seq, leg });
          expect(ids.has(command.order)).toBe(false);
          ids.add(command.order);
        });
      });
    }),
    RUNS,
  );
});

test('the same life twice leaves the same journal and the same books, byte for byte', () => {
  fc.assert(
    fc.property(deeds, minds, (all, opinions) => {
      const [one, other] = [live(all, opinions, () => undefined), live(all, opinions, () => undefined)];
      expect(encode(other.journal)).toBe(encode(one.journal));
      expect(encode(snapshotOf(other.engine.books))).toBe(encode(snapshotOf(one.engine.books)));
    }),
    { numRuns: 150 },
  );
});

/** Paths to numbers that are none: JSON would write them as null. */
function notNumbers(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => notNumbers(inside, `${path}.${key}`));
}

test('no number in the books or the journal is none, and the sums of the books agree, after every step', () => {
  fc.assert(
    fc.property(deeds, minds, (all, opinions) => {
      live(all, opinions, (entry, { books }) => {
        const snapshot = snapshotOf(books);
        expect(notNumbers(snapshot)).toEqual([]);
        expect(notNumbers(entry)).toEqual([]);
        expect(encode(snapshot)).not.toContain('NaN');
        expect(inconsistency(books)).toBeUndefined();
        expect(Number.isNaN(books.lossScreen.equity)).toBe(false);
      });
    }),
    { numRuns: 150 },
  );
});

test('equity is what there was, plus what every position realised and still has', () => {
  fc.assert(
    fc.property(deeds, minds, (all, opinions) => {
      live(all, opinions, (_entry, { books }) => {
        let expected = 100_000n * 1_000_000_000n;
        for (const { position } of books.markets.values()) expected += position.realised - position.cost;
        expect(books.cash).toBe(expected);
        expect(typeof equityOf(books)).toBe('bigint');
      });
    }),
    RUNS,
  );
});

test('a decision to reduce is never more than what is held and not yet being closed', () => {
  fc.assert(
    fc.property(deeds, minds, (all, opinions) => {
      live(all, opinions, ({ commands }, { books }) => {
        for (const { intent } of placed(commands)) {
          if (intent.purpose !== 'reduce') continue;
          const market = books.markets.get(intent.symbol)!;
          const closing = closingQuantity(books, market);
          const held = market.position.quantity;
          expect(intent.side).toBe(held > 0n ? 'sell' : 'buy');
          expect(closing <= (held < 0n ? -held : held)).toBe(true);
        }
      });
    }),
    RUNS,
  );
});
