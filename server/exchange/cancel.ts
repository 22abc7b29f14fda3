/** Cancelling: one order or all of them. The exchange knows no delay: a cancel that is accepted has happened. */
import { endOrder } from './lifecycle.ts';
import { isOpen, type Order } from './order.ts';
import { allOpenOrders, findOrderById } from './order-book.ts';
import { notFound, unprocessable } from './refusal.ts';
import type { World } from './world.ts';

export function findOrder(world: World, id: string): Order {
  return findOrderById(world.orders, id) ?? notFound(`order not found for ${id}`);
}

export function cancelOrder(world: World, id: string): void {
  const order = findOrder(world, id);
  if (isOpen(order)) endOrder(world, order, 'canceled');
  else if (order.status !== 'canceled' || world.settings.repeatedCancel === 'refuse') {
    unprocessable(`order is already in "${order.status}" state`);
  }
}

/** Cancels everything that is open and returns what was, oldest first. */
export function cancelAllOrders(world: World): Order[] {
  const canceled: Order[] = [];
  for (const order of allOpenOrders(world.orders)) {
    if (!isOpen(order)) continue;
    endOrder(world, order, 'canceled');
    canceled.push(order);
  }
  return canceled;
}
