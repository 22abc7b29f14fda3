/** Exercises every operation and every stream of an exchange over two days with all corporate actions, and keeps what it said. */
import { expect } from 'vitest';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { parseMoney, parsePrice } from '#server/domain/money.ts';
import { makeTape, type Tape } from '#server/exchange/tape.ts';
import { barsOf, flat, OPEN, series, type Wire } from '#tests/exchange/harness.ts';
import { listening, type RawLine } from '#tests/exchange/plagued.ts';
import { type Line, listen } from '#tests/exchange/stream-harness.ts';
import { type Wired, wired } from '#tests/exchange/wire-harness.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const symbol = (name: string): AssetSymbol => name as AssetSymbol;

type Ask = (operation: string, path: string, body?: object) => Promise<Wire>;

/** Asks, notes the answer under its operation, and hands it on. */
const asking =
  (w: Wired, answers: Map<string, Wire[]>): Ask =>
  async (operation, path, body) => {
    const [method = 'GET'] = operation.split(' ');
    const reply = await w.fetch(path, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const answer: Wire = reply.status === 204 ? undefined : await reply.json();
    expect([operation, path, reply.ok, reply.ok ? '' : answer]).toEqual([operation, path, true, '']);
    if (answer !== undefined) answers.set(operation, [...(answers.get(operation) ?? []), answer]);
    return answer;
  };

async function trade(ask: Ask): Promise<void> {
  const order = (more: object) => ask('POST /v2/orders', '/v2/orders', { symbol: 'AAPL', side: 'buy', time_in_force: 'day', ...more });
  const kept = await order({ qty: '10', type: 'market' });
  await order({ symbol: 'BTC/USD', notional: '5000', type: 'market', time_in_force: 'gtc' });
  await order({ symbol: 'TSLA', qty: '4', side: 'sell', type: 'market' });
  const resting = await order({ qty: '2', type: 'limit', limit_price: '90', time_in_force: 'gtc', client_order_id: 'mine' });
  await order({
    symbol: 'GE',
    qty: '3',
    type: 'market',
    order_class: 'bracket',
    take_profit: { limit_price: 120 },
    stop_loss: { stop_price: 80 },
  });
  await order({ qty: '10', side: 'sell', type: 'trailing_stop', trail_percent: '5', time_in_force: 'gtc' });
  await order({ symbol: 'GE', qty: '1', type: 'stop_limit', stop_price: '250', limit_price: '251', time_in_force: 'gtc' });
  await ask('GET /v2/orders', '/v2/orders?status=all&nested=true');
  await ask('GET /v2/orders', '/v2/orders?status=open');
  await ask('GET /v2/orders/{order_id}', `/v2/orders/${kept.id}`);
  const replaced = await ask('PATCH /v2/orders/{order_id}', `/v2/orders/${resting.id}`, { limit_price: '89' });
  await ask('GET /v2/orders/{order_id}', `/v2/orders/${resting.id}`);
  await ask('GET /v2/orders:by_client_order_id', '/v2/orders:by_client_order_id?client_order_id=mine');
  await ask('DELETE /v2/orders/{order_id}', `/v2/orders/${replaced.id}`);
  await ask('GET /v2/orders/{order_id}', `/v2/orders/${replaced.id}`);
  await ask('GET /v2/positions', '/v2/positions');
  for (const name of ['AAPL', 'BTCUSD', 'TSLA']) await ask('GET /v2/positions/{symbol_or_asset_id}', `/v2/positions/${name}`);
}

async function lookAround(ask: Ask): Promise<void> {
  await ask('GET /v2/account', '/v2/account');
  await ask('GET /v2/account/configurations', '/v2/account/configurations');
  await ask('PATCH /v2/account/configurations', '/v2/account/configurations', { no_shorting: false });
  for (const query of ['', '?timeframe=1D', '?period=1D&timeframe=15Min', '?cashflow_types=ALL']) {
    await ask('GET /v2/account/portfolio/history', `/v2/account/portfolio/history${query}`);
  }
  await ask('GET /v2/account/activities', '/v2/account/activities?direction=asc');
  await ask('GET /v2/account/activities/{activity_type}', '/v2/account/activities/FILL');
  await ask('GET /v2/assets', '/v2/assets');
  for (const name of ['AAPL', 'BTC%2FUSD', 'FB']) await ask('GET /v2/assets/{symbol_or_asset_id}', `/v2/assets/${name}`);
  await ask('GET /v2/calendar', '/v2/calendar?start=2019-02-01&end=2019-03-01');
  await ask('GET /v2/clock', '/v2/clock');
  await ask('GET /v3/calendar/{market}', '/v3/calendar/NYSE');
  await ask('GET /v3/clock', '/v3/clock?markets=NYSE,NASDAQ');
}

async function keepLists(ask: Ask): Promise<void> {
  const list = await ask('POST /v2/watchlists', '/v2/watchlists', { name: 'one', symbols: ['AAPL', 'BTC/USD'] });
  const byId = `/v2/watchlists/${list.id}`;
  await ask('GET /v2/watchlists', '/v2/watchlists');
  await ask('GET /v2/watchlists/{watchlist_id}', byId);
  await ask('PUT /v2/watchlists/{watchlist_id}', byId, { name: 'two' });
  await ask('POST /v2/watchlists/{watchlist_id}', byId, { symbol: 'TSLA' });
  await ask('DELETE /v2/watchlists/{watchlist_id}/{symbol}', `${byId}/TSLA`);
  const byName = '/v2/watchlists:by_name?name=two';
  await ask('GET /v2/watchlists:by_name', byName);
  await ask('PUT /v2/watchlists:by_name', byName, { symbols: ['GE'] });
  await ask('POST /v2/watchlists:by_name', byName, { symbol: 'AAPL' });
  await ask('DELETE /v2/watchlists:by_name', byName);
}

async function lookAtData(ask: Ask): Promise<void> {
  for (const what of ['bars', 'trades', 'quotes']) {
    const timeframe = what === 'bars' ? '&timeframe=1Day&adjustment=all' : '';
    const span = `start=2019-02-11&limit=2${timeframe}`;
    await ask(`GET /v2/stocks/${what}`, `/v2/stocks/${what}?symbols=AAPL,TSLA&currency=USD&${span}`);
    await ask(`GET /v2/stocks/${what}`, `/v2/stocks/${what}?symbols=NONE&${span}`);
    await ask(`GET /v2/stocks/{symbol}/${what}`, `/v2/stocks/AAPL/${what}?${span}`);
    await ask(`GET /v2/stocks/${what}/latest`, `/v2/stocks/${what}/latest?symbols=AAPL,TSLA`);
    await ask(`GET /v2/stocks/{symbol}/${what}/latest`, `/v2/stocks/AAPL/${what}/latest`);
    await ask(`GET /v1beta3/crypto/{loc}/${what}`, `/v1beta3/crypto/us/${what}?symbols=BTC/USD&${span}`);
    await ask(`GET /v1beta3/crypto/{loc}/latest/${what}`, `/v1beta3/crypto/us/latest/${what}?symbols=BTC/USD`);
  }
  await ask('GET /v1beta3/crypto/{loc}/latest/orderbooks', '/v1beta3/crypto/us/latest/orderbooks?symbols=BTC/USD');
  await ask('GET /v1beta3/crypto/{loc}/snapshots', '/v1beta3/crypto/us/snapshots?symbols=BTC/USD');
  await ask('GET /v2/stocks/auctions', '/v2/stocks/auctions?symbols=AAPL&start=2019-02-11');
  await ask('GET /v2/stocks/{symbol}/auctions', '/v2/stocks/AAPL/auctions?start=2019-02-11');
  await ask('GET /v2/stocks/snapshots', '/v2/stocks/snapshots?symbols=AAPL,TSLA');
  await ask('GET /v2/stocks/{symbol}/snapshot', '/v2/stocks/AAPL/snapshot');
  for (const tape of ['A', 'C']) await ask('GET /v2/stocks/meta/conditions/{ticktype}', `/v2/stocks/meta/conditions/trade?tape=${tape}`);
  await ask('GET /v2/stocks/meta/exchanges', '/v2/stocks/meta/exchanges');
  await ask('GET /v1beta1/news', '/v1beta1/news?include_content=true');
  await ask('GET /v1beta1/screener/stocks/most-actives', '/v1beta1/screener/stocks/most-actives');
  await ask('GET /v1beta1/screener/{market_type}/movers', '/v1beta1/screener/stocks/movers');
  await ask('GET /v1/corporate-actions', '/v1/corporate-actions?start=2019-02-01&end=2019-02-28');
}

async function sellEverything(w: Wired, ask: Ask): Promise<void> {
  await ask('DELETE /v2/positions/{symbol_or_asset_id}', '/v2/positions/TSLA?percentage=50');
  // What can not be closed has an error in the place of its order, which no document says.
  const refused = (await (await w.fetch('/v2/positions', { method: 'DELETE' })).json()) as Wire[];
  expect(refused.filter(({ status }) => status === 403).map(({ body }) => Object.keys(body).slice(0, 2))).toContainEqual([
    'code',
    'message',
  ]);
  await ask('DELETE /v2/orders', '/v2/orders');
  await ask('DELETE /v2/positions', '/v2/positions?cancel_orders=true');
}

function market(): Tape {
  const two = (name: string, first: number, second: number) => ({
    ...series(name, []),
    bars: [...barsOf(name, flat(first, 390)), ...barsOf(name, flat(second, 390), OPEN + DAY)],
  });
  const on = (name: string) => ({ symbol: symbol(name), exDate: '2019-02-12' });
  return makeTape({
    series: [
      two('AAPL', 100, 51),
      two('TSLA', 50, 51),
      two('GE', 100, 81),
      two('META', 200, 210),
      series('BTC/USD', flat(5_000, 3_000), OPEN - 5 * MINUTE),
    ],
    corporateActions: [
      { kind: 'split', ...on('AAPL'), newRate: 2, oldRate: 1 },
      { kind: 'split', ...on('TSLA'), newRate: 1, oldRate: 5 },
      { kind: 'cashDividend', ...on('AAPL'), payableAfterDays: 0, rate: parseMoney('0.125') },
      { kind: 'spinOff', ...on('GE'), newSymbol: symbol('GEHC'), newRate: 1, sourceRate: 4, newPrice: parsePrice('80') },
      { kind: 'nameChange', ...on('FB'), newSymbol: symbol('META') },
    ],
  });
}

export interface Exercised {
  readonly w: Wired;
  /** By operation, all that were seen. */
  readonly answers: ReadonlyMap<string, readonly Wire[]>;
  readonly updates: RawLine;
  readonly stocks: Line;
  readonly crypto: Line;
  readonly news: Line;
}

export async function exercised(): Promise<Exercised> {
  const w = await wired(market(), { tapeErrorChance: 1, regulatoryFees: 'live', multiplier: 2 });
  const all = (channels: string) => Object.fromEntries(channels.split(' ').map((channel) => [channel, ['*']]));
  const updates = await listening(w);
  const stocks = await listen(`${w.server.wsUrl}/v2/sip`, all('trades quotes bars updatedBars dailyBars statuses lulds imbalances'));
  const crypto = await listen(`${w.server.wsUrl}/v1beta3/crypto/us`, all('trades quotes bars orderbooks'));
  const news = await listen(`${w.server.wsUrl}/v1beta1/news`, all('news'));
  const answers = new Map<string, Wire[]>();
  const ask = asking(w, answers);
  w.advance(35 * MINUTE);
  await trade(ask);
  for (const halted of [true, false]) w.server.driver.ask({ kind: 'setHalt', symbol: 'AAPL', halted }, () => undefined);
  w.advance(355 * MINUTE);
  w.server.driver.ask({ kind: 'setCash', cash: '123456' }, () => undefined);
  w.advance(DAY - 340 * MINUTE);
  await lookAround(ask);
  await keepLists(ask);
  await lookAtData(ask);
  await sellEverything(w, ask);
  await crypto.heard.next((item) => item.T === 'b' && item.t.startsWith('2019-02-12T14:40'));
  await stocks.heard.next((item) => item.T === 'b' && item.t.startsWith('2019-02-12T14:40'));
  await news.next('n');
  return { w, answers, updates, stocks, crypto, news };
}
