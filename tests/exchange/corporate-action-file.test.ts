/** Splits and dividends in a manifest: read, or refused with what to write instead. */
import { describe, expect, it } from 'vitest';
import { readCorporateActions } from '#server/exchange/wire/corporate-action-file.ts';

const split = { kind: 'split', symbol: 'AAPL', exDate: '2020-08-31', newRate: 4, oldRate: 1 };
const spinOff = {
  kind: 'spinOff',
  symbol: 'GE',
  exDate: '2023-01-04',
  newSymbol: 'GEHC',
  newRate: 1,
  sourceRate: 3,
  newPrice: '56.1',
};
const nameChange = { kind: 'nameChange', symbol: 'FB', exDate: '2022-06-09', newSymbol: 'META' };
const dividend = { kind: 'cashDividend', symbol: 'T', exDate: '2019-07-09', payableAfterDays: 23, rate: '0.51' };

describe('corporate actions of a manifest', () => {
  it('are read', () => {
    expect(readCorporateActions('m', undefined)).toEqual([]);
    expect(readCorporateActions('m', [split, dividend])).toEqual([split, { ...dividend, rate: 510_000_000n }]);
    expect(readCorporateActions('m', [spinOff, nameChange])).toEqual([{ ...spinOff, newPrice: 56_100_000_000n }, nameChange]);
  });

  it.each([
    ['no list', {}],
    ['another kind', [{ ...split, kind: 'merger' }]],
    ['a wrong date', [{ ...split, exDate: '2020-02-30' }]],
    ['a rate of zero', [{ ...split, oldRate: 0 }]],
    ['dollars as a number', [{ ...dividend, rate: 0.51 }]],
    ['a spin-off into nothing', [{ ...spinOff, newSymbol: '' }]],
    ['a change to no name', [{ ...nameChange, newSymbol: undefined }]],
    ['a payable date before the ex-date', [{ ...dividend, payableAfterDays: -1 }]],
  ])('are refused: %s', (_name, entries) => expect(() => readCorporateActions('m', entries)).toThrow(/^m: .*write \{ "kind": "split"/));
});
