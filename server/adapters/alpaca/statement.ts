/** The account's statement of one moment: cash, positions and open orders that belong together. */
import { z } from 'zod';
import { isOver } from '#server/domain/broker-status.ts';
import type { BrokerOrderId } from '#server/domain/ids.ts';
import type { OrderView, PositionView, Statement } from '#server/domain/statement.ts';
import { Account, OrderGroup, Position } from './order-schema.ts';
import { isUnnamed, learnLatestOrders } from './pairs.ts';
import type { Parts } from './parts.ts';

/** Why a reconciliation came to nothing; it is tried again. */
export class NoAnswerError extends Error {
  constructor(what: string, reason: string) {
    super(`${what}: ${reason}`);
    this.name = 'NoAnswerError';
  }
}

/** Nothing is wrong, only busy. */
export class BusyError extends NoAnswerError {}

const ATTEMPTS = 3;
const PAGE = 500;

const anyList = z.array(z.unknown());

export async function fetchStatement(parts: Parts): Promise<Statement> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const asOf = parts.clock.now();
    const before = await fetchAccount(parts);
    const positions = await fetchPositions(parts);
    const openOrders = await fetchOpenOrders(parts);
    const after = await fetchAccount(parts);
    // Every execution moves cash: equal cash before and after means that nothing was executed in between.
    if (before.cash === after.cash) {
      const { account, cash, equity, buyingPower, tradingBlocked, isSuspended } = after;
      const suspended = isSuspended ? ({ suspended: true } as const) : {};
      return { account, cash, equity, buyingPower, tradingBlocked, ...suspended, positions, openOrders, asOf };
    }
  }
  throw new BusyError('statement', `something was executed during each of ${ATTEMPTS} attempts`);
}

async function fetchAccount({ client, reader }: Parts): Promise<Account> {
  const answer = await client.read('ask', (alpaca) => alpaca.trading.account.getAccountRaw());
  if (answer.kind !== 'ok') throw new NoAnswerError('account', answer.text);
  const account = reader.read('account', Account, answer.body);
  if (account === undefined) throw new NoAnswerError('account', 'it can not be read');
  return account;
}

/** All or nothing: a statement that leaves out a position would be a false one. */
async function fetchPositions({ client, reader }: Parts): Promise<readonly PositionView[]> {
  const answer = await client.read('ask', (alpaca) => alpaca.trading.positions.getAllOpenPositionsRaw());
  if (answer.kind !== 'ok') throw new NoAnswerError('positions', answer.text);
  const positions = reader.read('positions', z.array(Position), answer.body);
  if (positions === undefined) throw new NoAnswerError('positions', 'they can not be read');
  return positions;
}

/** An order that can not be read is left out: the engine asks for each of its own that is not listed. */
async function fetchOpenOrders(parts: Parts): Promise<readonly OrderView[]> {
  const { client, reader, orders } = parts;
  const views: OrderView[] = [];
  for (let last: BrokerOrderId | undefined; ; ) {
    const page = { status: 'open', limit: PAGE, direction: 'asc', nested: true } as const;
    const answer = await client.read('ask', (alpaca) =>
      alpaca.trading.orders.getAllOrdersRaw(last === undefined ? page : { ...page, afterOrderId: last }),
    );
    if (answer.kind !== 'ok') throw new NoAnswerError('open orders', answer.text);
    const list = reader.read('open orders', anyList, answer.body);
    if (list === undefined) throw new NoAnswerError('open orders', 'they can not be read');
    let next: BrokerOrderId | undefined;
    for (const raw of list) {
      const group = reader.read('order', OrderGroup, raw);
      if (group === undefined) continue;
      next = group.view.brokerId;
      if (isUnnamed(parts, group) && !(await learnLatestOrders(parts, group.view.symbol)))
        throw new NoAnswerError('name of an order', 'the broker did not list its orders');
      // One of a pair is listed for the sake of the other after it ended.
      views.push(...orders.learn(group).filter(({ brokerStatus }) => !isOver(brokerStatus)));
    }
    if (list.length < PAGE || next === undefined || next === last) return views;
    last = next;
  }
}
