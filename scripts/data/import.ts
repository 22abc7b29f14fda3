/** `tradar data import`: CSV files of bars, or of splits and dividends, into the store. */
import { misuse } from '../cli/failure.ts';
import { EXIT, type Verb } from '../cli/verb.ts';
import { ADJUSTMENT_FLAG, CONFIG_FLAG, TIMEFRAME_FLAG } from './series-flags.ts';

export const dataImport: Verb = {
  name: 'data import',
  summary: 'Imports CSV files, gzipped or not: bars of any timeframe, or splits and dividends. A file with a fault is refused whole.',
  operand: 'FILE',
  operandRepeats: true,
  flags: {
    symbol: { type: 'text', value: 'SYMBOL', help: 'of which symbol one file is; otherwise what its name begins with' },
    timeframe: { ...TIMEFRAME_FLAG, help: 'how long the bars are (default: as far as they are apart)' },
    adjustment: { ...ADJUSTMENT_FLAG, help: 'what was done to the prices before (default raw: nothing)' },
    source: { type: 'text', value: 'NAME', help: 'where they come from; a series has one source (default csv)' },
    replace: { type: 'switch', help: 'where the store has other values, believe the file' },
    config: CONFIG_FLAG,
  },
  notes: [
    'bars: timestamp,open,high,low,close,volume[,vwap,trade_count], stamps in UTC or with the offset of one zone',
    'splits and dividends: symbol,ex_date,new_rate,old_rate,cash[,close_before], or symbol,through_date,price_factor,split_factor',
    'tradar data import AAPL_2024.csv.gz BTCUSD_2024.csv.gz',
  ],
  async run(call) {
    if (call.operands.length === 0) throw misuse('which file?', 'give it as tradar data import FILE');
    if (call.operands.length > 1 && call.text('symbol') !== undefined)
      throw misuse('--symbol is of one file', 'import the files one by one');
    const { importAll } = await import('./import-all.ts');
    return (await importAll(call)) ? EXIT.done : EXIT.failed;
  },
};
