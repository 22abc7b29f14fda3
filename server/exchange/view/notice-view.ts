/** Statuses, price bands, imbalances, corrections and cancels in the words of the stock stream. */
import { toNumber } from '../../domain/money.ts';
import type { MarketNotice, TradingStatus } from '../events.ts';
import type { WriteTime } from './market-view.ts';

type Of<Kind extends MarketNotice['kind']> = Extract<MarketNotice, { kind: Kind }>;
type Wire = Record<string, unknown>;

const HALT = { sc: 'H', sm: 'Trading Halt', rc: 'T12', rm: 'Trading Halted; For information requested by NASDAQ' };
const RESUMPTION = { sc: 'T', sm: 'Trading Resumption', rc: 'C11', rm: 'Trade Halt Concluded; Quotes/Trades To Resume' };

export const renderStatus = ({ symbol, at, halted }: TradingStatus, time: WriteTime): Wire => ({
  T: 's',
  S: symbol,
  ...(halted ? HALT : RESUMPTION),
  t: time(at),
  z: 'C',
});

export const renderBand = ({ symbol, at, up, down }: Of<'band'>, time: WriteTime): Wire => ({
  T: 'l',
  S: symbol,
  u: up,
  d: down,
  i: 'B',
  t: time(at),
  z: 'C',
});

export const renderImbalance = ({ symbol, at, price }: Of<'imbalance'>, time: WriteTime): Wire => ({
  T: 'i',
  S: symbol,
  p: price,
  z: 'C',
  t: time(at),
});

/** Only the size was wrong; the corrected trade has a number of its own. */
export const renderCorrection = ({ symbol, at, wrong, rightSize }: Of<'correction'>, time: WriteTime): Wire => {
  const price = toNumber(wrong.last);
  const c = ['@'];
  const was = { oi: wrong.tradeId, op: price, os: wrong.size, oc: c };
  return { T: 'c', S: symbol, x: 'V', ...was, ci: wrong.tradeId + 1_000_000_000, cp: price, cs: rightSize, cc: c, z: 'C', t: time(at) };
};

export const renderCancelError = ({ symbol, at, wrong }: Of<'cancelError'>, time: WriteTime): Wire => ({
  T: 'x',
  S: symbol,
  i: wrong.tradeId,
  x: 'V',
  p: toNumber(wrong.last),
  s: wrong.size,
  a: 'C',
  z: 'C',
  t: time(at),
});
