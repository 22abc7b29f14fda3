/** Alpaca's own ids of a few assets, and where ETFs are listed: other people's programs and tests have them written down. */
interface KnownAsset {
  readonly id?: string;
  readonly exchange?: string;
}

const KNOWN: ReadonlyMap<string, KnownAsset> = new Map([
  ['AAPL', { id: 'b0b6dd9d-8b9b-48a9-ba46-b9d54906e415' }],
  ['SPY', { id: 'b28f4066-5c6d-479b-a2af-85dc1a8f16fb', exchange: 'ARCA' }],
  ['IWM', { exchange: 'ARCA' }],
  ['TSLA', { id: '8ccae427-5dd0-45b3-b5fe-7ba5e422c766' }],
  ['BTC/USD', { id: '276e2673-764b-4ab6-a611-caf665ca6340' }],
]);

export const knownAsset = (symbol: string): KnownAsset => KNOWN.get(symbol) ?? {};
