/** What one step produces, beside the change of the books. One object serves many steps: the owner empties it. */
import type { Decision } from '#server/domain/decision.ts';
import type { Order } from '#server/domain/order.ts';
import type { DatedSignal } from '#server/domain/signal.ts';
import type { AlertCode, Command, Entry } from './command.ts';

export interface Turn {
  signals: DatedSignal[];
  decisions: Decision[];
  commands: Command[];
  /** Takes the orders that were made or changed. */
  readonly changed: { add(order: Order): unknown };
  /** A tick that changed nothing need not be journalled, nor an execution that was told before. */
  material: boolean;
}

/** One that keeps the changed orders, for the ledger. */
export interface LedgerTurn extends Turn {
  readonly changed: Set<Order>;
}

export const newTurn = (): LedgerTurn => ({ signals: [], decisions: [], commands: [], changed: new Set(), material: false });

const NOTHING: readonly never[] = Object.freeze([]);

/** The lists for an entry of the journal. An empty one is not given away: it goes on being used. */
export const given = ({ signals, decisions, commands }: Turn): Pick<Entry, 'signals' | 'decisions' | 'commands'> => ({
  signals: signals.length > 0 ? signals : NOTHING,
  decisions: decisions.length > 0 ? decisions : NOTHING,
  commands: commands.length > 0 ? commands : NOTHING,
});

/** Begins with new lists where the old ones were used; costs nothing when nothing happened. */
export function clear(turn: Turn): void {
  if (turn.signals.length > 0) turn.signals = [];
  if (turn.decisions.length > 0) turn.decisions = [];
  if (turn.commands.length > 0) turn.commands = [];
  turn.material = false;
}

export function alert(turn: Turn, code: AlertCode, text: string): void {
  turn.commands.push({ kind: 'alert', code, text });
}

/** Once an order: told again, it would only bury what is new. */
export function alarm(turn: Turn, order: Order, code: AlertCode, what: string): void {
  if (order.alarms.includes(code)) return;
  order.alarms.push(code);
  turn.changed.add(order);
  const text = `order ${order.id} ${order.side} ${order.symbol}: ${what}`;
  turn.commands.push({ kind: 'alert', code, text, order: order.id });
}
