/**
 * The fence between two lives of the process. What a restart can not carry over (what the streams said, what was asked, numbers
 * that were summed up bar by bar) is put into one form here, in books that went on as in books that were recovered: so that
 * stepping over a whole journal again from its first entry gives the same decisions as the processes that wrote it.
 */
import type { Books } from '#server/domain/books.ts';
import type { Plan } from '#server/domain/plan.ts';
import { doubtMarket } from '#server/domain/tape.ts';
import { ask } from './asking.ts';
import { noteNews } from './broker-word.ts';
import { setScreen } from './day.ts';
import { settle } from './order-life.ts';
import type { Turn } from './turn.ts';

/** The process began, or began again: what was being sent when the last one ended may or may not have arrived. */
export function onStarted(books: Books, plan: Plan, turn: Turn): void {
  books.reconciled = false;
  books.lastStatement = undefined;
  books.disagreements = 0;
  books.lostFeeds.clear();
  // Another process has other timers, and maybe another machine's clock: it measures anew.
  books.risk.loopLagMs = undefined;
  books.risk.clockSkewMs = undefined;
  setScreen(books, plan.limits);
  const places = new Map([...books.orders.keys()].map((id, place) => [id, place]));
  for (const market of books.markets.values()) {
    doubtMarket(market.tape);
    market.openOrders.sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
    // What is out may have been given under other exits, so it is held against them once.
    if (market.guard !== undefined) Object.assign(market.guard, { hasMoved: true, uncovered: undefined });
    for (const order of market.openOrders) {
      if (order.request === 'submitting') order.request = 'unknown';
      if (order.cancel?.state === 'submitting') order.cancel = { ...order.cancel, state: 'unknown' };
      noteNews(order);
      settle(books, order, turn);
      ask(books, order, turn);
    }
  }
}
