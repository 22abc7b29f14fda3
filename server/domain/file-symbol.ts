/** Of which symbol a file is, by its name: "AAPL_2019.csv.gz", "BTCUSD.csv", "BTC-USD_1d.csv". */

const QUOTE_CURRENCY = /^([A-Z0-9]{2,10})[-/]?(USDT|USDC|USD|BTC)$/;

/** "BTC/USD" for "BTCUSD" and "BTC-USD": a pair has a slash. */
export function asPair(name: string): string | undefined {
  const [, base, quote] = QUOTE_CURRENCY.exec(name) ?? [];
  return base === undefined ? undefined : `${base}/${quote}`;
}

/** What stands before the first "_" or "." of the file's own name, in capitals. */
export function symbolOfFile(fileName: string): string {
  const stem = (fileName.split(/[_.]/)[0] ?? '').toUpperCase();
  return asPair(stem) ?? stem;
}
