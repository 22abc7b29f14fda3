/** The account's reports over the wire: by the real SDK, and trade updates as server-sent events. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trading as trade } from '@alpacahq/alpaca-trade-api';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { flat, OPEN, series, type Wire } from './harness.ts';
import { type Wired, wired } from './wire-harness.ts';

const MINUTE = 60_000;
let w: Wired;

beforeEach(async () => {
  w = await wired([series('AAPL', flat(100, 390)), series('BTC/USD', flat(5_000, 3_000), OPEN - 5 * MINUTE)]);
  w.advance(6 * MINUTE);
});
afterEach(() => w.server.close());

// The SDK's own types of a request are wider than what a test needs to say.
const trading = (): Wire => w.alpaca.trading;
const buy = (more: object = {}): Promise<Wire> =>
  trading().orders.postOrder({ postOrderRequest: { symbol: 'AAPL', qty: '10', side: 'buy', type: 'market', timeInForce: 'day', ...more } });

describe('the SDK', () => {
  it('reads the portfolio history', async () => {
    await buy();
    w.advance(30 * MINUTE);
    const { portfolioHistory } = trading();
    const history = await portfolioHistory.getAccountPortfolioHistory({ period: '1D', timeframe: '5Min', pnlReset: 'no_reset' });
    expect(history).toMatchObject({ timeframe: '5Min', baseValue: 100_000 });
    expect(history.equity.length).toBe(history.timestamp.length);
    expect(history.equity.at(-1)).toBe(99_999.9);
    const daily = await portfolioHistory.getAccountPortfolioHistory({ start: new Date(OPEN), timeframe: '1D', cashflowTypes: 'ALL' });
    expect(daily.equity).toEqual([99_999.9]);
    await expect(portfolioHistory.getAccountPortfolioHistory({ timeframe: '7Min' })).rejects.toMatchObject({ status: 422 });
  });

  it('reads clocks and calendars of a market', async () => {
    const { clocks } = await trading().clock.clock({ markets: 'NYSE,NASDAQ' });
    expect(clocks.map((clock: Wire) => [clock.market.acronym, clock.phase])).toEqual([
      ['NYSE', 'core'],
      ['NASDAQ', 'core'],
    ]);
    const { market, calendar } = await trading().calendar.calendar({
      market: trade.Market.Nyse,
      start: new Date('2019-07-03'),
      end: new Date('2019-07-05'),
    });
    expect(market.mic).toBe('XNYS');
    expect(calendar.map((day: Wire) => day.coreEnd.toISOString())).toEqual(['2019-07-03T17:00:00.000Z', '2019-07-05T20:00:00.000Z']);
  });

  it('keeps watchlists by id and by name', async () => {
    const { watchlists } = trading();
    const made = await watchlists.postWatchlist({ createWatchlistRequest: { name: 'my list', symbols: ['AAPL'] } });
    expect(made).toMatchObject({ name: 'my list', assets: [{ symbol: 'AAPL' }] });
    await watchlists.addAssetToWatchlistByName({ name: 'my list', addAssetToWatchlistRequest: { symbol: 'BTC/USD' } });
    expect((await watchlists.getWatchlistById({ watchlistId: made.id })).assets.length).toBe(2);
    await watchlists.removeAssetFromWatchlist({ watchlistId: made.id, symbol: 'BTC/USD' });
    await watchlists.updateWatchlistByName({ name: 'my list', updateWatchlistRequest: { name: 'renamed' } });
    expect((await watchlists.getWatchlists()).map((list: Wire) => list.name)).toEqual(['renamed']);
    expect(await watchlists.getWatchlistByName({ name: 'renamed' })).toMatchObject({ id: made.id, assets: [{ symbol: 'AAPL' }] });
    await watchlists.deleteWatchlistByName({ name: 'renamed' });
    await expect(watchlists.getWatchlistById({ watchlistId: made.id })).rejects.toMatchObject({ status: 404 });
  });

  it('places OCO, OTO and auction orders', async () => {
    await buy();
    const exit = {
      side: 'sell',
      type: 'limit',
      timeInForce: 'gtc',
      orderClass: 'oco',
      takeProfit: { limitPrice: '105' },
      stopLoss: { stopPrice: '97' },
    };
    expect(await buy(exit)).toMatchObject({ orderClass: 'oco', legs: [{ status: 'held' }] });
    expect(await buy({ timeInForce: 'cls' })).toMatchObject({ status: 'accepted', timeInForce: 'cls' });
    expect(await buy({ orderClass: 'oto', stopLoss: { stopPrice: '90' } })).toMatchObject({ legs: [{ type: 'stop' }] });
  });

  it('reads fees among the activities', async () => {
    await buy({ symbol: 'BTC/USD', qty: '1', timeInForce: 'gtc' });
    w.advance(24 * 60 * MINUTE);
    const fees = await trading().accountActivities.getAccountActivitiesByActivityType({ activityType: 'CFEE' });
    expect(fees).toMatchObject([{ activityType: 'CFEE', symbol: 'BTCUSD', qty: '-0.0025', netAmount: '0' }]);
    const all = await trading().accountActivities.getAccountActivities({ category: 'non_trade_activity' });
    expect(all.length).toBe(1);
  });
});

describe('what is out of scope', () => {
  it.each([
    ['GET', '/v2/options/contracts'],
    ['GET', '/v2/wallets'],
    ['POST', '/v2/tokenization/mint'],
    ['GET', '/v2/perpetuals/leverage'],
    ['GET', '/v2/corporate_actions/announcements'],
    ['POST', '/v2/positions/AAPL/exercise'],
    ['GET', '/v1/locates'],
    ['GET', '/nothing'],
    ['DELETE', '/v2/account'],
  ])('%s %s answers with a 404 in JSON', async (method, path) => {
    const reply = await w.fetch(path, { method });
    expect(reply.status).toBe(404);
    expect(await reply.json()).toMatchObject({ code: 40410000 });
  });
});

/** Reads events until one fits, and the comments between them. */
async function readEvents(reply: Response, until: (seen: { events: Wire[]; comments: string[] }) => boolean) {
  const seen = { events: [] as Wire[], comments: [] as string[] };
  const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  while (!until(seen)) {
    const { done, value } = await reader.read();
    if (done) break;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.startsWith('data: ')) seen.events.push(JSON.parse(block.slice(6)));
      else seen.comments.push(block);
    }
  }
  await reader.cancel();
  return seen;
}

