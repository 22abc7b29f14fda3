/** The SDK's own types, as far as this folder names them. */
import type { Alpaca } from '@alpacahq/alpaca-trade-api';

type Trading = Alpaca['trading'];
type MarketData = Alpaca['marketData'];

export type TradeUpdateStream = ReturnType<Trading['stream']>;
export type StockStream = ReturnType<MarketData['stockStream']>;
export type CryptoStream = ReturnType<MarketData['cryptoStream']>;
export type SocketFactory = NonNullable<NonNullable<Parameters<Trading['stream']>[0]>['wsFactory']>;
export type SdkSocket = ReturnType<SocketFactory>;
