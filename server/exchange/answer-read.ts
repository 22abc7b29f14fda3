/** Answers to the requests that only look. */
import { reply } from './answer-change.ts';
import type { Asset } from './asset.ts';
import { findOrder } from './cancel.ts';
import { findPosition } from './close-position.ts';
import { listOrders } from './list-orders.ts';
import { answerData } from './market/answer.ts';
import { findOrderByClientId } from './order-book.ts';
import { portfolioHistory } from './portfolio-history.ts';
import { notFound } from './refusal.ts';
import type { ReadRequest, Reply } from './requests.ts';
import { accountId, attributesOf, renderAccount, renderAsset, renderConfigurations, renderPosition } from './view/account-view.ts';
import { renderActivity } from './view/activity-view.ts';
import { renderCalendar, renderClock } from './view/calendar-view.ts';
import { renderMarketCalendar, renderMarketClocks } from './view/market-calendar-view.ts';
import { renderNested, renderOrder } from './view/order-view.ts';
import { renderWatchlist } from './view/watchlist-view.ts';
import { findWatchlist } from './watchlist.ts';
import { isListed, type World } from './world.ts';

type Of<Kind extends ReadRequest['kind']> = Extract<ReadRequest, { kind: Kind }>;

export function read(world: World, request: ReadRequest): Reply {
  switch (request.kind) {
    case 'getAccount':
      return reply(200, () => renderAccount(world));
    case 'getConfigurations':
      return reply(200, () => renderConfigurations(world));
    case 'getPortfolioHistory':
      return told(portfolioHistory(world, request.query));
    case 'listActivities': {
      const page = world.activities.page(request.filter);
      return reply(200, () => page.map((activity) => renderActivity(accountId(world), activity)));
    }
    case 'getClock':
    case 'getCalendar':
    case 'getMarketClocks':
    case 'getMarketCalendar':
      return told(readTime(world, request));
    case 'listAssets':
    case 'getAsset':
      return readAssets(world, request);
    case 'listOrders':
    case 'getOrder':
    case 'getOrderByClientId':
      return readOrders(world, request);
    case 'listPositions':
      return reply(200, () => sortedPositions(world).map((position) => renderPosition(world, position)));
    case 'getPosition': {
      const position = findPosition(world, request.symbol);
      return reply(200, () => renderPosition(world, position));
    }
    case 'listWatchlists':
      return reply(200, () => world.watchlists.map((list) => renderWatchlist(world, list, false)));
    case 'getWatchlist':
      return told(renderWatchlist(world, findWatchlist(world, request.key), true));
    case 'getData':
      return told(answerData(world, request.query));
    default:
      return request satisfies never;
  }
}

const told = (body: unknown): Reply => reply(200, () => body);

const sortedPositions = (world: World) => [...world.positions.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));

function readTime(world: World, request: Of<'getClock' | 'getCalendar' | 'getMarketClocks' | 'getMarketCalendar'>): unknown {
  switch (request.kind) {
    case 'getClock':
      return renderClock(world);
    case 'getCalendar':
      return renderCalendar(world, request);
    case 'getMarketClocks':
      return renderMarketClocks(world, request);
    case 'getMarketCalendar':
      return renderMarketCalendar(world, request);
    default:
      return request satisfies never;
  }
}

function readAssets(world: World, request: Of<'listAssets' | 'getAsset'>): Reply {
  const { assets } = world.tape;
  if (request.kind === 'getAsset') {
    const asset = assets.find(request.symbol) ?? notFound(`asset not found for ${request.symbol}`);
    return reply(200, () => renderAsset(world, asset));
  }
  const wanted = assets.all.filter((asset) => isWantedAsset(world, asset, request)).sort(byPlace);
  return reply(200, () => wanted.map((asset) => renderAsset(world, asset)));
}

function isWantedAsset(world: World, asset: Asset, request: Of<'listAssets'>): boolean {
  const { assetClass = world.settings.assetsWithoutClass, status, exchange, attributes } = request;
  const has = attributesOf(world, asset);
  return (
    (assetClass === 'all' || asset.instrument.assetClass === assetClass) &&
    (status === undefined || status === (isListed(world, asset) ? 'active' : 'inactive')) &&
    (exchange === undefined || asset.exchange === exchange) &&
    (attributes === undefined || attributes.some((attribute) => has.includes(attribute)))
  );
}

/** By class, exchange and symbol. */
function byPlace(a: Asset, b: Asset): number {
  const [one, other] = [a, b].map(({ instrument, exchange }) => `${instrument.assetClass} ${exchange} ${instrument.symbol}`);
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

function readOrders(world: World, request: Of<'listOrders' | 'getOrder' | 'getOrderByClientId'>): Reply {
  const { orders } = world;
  if (request.kind === 'listOrders') {
    const found = listOrders(world, request.filter);
    const { nested } = request.filter;
    return reply(200, () => found.map((order) => (nested ? renderNested(orders, order) : renderOrder(order))));
  }
  if (request.kind === 'getOrder') {
    const order = findOrder(world, request.id);
    return reply(200, () => (request.nested ? renderNested(orders, order) : renderOrder(order)));
  }
  const order = findOrderByClientId(orders, request.clientOrderId) ?? notFound(`order not found for ${request.clientOrderId}`);
  return reply(200, () => renderNested(orders, order));
}
