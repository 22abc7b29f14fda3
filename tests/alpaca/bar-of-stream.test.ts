/** A live bar is read by hand where it is as it should be: the same bar as the schema makes of it, and never one that the schema refuses. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { barOfStream, StreamBar } from '#server/adapters/alpaca/market-schema.ts';

const AT = Date.parse('2026-03-18T14:30:00Z');
const RAW = {
  symbol: 'AAPL',
  timestamp: new Date(AT),
  open: 187.1,
  high: 188,
  low: 187,
  close: 187.5,
  volume: 1_200,
  vwap: 187.4,
  tradeCount: 9,
};

/** Whatever may stand where a bar's fields are. */
const oddity = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    '',
    'AAPL',
    '2026-03-18T14:30:00Z',
    0,
    -1,
    1e-12,
    1e300,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    {},
    [],
  ),
  fc.double(),
  fc.constantFrom(AT + 1, AT + 60_000, 0, -60_000, 8e15, Number.NaN).map((ms) => new Date(ms)),
);

test('what a schema makes of a bar, by hand', () => {
  const { timestamp, vwap: _, tradeCount: __, ...rest } = RAW;
  expect(barOfStream(RAW)).toEqual({ ...rest, startsAt: timestamp.getTime(), endsAt: timestamp.getTime() + 60_000 });
  const changes = fc.dictionary(fc.constantFrom(...Object.keys(RAW)), oddity, { maxKeys: 3 });
  fc.assert(
    fc.property(changes, (changed) => {
      const raw = { ...RAW, ...changed };
      const byHand = barOfStream(raw);
      const { data } = StreamBar.safeParse(raw);
      // A time as text is the schema's alone.
      if (raw.timestamp instanceof Date) expect(byHand).toEqual(data);
      else expect(byHand).toBeUndefined();
    }),
    { numRuns: 3_000 },
  );
  for (const raw of [undefined, null, 7, 'bar', [], () => undefined]) expect(barOfStream(raw)).toBeUndefined();
});
