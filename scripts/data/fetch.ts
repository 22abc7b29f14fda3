/** `tradar data fetch`: brings bars up to what is asked for, from Alpaca or an exchange of this machine. */
import { misuse } from '../cli/failure.ts';
import { type Call, EXIT, type Verb } from '../cli/verb.ts';
import { ADJUSTMENT_FLAG, CONFIG_FLAG, FROM_FLAG, SYMBOLS_FLAG, TIMEFRAME_FLAG, TO_FLAG } from './series-flags.ts';

export const dataFetch: Verb = {
  name: 'data fetch',
  summary: 'Fetches bars that are not stored yet, with splits and dividends. Ended in the middle, the same command goes on from there.',
  flags: {
    symbols: SYMBOLS_FLAG,
    from: FROM_FLAG,
    to: { ...TO_FLAG, help: 'bars that begin before this (default: now)' },
    timeframe: { ...TIMEFRAME_FLAG, help: `${TIMEFRAME_FLAG.help} (default 1Min)` },
    adjustment: { ...ADJUSTMENT_FLAG, help: `${ADJUSTMENT_FLAG.help} (default raw)` },
    feed: { type: 'text', value: 'iex|sip', help: 'of stocks; sip needs a subscription for the last 15 minutes (default: as configured)' },
    replace: { type: 'switch', help: 'fetch again what is stored, and replace it' },
    url: { type: 'text', value: 'URL', help: 'an exchange of this machine, as "tradar exchange" prints it, instead of Alpaca' },
    config: CONFIG_FLAG,
  },
  notes: [
    'Raw bars are enough: restated ones are made of them when they are read. docs/data.md says how.',
    'tradar data fetch --symbols AAPL,BTC/USD --from 2024-01-01 --timeframe 1Min',
  ],
  async run(call: Call) {
    if (call.text('symbols') === undefined) throw misuse('--symbols is missing', 'give it as --symbols AAPL,BTC/USD');
    if (call.text('from') === undefined) throw misuse('--from is missing', 'give it as --from 2024-01-31');
    const { fetchAll } = await import('./fetch-all.ts');
    return (await fetchAll(call)) ? EXIT.done : EXIT.failed;
  },
};
