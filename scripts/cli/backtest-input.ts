/** Which bars a call of `tradar backtest` means. */
import type { AssetSymbol } from '#server/domain/ids.ts';
import { type Loaded, loadFiles, namedFile, symbolOf } from './backtest-bars.ts';
import { rangeOf, timeframeOf } from './backtest-flags.ts';
import { misuse } from './failure.ts';
import type { Call } from './verb.ts';

export async function loadWanted(call: Call, scripted: readonly AssetSymbol[]): Promise<Loaded> {
  const named = call.all('bars').map(namedFile);
  if (named.length === 0) throw misuse('--bars is missing', 'give it as --bars FILE, once for each symbol');
  const [only] = named;
  const [meant] = scripted;
  // One file whose name says nothing to the script, and a script of one symbol: they mean each other.
  const isNameless = named.length === 1 && scripted.length === 1 && only !== undefined && only.symbol === undefined;
  const files = isNameless ? [{ path: only.path, symbol: meant }] : named;
  const symbols = files.map(symbolOf);
  const twice = symbols.find((symbol, nth) => symbols.indexOf(symbol) !== nth);
  if (twice !== undefined) throw misuse(`${twice} has two files`, 'say which is which: --bars SYMBOL=FILE');
  return await loadFiles(files, { ...rangeOf(call), timeframe: timeframeOf(call), showsProgress: !call.json });
}
