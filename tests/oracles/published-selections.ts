/** Which published payloads each of our answers is held against, and which of their keys are of other products or times. */
import type { Published, Selection } from './derive-facts.ts';

// biome-ignore lint/suspicious/noExplicitAny: payloads of others
type Wire = any;

const isOfficial = ({ provenance }: Published): boolean => /official/.test(provenance);
const isFromTheAuthors = ({ provenance }: Published): boolean => /official|sdk-test/.test(provenance);

/** Broker API, local currencies, options, and what was removed in July 2026. */
const ORDER_EXCEPT =
  /\.(commission\w*|swap\w*|usd.*|qty_display|leverage|settle_date|expiration|ratio_qty|legs.*|time_zone|order_id|account_id)$/;

const trading = (file: string, except?: RegExp, fits: (payload: Wire) => boolean = () => true): Selection => ({
  file,
  fits: (payload, one) => isOfficial(one) && fits(payload),
  ...(except ? { except } : {}),
});

const TRADING: Readonly<Record<string, Selection>> = {
  account: trading(
    'account',
    /^\.admin_configurations\.|\.(cash_(withdrawable|transferable)|previous_close|last_(long|short|cash|initial|regt|daytrading|buying|daytrade)\w*|clearing_broker|memoposts|daytrad\w*|pattern_day_trader|usd.*|swap\w*|balance_asof|\w*_day_trad\w*|tax_\w*|cash_interest.*|crypto_tier|account_type|trading_type|trusted_contact.*|\w+_at)$/,
  ),
  order: trading('order', ORDER_EXCEPT, (one) => one.asset_class === 'us_equity' && one.order_class !== 'mleg' && one.id !== undefined),
  position: trading('position', /\.(usd.*|swap_rate|avg_entry_swap_rate|prev_swap_rate)$/),
  asset: trading(
    'asset',
    /\.(last_close_pct_change|last_price|last_close|cusip|maintenance_margin_requirement)$/,
    (one) => one.class === 'us_equity',
  ),
  cryptoAsset: trading('asset', /\.(maintenance_margin_requirement)$/, (one) => one.class === 'crypto'),
  clock: trading('clock'),
  configurations: trading('account_configuration', /\.(dtbp_check|pdt_check|closing_transactions_only)$/),
  fill: trading('activity', /\.(account_id|execution_id|swap_rate|settle_date)$/, (one) => one.activity_type === 'FILL' && one.order_id),
  cryptoFee: trading('activity', /\.account_id$/, (one) => one.activity_type === 'CFEE'),
  dividend: trading('activity', /\.(account_id|cusip)$/, (one) => one.activity_type === 'DIV'),
  cashMovement: trading('activity', /\.account_id$/, (one) => one.activity_type === 'CSD'),
  calendarDay: trading('calendar_day', /\.(exchange|name|status)$/),
  // Of a portfolio history only the authors of SDKs have published any.
  portfolioHistory: { file: 'portfolio_history', fits: () => true },
  watchlist: trading('watchlist', /\.assets\[\]\./),
};

const UPDATE_EXCEPT = /^\.(legs|position_qtys|account_id|event_ulid|execution_id)|order\.(commission\w*|legs.*|ratio_qty)$/;

const FILL_UPDATE: Selection = {
  file: 'stream_trade_updates',
  fits: (payload, one) => isOfficial(one) && payload.data?.event === 'fill',
  part: (payload) => payload.data,
  except: UPDATE_EXCEPT,
};

/** Of the Broker API's events, which have an account besides. */
const NEW_UPDATE: Selection = {
  file: 'trade_update_event',
  fits: (payload, one) => isOfficial(one) && payload.event === 'new' && 'timestamp' in payload,
  except: UPDATE_EXCEPT,
};

/** Options, perpetuals, currencies and what was removed years ago; fields of other venues. */
const isElsewhere = (payload: Wire): boolean => /\b\w+\d{6}[CP]\d{8}\b|xbbos|rates|USDT\.P|"ev":|FTXU|ERSX/.test(JSON.stringify(payload));
/** With corrected trades only, in some actions and articles only, or in one quote of 2022 only. */
const DATA_EXCEPT = /(trades\.\*\[\]|rade)\.u$|\.(due_bill_\w+|images\[\]\.\w+|images|special|foreign)$/;

const hasLists = (map: Wire): boolean =>
  typeof map === 'object' &&
  map !== null &&
  !Array.isArray(map) &&
  Object.values(map).length > 0 &&
  Object.values(map).every(Array.isArray);

