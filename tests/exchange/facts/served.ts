/** What of Alpaca's OpenAPI documents is served, and what of it is not. */

const STOCK_SERIES = ['bars', 'trades', 'quotes'].flatMap((what) => [
  `GET /v2/stocks/${what}`,
  `GET /v2/stocks/{symbol}/${what}`,
  `GET /v2/stocks/${what}/latest`,
  `GET /v2/stocks/{symbol}/${what}/latest`,
]);
const CRYPTO_SERIES = ['bars', 'trades', 'quotes'].flatMap((what) => [
  `GET /v1beta3/crypto/{loc}/${what}`,
  `GET /v1beta3/crypto/{loc}/latest/${what}`,
]);

/** Each of these answers as the documents say. */
export const SERVED: readonly string[] = [
  'GET /v2/account',
  'GET /v2/account/configurations',
  'PATCH /v2/account/configurations',
  'GET /v2/account/portfolio/history',
  'GET /v2/account/activities',
  'GET /v2/account/activities/{activity_type}',
  'GET /v2/assets',
  'GET /v2/assets/{symbol_or_asset_id}',
  'GET /v2/calendar',
  'GET /v2/clock',
  'GET /v3/calendar/{market}',
  'GET /v3/clock',
  'GET /v2/orders',
  'POST /v2/orders',
  'DELETE /v2/orders',
  'GET /v2/orders/{order_id}',
  'PATCH /v2/orders/{order_id}',
  'GET /v2/orders:by_client_order_id',
  'GET /v2/positions',
  'DELETE /v2/positions',
  'GET /v2/positions/{symbol_or_asset_id}',
  'DELETE /v2/positions/{symbol_or_asset_id}',
  'GET /v2/watchlists',
  'POST /v2/watchlists',
  'GET /v2/watchlists/{watchlist_id}',
  'PUT /v2/watchlists/{watchlist_id}',
  'POST /v2/watchlists/{watchlist_id}',
  'DELETE /v2/watchlists/{watchlist_id}/{symbol}',
  'GET /v2/watchlists:by_name',
  'PUT /v2/watchlists:by_name',
  'POST /v2/watchlists:by_name',
  ...STOCK_SERIES,
  'GET /v2/stocks/auctions',
  'GET /v2/stocks/{symbol}/auctions',
  'GET /v2/stocks/snapshots',
  'GET /v2/stocks/{symbol}/snapshot',
  'GET /v2/stocks/meta/conditions/{ticktype}',
  'GET /v2/stocks/meta/exchanges',
  ...CRYPTO_SERIES,
  'GET /v1beta3/crypto/{loc}/latest/orderbooks',
  'GET /v1beta3/crypto/{loc}/snapshots',
  'GET /v1beta1/news',
  'GET /v1beta1/screener/stocks/most-actives',
  'GET /v1beta1/screener/{market_type}/movers',
  'GET /v1/corporate-actions',
];

/** Served, but with no body, or with one that no schema describes. */
export const SERVED_WITHOUT_FACTS: readonly string[] = [
  'DELETE /v2/orders/{order_id}',
  'DELETE /v2/watchlists/{watchlist_id}',
  'DELETE /v2/watchlists:by_name',
];

/** Of other products. */
export const NOT_SERVED =
  /\/(options|wallets|tokenization|perpetuals|fixed_income|locates|corporate_actions|crypto-perps|forex|indices|logos)(\/|$)|exercise|^GET \/v2beta1\/events\//;
