/** Splits and dividends in a manifest: read, or refused with what to write instead. */
import { describe, expect, it } from 'vitest';
import { readCorporateActions } from '#server/exchange/wire/corporate-action-file.ts';

const split = { kind: 'split', symbol: 'AAPL', exDate: '2020-08-31', newRate: 4, oldRate: 1 };
const dividend = { kind: 'cashDividend', symbol: 'T', exDate: '2019-07-09', payableAfterDays: 23, rate: '0.51' };

describe('corporate actions of a manifest', () => {
  it('are read', () => {
    expect(readCorporateActions('m', undefined)).toEqual([]);
    expect(readCorporateActions('m', [split, dividend])).toEqual([split, { ...dividend, rate: 510_000_000n }]);
  });

  it.each([
    ['no list', {}],
    ['another kind', [{ ...split, kind: 'merger' }]],
    ['a wrong date', [{ ...split, exDate: '2020-02-30' }]],
    ['a rate of zero', [{ ...split, oldRate: 0 }]],
    ['dollars as a number', [{ ...dividend, rate: 0.51 }]],
    ['a payable date before the ex-date', [{ ...dividend, payableAfterDays: -1 }]],
  ])('are refused: %s', (_name, entries) => expect(() => readCorporateActions('m', entries)).toThrow(/^m: .*write \{ "kind": "split"/));
});