describe('trade updates as events', () => {
  it('tell what was since a time or an id, and end at the wanted end', async () => {
    const order = await buy();
    const { events } = await readEvents(await w.fetch('/v2/events/trades?since=2019-02-11&until=2019-02-11T14:31:00Z'), () => false);
    expect(events.map((event) => [event.event, event.order.id])).toEqual(['pending_new', 'new', 'fill'].map((name) => [name, order.id]));
    expect(events[2]).toMatchObject({ price: '100.01', qty: '10', position_qty: '10' });
    const [first, second, third] = events.map((event) => event.event_id);
    expect([first, second, third]).toEqual([first, second, third].sort());
    const later = await readEvents(await w.fetch(`/v2/events/trades?since_id=${first}&until_id=${second}`), () => false);
    expect(later.events.map((event) => event.event_id)).toEqual([second]);
  });

  it('go on with what happens, and with signs of life', async () => {
    const reply = await w.fetch('/v2/events/trades');
    expect(reply.headers.get('content-type')).toBe('text/event-stream');
    await buy();
    w.wall.advance(15_000);
    const seen = await readEvents(reply, ({ events, comments }) => events.length === 3 && comments.length > 0);
    expect(seen.events.map((event) => event.event)).toEqual(['pending_new', 'new', 'fill']);
    expect(seen.comments[0]).toBe(':heartbeat');
  });

  it('end when the market reaches an end that lies ahead', async () => {
    await buy();
    const reply = await w.fetch('/v2/events/trades?since=2019-02-11&until=2019-02-11T14:33:00Z');
    w.advance(MINUTE);
    await buy();
    w.advance(2 * MINUTE);
    const seen = await readEvents(reply, () => false);
    expect(seen.events.length).toBe(6);
  });

  it.each([
    'since=2019-02-11&since_id=01D3E9W0000000000000000001',
    'until=2019-02-11',
    'until_id=01D3E9W0000000000000000001',
    'since=yesterday',
    'since_id=nonsense',
  ])('refuse %s', async (query) => {
    const reply = await w.fetch(`/v2/events/trades?${query}`);
    expect(reply.status).toBe(422);
    expect(await reply.json()).toMatchObject({ code: 40010001 });
  });

  it('are remembered over a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'exchange-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const again = () => wired([series('AAPL', flat(100, 390))], {}, { stateFolder: folder, stateIdentity: 'test' });
    await w.server.close();
    w = await again();
    w.advance(6 * MINUTE);
    const { id } = await buy();
    await w.server.close();
    w = await again();
    const { events } = await readEvents(await w.fetch('/v2/events/trades?since=2019-02-11&until=2019-02-11T14:31:00Z'), () => false);
    expect(events.map((event) => [event.event, event.order.id])).toEqual(['pending_new', 'new', 'fill'].map((name) => [name, id]));
  });

  it('are for those who have the keys', async () => {
    expect((await fetch(`${w.server.url}/v2/events/trades`)).status).toBe(401);
  });
});
