/**
 * Errors of the consolidated tape: by `tapeErrorChance` a minute of a stock has a trade that came late, was corrected, or
 * was canceled (a third each). The bar is told again as it would be with that trade put right; history keeps the first one.
 * The dice are the seed and the number of the trade, so that nothing else's chance is disturbed.
 */
import type { Bar } from '../domain/bar.ts';
import type { AssetSymbol } from '../domain/ids.ts';
import type { Instant } from '../domain/time.ts';
import { type RolledBar, rolled } from './bar-history.ts';
import { derivedQuote, type Quote, WALK_AT } from './quote.ts';
import { roll, seededChance } from './random.ts';
import { assetOf, type World } from './world.ts';

export type TapeCorrection =
  | { readonly kind: 'correction'; readonly symbol: AssetSymbol; readonly at: Instant; readonly wrong: Quote; readonly rightSize: number }
  | { readonly kind: 'cancelError'; readonly symbol: AssetSymbol; readonly at: Instant; readonly wrong: Quote };

interface TapeError {
  /** Nothing for a trade that is only late. */
  readonly event?: TapeCorrection;
  readonly bar: RolledBar;
}

export function errorIn(world: World, bar: Bar): TapeError | undefined {
  const { tapeErrorChance, seed, halfSpreadBps } = world.settings;
  if (tapeErrorChance === 0) return undefined;
  const { instrument } = assetOf(world, bar.symbol);
  const wrong = derivedQuote({ instrument, halfSpreadBps }, bar, WALK_AT.length - 1);
  const chance = seededChance((seed ^ Math.imul(wrong.tradeId, 0x9e3779b1) ^ symbolHash(bar.symbol)) | 0);
  if (roll(chance) >= tapeErrorChance) return undefined;
  const which = roll(chance);
  const whole = rolled(bar);
  const { symbol } = bar;
  const at = world.now;
  if (which < 1 / 3) return { bar: changed(whole, wrong.size, bar.close, 1) };
  if (which < 2 / 3) {
    const rightSize = wrong.size + 100;
    return { event: { kind: 'correction', symbol, at, wrong, rightSize }, bar: changed(whole, rightSize - wrong.size, bar.close, 0) };
  }
  return { event: { kind: 'cancelError', symbol, at, wrong }, bar: changed(whole, -wrong.size, bar.close, -1) };
}

const changed = (bar: RolledBar, volume: number, price: number, trades: number): RolledBar => ({
  ...bar,
  volume: Math.max(1, bar.volume + volume),
  traded: bar.traded + volume * price,
  trades: Math.max(1, bar.trades + trades),
});

function symbolHash(symbol: string): number {
  let hash = 7;
  for (let i = 0; i < symbol.length; i++) hash = (Math.imul(hash, 31) + symbol.charCodeAt(i)) | 0;
  return hash;
}
