/** Which bars a call of `tradar backtest` means. */
import type { AssetSymbol } from '#server/domain/ids.ts';
import { type Loaded, loadOpened, type NamedFile, namedFile, type Opened, openFiles, symbolOf } from './backtest-bars.ts';
import { rangeOf, timeframeOf } from './backtest-flags.ts';
import { misuse } from './failure.ts';
import type { Call } from './verb.ts';

export async function openWanted(call: Call, scripted: readonly AssetSymbol[]): Promise<Opened> {
  const [isStored, isFiles] = [call.has('symbols'), call.has('bars')];
  if (isStored && isFiles) throw misuse('--symbols and --bars exclude each other', 'give stored bars by --symbols A,B, or files by --bars');
  if (isStored) return (await import('./backtest-stored.ts')).openStored(call);
  if (call.has('adjustment')) throw misuse('--adjustment is of stored bars', 'leave it out, or import the file and give --symbols');
  return await openFiles(wantedFiles(call, scripted), { ...rangeOf(call), timeframe: timeframeOf(call), showsProgress: !call.json });
}

/** What is to be said of the bars is said to people at once. */
export async function loadWanted(call: Call): Promise<Loaded> {
  const loaded = await loadOpened(await openWanted(call, []));
  for (const remark of loaded.remarks) call.remark(remark);
  return loaded;
}

function wantedFiles(call: Call, scripted: readonly AssetSymbol[]): readonly NamedFile[] {
  const named = call.all('bars').map(namedFile);
  if (named.length === 0)
    throw misuse('--bars is missing', 'give it as --bars FILE, once for each symbol, or stored bars by --symbols A,B');
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
