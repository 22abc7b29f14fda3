/** Which bars a call of `tradar backtest` means. */
import type { AssetSymbol } from '#server/domain/ids.ts';
import { type Loaded, loadFiles, type NamedFile, namedFile, type Opened, type OpenSettings, openFiles, symbolOf } from './backtest-bars.ts';
import { rangeOf, timeframeOf } from './backtest-flags.ts';
import { misuse } from './failure.ts';
import type { Call } from './verb.ts';

export async function openWanted(call: Call, scripted: readonly AssetSymbol[]): Promise<Opened> {
  return await openFiles(wantedFiles(call, scripted), settingsOf(call));
}

export async function loadWanted(call: Call): Promise<Loaded> {
  return await loadFiles(wantedFiles(call, []), settingsOf(call));
}

const settingsOf = (call: Call): OpenSettings => ({ ...rangeOf(call), timeframe: timeframeOf(call), showsProgress: !call.json });

function wantedFiles(call: Call, scripted: readonly AssetSymbol[]): readonly NamedFile[] {
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
  return files;
}
