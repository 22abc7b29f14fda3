/** Answers to the requests that change something. */
import { withoutSlash } from '../domain/ids.ts';
import { cancelAllOrders, cancelOrder } from './cancel.ts';
import { closeAllPositions, closePosition } from './close-position.ts';
import { patched } from './configurations.ts';
import { control } from './control.ts';
import { setHalt } from './halt.ts';
import type { Order } from './order.ts';
import { replaceOrder } from './replace.ts';
import type { ChangeRequest, Reply, WatchlistChange } from './requests.ts';
import { submitOrder } from './submit.ts';
import { renderConfigurations } from './view/account-view.ts';
import { renderOrder } from './view/order-view.ts';
import { renderWatchlist } from './view/watchlist-view.ts';
import { addToWatchlist, createWatchlist, deleteWatchlist, removeFromWatchlist, updateWatchlist, type Watchlist } from './watchlist.ts';
import type { World } from './world.ts';

export const reply = (status: number, json: () => unknown): Reply => ({ status, json });
const orderReply = (order: Order, legs: readonly Order[] = []): Reply => reply(200, () => renderOrder(order, legs));
const nothing: Reply = { status: 204, json: () => undefined };

export function change(world: World, request: ChangeRequest): Reply {
  switch (request.kind) {
    case 'submitOrder': {
      const { order, legs } = submitOrder(world, request.order);
      return orderReply(order, legs);
    }
    case 'replaceOrder':
      return orderReply(replaceOrder(world, request.id, request.change));
    case 'cancelOrder':
      cancelOrder(world, request.id);
      return nothing;
    case 'cancelAllOrders': {
      const canceled = cancelAllOrders(world);
      return reply(207, () => canceled.map((order) => ({ id: order.id, status: 200, body: renderOrder(order) })));
    }
    case 'closePosition':
      return orderReply(closePosition(world, request.symbol, request));
    case 'closeAllPositions':
      return closeAll(world, request.cancelOrders);
    case 'patchConfigurations':
      world.configurations = patched(world.configurations, request.patch);
      return reply(200, () => renderConfigurations(world));
    case 'setHalt': {
      const symbol = setHalt(world, request.symbol, request.halted);
      return reply(200, () => ({ symbol, halted: request.halted }));
    }
    case 'setCash':
    case 'injectPrice':
    case 'fillOrder':
    case 'rejectOrder':
    case 'refuseChange':
    case 'bustExecution':
    case 'correctExecution':
    case 'transferPosition':
    case 'restrict':
    case 'changeAsset': {
      const done = control(world, request);
      return reply(200, () => done);
    }
    case 'createWatchlist':
    case 'updateWatchlist':
    case 'addToWatchlist':
    case 'removeFromWatchlist':
      return listReply(world, changeWatchlist(world, request));
    case 'deleteWatchlist':
      deleteWatchlist(world, request.key);
      return nothing;
    default:
      return request satisfies never;
  }
}

function closeAll(world: World, cancelOrders: boolean): Reply {
  const closings = closeAllPositions(world, cancelOrders);
  return reply(207, () =>
    closings.map(({ symbol, status, order, refused }) => ({
      symbol: withoutSlash(symbol),
      status,
      body: order ? renderOrder(order) : refused,
    })),
  );
}

const listReply = (world: World, list: Watchlist): Reply => reply(200, () => renderWatchlist(world, list, true));

function changeWatchlist(world: World, request: WatchlistChange): Watchlist {
  switch (request.kind) {
    case 'createWatchlist':
      return createWatchlist(world, request.content);
    case 'updateWatchlist':
      return updateWatchlist(world, request.key, request.content);
    case 'addToWatchlist':
      return addToWatchlist(world, request.key, request.symbol);
    case 'removeFromWatchlist':
      return removeFromWatchlist(world, request.key, request.symbol);
    default:
      return request satisfies never;
  }
}