const data = (file: string, fits: (payload: Wire) => boolean, part?: (payload: Wire) => Wire): Selection => ({
  file,
  fits: (payload, one) => isFromTheAuthors(one) && !isElsewhere(payload) && fits(payload),
  except: DATA_EXCEPT,
  ...(part ? { part } : {}),
});

const action = (group: string): Selection =>
  data(
    'corporate_action',
    (one) => one.corporate_actions?.[group],
    (one) => one.corporate_actions[group],
  );

const DATA: Readonly<Record<string, Selection>> = {
  stockBars: data('bars_response', (one) => !Array.isArray(one.bars) && hasLists(one.bars)),
  stockQuotes: data('quotes_response', (one) => hasLists(one.quotes) && 'AAPL' in one.quotes),
  stockTrades: data('trades_response', (one) => hasLists(one.trades) && 'AAPL' in one.trades),
  cryptoQuotes: data('quotes_response', (one) => hasLists(one.quotes) && 'BTC/USD' in one.quotes),
  cryptoTrades: data('trades_response', (one) => hasLists(one.trades) && 'BTC/USD' in one.trades),
  latestTrade: data('latest_response', (one) => one.symbol === 'AAPL' && 'trade' in one),
  latestQuote: data('latest_response', (one) => one.symbol === 'AAPL' && 'quote' in one),
  latestBar: data('latest_response', (one) => one.symbol === 'AAPL' && 'bar' in one),
  stockSnapshots: data('map_of_snapshot', (one) => one.AAPL?.latestTrade !== undefined),
  cryptoSnapshots: data('snapshot', (one) => 'snapshots' in one && 'BTC/USD' in one.snapshots),
  orderbooks: data('orderbook', () => true),
  auctions: data('auctions', (one) => hasLists(one.auctions)),
  news: data('news', (one) => Array.isArray(one.news)),
  mostActives: data('screener', (one) => 'most_actives' in one),
  movers: data(
    'screener',
    (one) => 'gainers' in one,
    ({ losers: _losers, ...one }) => one,
  ),
  forwardSplits: action('forward_splits'),
  reverseSplits: action('reverse_splits'),
  cashDividends: action('cash_dividends'),
};

const isPair = (payload: Wire): boolean => /\//.test(payload.S);
const isStock = (payload: Wire): boolean => !isPair(payload) && payload.x !== 'FTXU' && !/^(BTC|ETH)USD$/.test(payload.S);
const MESSAGE_EXCEPT: Readonly<Record<string, RegExp>> = { t: /^\.u$/, q: /^\.s$/ };
const messages = (kinds: string, of: string, fits: (payload: Wire) => boolean): Record<string, Selection> =>
  Object.fromEntries(
    [...kinds].map((kind) => [`${of} ${kind}`, { ...data(`stream_data_${kind}`, fits), except: MESSAGE_EXCEPT[kind] ?? DATA_EXCEPT }]),
  );

export const SELECTIONS: Readonly<Record<string, Selection>> = {
  ...TRADING,
  fillUpdate: FILL_UPDATE,
  newUpdate: NEW_UPDATE,
  ...DATA,
  ...messages('tqbdslicx', 'stock', isStock),
  ...messages('tqbo', 'crypto', isPair),
  'news n': data('stream_data_n', () => true),
};

/** Captures that no answer of ours is held against, and why. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  activity_list: 'lists of what `activity` has',
  asset_list: 'lists of what `asset` has',
  bar: 'parts of what `bars_response` has',
  bar_list: 'lists of what `bars_response` has',
  calendar_day_list: 'lists of what `calendar_day` has',
  corporate_action_list: 'of the announcements, which are another product',
  order_list: 'lists of what `order` has',
  position_list: 'lists of what `position` has',
  quote: 'parts of what `quotes_response` has',
  trade: 'parts of what `trades_response` has',
  map_of_map_of_quote: 'parts of what `latest_response` has, and of options',
  stream_data_SPY: 'of options',
  'stream_data_Extended Hours Trade': 'of the conditions, a table',
  'stream_data_NASDAQ Int': 'of the exchanges, a table',
  stream_data_b_list: 'lists of what `stream_data_b` has',
  stream_data_n_list: 'lists of what `stream_data_n` has',
  stream_data_q_list: 'lists of what `stream_data_q` has',
  stream_data_t_list: 'lists of what `stream_data_t` has',
  stream_data_error_list: 'lists of what `stream_data_error` has',
  stream_data_success_list: 'lists of what `stream_data_success` has',
};

/** Captures of what clients say, and of short words: held against ours one by one. */
export const ONE_BY_ONE: readonly string[] = [
  'order_request',
  'stream_client_message',
  'stream_control',
  'stream_data_error',
  'stream_data_success',
  'stream_data_subscription_list',
  'error',
];
