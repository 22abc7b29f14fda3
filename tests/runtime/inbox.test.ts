/** What waits for the loop: everything in order, but of quotes the newest of each symbol, just before a bar of it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Event } from '#server/engine/event.ts';
import { Inbox } from '#server/runtime/inbox.ts';
import { bar } from '#tests/support/builders.ts';

const quote = (nth: number, symbol = 'AAPL'): Event => ({
  kind: 'quote',
  quote: { symbol: symbol as AssetSymbol, at: nth as Instant, bid: nth, bidSize: 1, ask: nth + 1, askSize: 1 },
});
const barOf = (nth: number, symbol = 'AAPL', history = false): Event => ({
  kind: 'bar',
  bar: bar(nth, 100, symbol as AssetSymbol),
  history,
});

const TICK: Event = { kind: 'tick' };

const told = async (events: readonly Event[]): Promise<readonly Event[]> => {
  let now = 0;
  const inbox = new Inbox({ now: () => now++ as Instant });
  events.forEach(inbox.tell);
  inbox.close();
  const all: Event[] = [];
  for (;;) {
    const some = await inbox.next();
    if (some === undefined) return all;
    all.push(...some.map(({ event }) => event));
  }
};

test('quotes alone wake nobody, and of many the newest comes before the bar of its symbol', async () => {
  expect(await told([quote(1), quote(2)])).toEqual([]);
  const [first, newest, other, ofAapl, ofMsft] = [quote(1), quote(2), quote(3, 'MSFT'), barOf(0), barOf(0, 'MSFT')];
  expect(await told([first, newest, other, ofAapl, ofMsft])).toEqual([newest, ofAapl, other, ofMsft]);
});

test('a bar of the past takes no quote with it', async () => {
  const [newest, past, live] = [quote(1), barOf(0, 'AAPL', true), barOf(1)];
  expect(await told([newest, past, live])).toEqual([past, newest, live]);
});

test('a quote is given out once', async () => {
  const [only, ...bars] = [quote(1), barOf(0), barOf(1)];
  expect(await told([only, ...bars])).toEqual([only, ...bars]);
});

test('whatever comes, all but quotes comes out once and in order; a quote is the newest that came before its bar', async () => {
  const symbol = fc.constantFrom('AAPL', 'MSFT', 'SPY');
  const what = fc.tuple(fc.constantFrom('quote' as const, 'quote' as const, 'quote' as const, 'bar' as const, 'tick' as const), symbol);
  await fc.assert(
    fc.asyncProperty(fc.array(what, { maxLength: 2_000 }), async (whats) => {
      const events = whats.map(([kind, of], nth): Event => ({ quote: quote(nth, of), bar: barOf(nth, of), tick: TICK })[kind]);
      const out = await told(events);
      expect(out.filter(({ kind }) => kind !== 'quote')).toEqual(events.filter(({ kind }) => kind !== 'quote'));
      for (const [place, event] of out.entries()) {
        if (event.kind !== 'quote') continue;
        const next = out[place + 1];
        const barAt = events.indexOf(next!);
        const newest = events.slice(0, barAt).findLast((one) => one.kind === 'quote' && one.quote.symbol === event.quote.symbol);
        expect(next).toMatchObject({ kind: 'bar', bar: { symbol: event.quote.symbol } });
        expect(event).toBe(newest);
      }
    }),
    { numRuns: 50 },
  );
});
