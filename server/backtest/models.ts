/** The models of fills, commissions and slippage as people write them: "percent:0.001", "perShare:0.005:1", "basisPoints:5". */
import { parseMoney, parsePrice } from '#server/domain/money.ts';
import type { Commission, FillModel, Slippage } from './request.ts';

const DECIMAL = /^\d{1,9}(?:\.\d{1,9})?$/;

/** Name and decimals behind it, or nothing when one of them is no decimal. */
function partsOf(text: string): readonly [string, readonly string[]] | undefined {
  const [name = '', ...values] = text.split(':');
  return values.every((value) => DECIMAL.test(value)) ? [name, values] : undefined;
}

export const FILL_SPELLINGS = 'nextOpen, close, quote or quote:HALF_SPREAD_IN_BASIS_POINTS';
/** Half a spread of a liquid stock, where none is said. */
const HALF_SPREAD_BASIS_POINTS = 1;

export function parseFillModel(text: string): FillModel | undefined {
  const parts = partsOf(text);
  if (parts === undefined) return undefined;
  const [name, [value, ...more]] = parts;
  if (more.length > 0) return undefined;
  if (name === 'quote') return { kind: 'quote', halfSpreadBasisPoints: value === undefined ? HALF_SPREAD_BASIS_POINTS : Number(value) };
  if (value !== undefined) return undefined;
  return name === 'nextOpen' || name === 'close' ? { kind: name } : undefined;
}

export const COMMISSION_SPELLINGS =
  'none, percent:RATE[:LEAST] (0.001 is a tenth of a percent), perShare:RATE[:LEAST], fixed:DOLLARS[:RATE], or alpaca; LEAST in dollars a fill';

export function parseCommission(text: string): Commission | undefined {
  const parts = partsOf(text);
  if (parts === undefined) return undefined;
  const [name, [value, second, ...more]] = parts;
  if (more.length > 0) return undefined;
  if (name === 'perShare' && value !== undefined) return { kind: 'perShare', rate: parseMoney(value), least: parseMoney(second ?? '0') };
  if (name === 'percent' && value !== undefined && Number(value) < 1) {
    const rate = Number(value);
    return second === undefined ? { kind: 'percent', rate } : { kind: 'percent', rate, least: parseMoney(second) };
  }
  if (name === 'fixed' && value !== undefined && Number(second ?? 0) < 1) {
    return { kind: 'fixed', amount: parseMoney(value), rate: Number(second ?? 0) };
  }
  if (value !== undefined) return undefined;
  return name === 'none' || name === 'alpaca' ? { kind: name } : undefined;
}

export const SLIPPAGE_SPELLINGS =
  'none, percent:RATE (0.001 is a tenth of a percent), basisPoints:N, fixed:DOLLARS, volumeShare:IMPACT or entrySpread:RATE';

export function parseSlippage(text: string): Slippage | undefined {
  if (text === 'none') return { kind: 'none' };
  const parts = partsOf(text);
  if (parts === undefined) return undefined;
  const [name, [value, ...more]] = parts;
  if (value === undefined || more.length > 0) return undefined;
  const number = Number(value);
  switch (name) {
    case 'basisPoints':
      return number < 10_000 ? { kind: 'basisPoints', basisPoints: number } : undefined;
    case 'percent':
      return number < 1 ? { kind: 'basisPoints', basisPoints: number * 10_000 } : undefined;
    case 'fixed':
      return { kind: 'fixed', amount: parsePrice(value) };
    case 'volumeShare':
      return number <= 1 ? { kind: 'volumeShare', impact: number } : undefined;
    case 'entrySpread':
      return number < 1 ? { kind: 'entrySpread', basisPoints: number * 10_000 } : undefined;
    default:
      return undefined;
  }
}
