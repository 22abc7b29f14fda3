/**
 * About where well-known symbols traded when 2025 began. A random market begins near it, so that a bot or a test whose prices
 * were written for the real one (a limit far from the market, a notional for some shares) does what it did there.
 */
const LEVELS: ReadonlyMap<string, number> = new Map([
  ['AAPL', 240],
  ['AMZN', 225],
  ['GOOG', 195],
  ['GOOGL', 193],
  ['IWM', 225],
  ['META', 600],
  ['MSFT', 420],
  ['NVDA', 140],
  ['QQQ', 520],
  ['SPY', 590],
  ['TSLA', 390],
  ['AVAX/USD', 38],
  ['BTC/USD', 97_000],
  ['DOGE/USD', 0.35],
  ['DOT/USD', 7],
  ['ETH/USD', 3_400],
  ['LINK/USD', 21],
  ['LTC/USD', 105],
  ['SOL/USD', 200],
  ['UNI/USD', 13],
]);

/** Where a symbol begins, by a chance from 0 to 1: near its level, or anywhere from `lowest` to a hundred times that. */
export function startingPrice(symbol: string, lowest: number, chance: number): number {
  const level = LEVELS.get(symbol);
  return level === undefined ? lowest * 100 ** chance : level * (0.9 + 0.2 * chance);
}
