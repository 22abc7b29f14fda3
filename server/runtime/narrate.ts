/** Tells the log what a reader wants to follow: orders as they are sent, fills as they come, the kill switch as it moves. */
import { formatFixed } from '#server/domain/money.ts';
import { equityOf } from '#server/domain/valuation.ts';
import type { Entry } from '#server/engine/command.ts';
import type { Desk } from './desk.ts';
import type { Log } from './ports.ts';

/** Returns the way to stop. */
export function narrate(desk: Desk, log: Log): () => void {
  return desk.subscribe(({ seq, at, event, commands }: Entry) => {
    const when = { seq, marketTime: new Date(at).toISOString() };
    if (event.kind === 'fill') {
      const { symbol, side, quantity, price, order } = event.fill;
      const figures = { quantity: formatFixed(quantity), price: formatFixed(price), equity: formatFixed(equityOf(desk.books)) };
      log.info({ ...when, order, symbol, side, ...figures }, 'filled');
    }
    if (event.kind === 'killEngaged' || event.kind === 'killReleased')
      log.info({ ...when, by: event.by, level: desk.books.kill.level }, 'kill switch moved');
    for (const command of commands) {
      if (command.kind !== 'place') continue;
      const { symbol, side, quantity, reason } = command.intent;
      log.info({ ...when, order: command.order, symbol, side, quantity: formatFixed(quantity), reason }, 'order sent');
    }
  });
}
