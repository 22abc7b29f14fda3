/** A session's minute bars of an invented stock. */
import type { AssetSymbol } from '#server/domain/ids.ts';
import { equity } from '#server/domain/instrument.ts';
import { type Instant, MINUTE_MS, plus } from '#server/domain/time.ts';
import type { Series } from '#server/exchange/tape.ts';
import { walk } from './walk.ts';

const SESSION_MINUTES = 390;

export function sessionSeries(index: number, opensAt: Instant): Series {
  const symbol = `S${String.fromCharCode(65 + Math.floor(index / 26), 65 + (index % 26))}` as AssetSymbol;
  const bars = walk(symbol, SESSION_MINUTES, index + 1).map((bar, minute) => {
    const startsAt = plus(opensAt, minute * MINUTE_MS);
    return { ...bar, startsAt, endsAt: plus(startsAt, MINUTE_MS) };
  });
  return { instrument: equity(symbol), bars };
}
