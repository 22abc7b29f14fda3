/** `tradar data remove`: takes series out of the store. */
import { misuse } from '../cli/failure.ts';
import { EXIT, type Verb } from '../cli/verb.ts';
import { ADJUSTMENT_FLAG, CONFIG_FLAG, SYMBOLS_FLAG, TIMEFRAME_FLAG } from './series-flags.ts';

export const dataRemove: Verb = {
  name: 'data remove',
  summary: 'Removes stored series, damaged ones too. With the last bars of a symbol go its splits and dividends.',
  flags: {
    symbols: SYMBOLS_FLAG,
    timeframe: TIMEFRAME_FLAG,
    adjustment: ADJUSTMENT_FLAG,
    all: { type: 'switch', help: 'every timeframe and adjustment that --timeframe and --adjustment do not rule out' },
    config: CONFIG_FLAG,
  },
  notes: ['tradar data remove --symbols AAPL --timeframe 1Min --adjustment raw', 'tradar data remove --symbols AAPL --all'],
  async run(call) {
    if (call.text('symbols') === undefined) throw misuse('--symbols is missing', 'give it as --symbols AAPL,BTC/USD');
    const isExact = call.text('timeframe') !== undefined && call.text('adjustment') !== undefined;
    if (!isExact && !call.has('all')) throw misuse('which series?', 'give --timeframe and --adjustment, or --all');
    const { readHome } = await import('../cli/configured.ts');
    const { chosenSeries, symbolsOf } = await import('./series-flags.ts');
    const { removeActions, removeSeries } = await import('#server/adapters/bars/remove.ts');
    const { seriesName } = await import('#server/history/series.ts');
    const home = readHome(call);
    const chosen = chosenSeries(call, home);
    for (const key of chosen) {
      removeSeries(home, key);
      if (!call.json) call.print(`${seriesName(key)}: removed`);
    }
    const actions = (symbolsOf(call) ?? []).filter((symbol) => removeActions(home, symbol));
    const removed = chosen.map(({ symbol, timeframe, adjustment }) => ({ symbol, timeframe: timeframe.name, adjustment }));
    if (call.json) call.print(JSON.stringify({ removed, actions }));
    else for (const symbol of actions) call.print(`${symbol}: splits and dividends removed`);
    if (chosen.length === 0) call.remark('there is no such series; see "tradar data list"');
    return chosen.length === 0 ? EXIT.failed : EXIT.done;
  },
};
