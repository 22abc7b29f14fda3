/** An entry of the journal in words: what happened, what was thought of it, what was asked of the world. */
import { formatFixed } from '#server/domain/money.ts';
import type { Command, Entry } from '#server/engine/command.ts';
import type { Event } from '#server/engine/event.ts';

/** Nothing came of it, and it says nothing by itself. */
export function isQuiet({ event, signals, decisions, commands }: Entry): boolean {
  const isMarket = event.kind === 'bar' || event.kind === 'longerBar' || event.kind === 'tick' || event.kind === 'statement';
  return isMarket && signals.length + decisions.length + commands.length === 0;
}

export function entryWords(entry: Entry): string[] {
  const { seq, at, event, signals, decisions, commands } = entry;
  const time = new Date(at).toISOString().replace('T', ' ').replace('.000Z', '');
  return [
    `${seq}  ${time}  ${eventWords(event)}`,
    ...signals.map(({ deployment, symbol, direction, confidence, reason }) => {
      return `    signal    ${deployment} on ${symbol}: ${direction} ${confidence.toFixed(2)}, ${reason}`;
    }),
    ...decisions.map(({ symbol, summary }) => `    decision  ${symbol}: ${summary}`),
    ...commands.map((command) => `    command   ${commandWords(command)}`),
  ];
}

function commandWords(command: Command): string {
  switch (command.kind) {
    case 'place': {
      const { side, quantity, symbol, type, timeInForce } = command.intent;
      return `${side} ${formatFixed(quantity)} ${symbol} ${type} ${timeInForce} as ${command.order}`;
    }
    case 'replace':
      return `replace ${command.replaces} by ${command.order}`;
    case 'cancel':
    case 'ask':
      return `${command.kind} ${command.order}`;
    case 'alert':
      return `alert ${command.code}: ${command.text}`;
    case 'certify':
      return `certify the session of ${command.certificate.session}`;
    case 'cancelEverything':
    case 'reconcile':
      return command.kind;
    default:
      return command satisfies never;
  }
}

/** The fields that say most, in a fixed order; the rest of an event is in the JSON. */
function eventWords(event: Event): string {
  switch (event.kind) {
    case 'started':
      return `started, ${event.version}`;
    case 'bar':
    case 'longerBar':
      return `${event.kind} ${event.bar.symbol} ${event.bar.close}${event.kind === 'bar' && event.history ? ' (history)' : ''}`;
    case 'fill': {
      const { side, quantity, symbol, price, order } = event.fill;
      return `fill ${side} ${formatFixed(quantity)} ${symbol} at ${formatFixed(price)} of ${order}`;
    }
    case 'orderSeen':
      return `orderSeen ${event.view.id} ${event.view.brokerStatus}, filled ${formatFixed(event.view.filled)}`;
    case 'statement':
      return `statement equity ${formatFixed(event.statement.equity)}, cash ${formatFixed(event.statement.cash)}`;
    case 'instruments':
      return `instruments ${event.instruments.map(({ symbol }) => symbol).join(', ')}`;
    case 'calendar':
      return `calendar of ${event.sessions.length} sessions`;
    default:
      return [event.kind, ...Object.values(event).filter((value) => value !== event.kind && typeof value !== 'object')].join(' ');
  }
}
