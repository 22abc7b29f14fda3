/** Instruments that are known, and traded. */
import { expect, test } from 'vitest';
import { tradable } from '#server/risk/controls/tradable.ts';
import { holds, instrument, reads, refusesAndPasses, sale } from './both.ts';

refusesAndPasses(tradable, { change: (_, market) => Object.assign(market, { instrument: undefined }) }, 'the instrument is not known', {});
refusesAndPasses(tradable, { change: instrument({ tradable: false }) }, 'the broker does not trade it', {});
refusesAndPasses(tradable, { intent: sale, change: instrument({ shortable: false }) }, 'it can not be sold short', { intent: sale });
refusesAndPasses(
  tradable,
  { intent: sale, change: (books, market) => [holds('9.999')(books, market), instrument({ shortable: false })(books, market)] },
  'it can not be sold short',
  { intent: sale, change: (books, market) => [holds('10')(books, market), instrument({ shortable: false })(books, market)] },
);

test('it reads which symbol is not traded', () => {
  expect(reads(tradable, { change: instrument({ tradable: false }) })).toMatchObject({ state: 'refusing', of: 'AAPL' });
  expect(reads(tradable, {}).state).toBe('ok');
});
