/** What a reader must know beside the figures: what was refused, what never filled, what was assumed. */
import { ruleText } from '../refusals.ts';
import type { BacktestResult, DecisionRow, OrderRow } from '../result.ts';
import { shortened } from './breakdown.ts';
import { type Html, html, joined, NOTHING } from './html.ts';

const MOST_LINES = 60;
const MOST_TEXT = 400;

interface Told {
  count: number;
  /** The first case, as an example. */
  readonly example: string;
}

function counted<Item>(items: readonly Item[], keyOf: (item: Item) => string, exampleOf: (item: Item) => string): [string, Told][] {
  const told = new Map<string, Told>();
  for (const item of items) {
    const key = keyOf(item);
    const known = told.get(key);
    if (known === undefined) told.set(key, { count: 1, example: exampleOf(item) });
    else known.count++;
  }
  return [...told].sort(([, a], [, b]) => b.count - a.count);
}

export function refusals(decisions: readonly DecisionRow[]): string[] {
  const refused = decisions.flatMap(({ verdict, symbol }) =>
    verdict?.kind === 'refused' ? verdict.because.map(({ rule, reason }) => ({ rule, reason, symbol })) : [],
  );
  return counted(
    refused,
    ({ rule }) => rule,
    ({ symbol, reason }) => `${symbol}: ${reason}`,
  ).map(([rule, { count, example }]) => `The rule ${ruleText(rule)} refused ${count === 1 ? 'once' : `${count} times, first`} ${example}`);
}

/** Orders that did not fill whole, by what became of them. */
export function unfilled(orders: readonly OrderRow[]): string[] {
  const open = orders.filter(({ filled, quantity }) => filled < quantity);
  return counted(
    open,
    ({ status, filled }) => (filled > 0n ? `${status}, filled in part` : status),
    ({ side, type, symbol, reason }) => `to ${side} ${symbol} (${type})${reason === '' ? '' : `: ${reason}`}`,
  ).map(([status, { count, example }]) =>
    count === 1 ? `One order ended ${status}: ${example}` : `${count} orders ended ${status}, the first of them ${example}`,
  );
}

export interface Remarks {
  readonly result: Pick<BacktestResult, 'decisions' | 'orders' | 'remarks'>;
  /** Of the metrics. */
  readonly measured: readonly string[];
  readonly assumed: readonly string[];
}

export function remarksSection({ result, measured, assumed }: Remarks): Html {
  const groups = [
    ['Assumed', assumed],
    ['Noted by the run', result.remarks],
    ['Refused', refusals(result.decisions)],
    ['Not filled', unfilled(result.orders)],
    ['About the figures', measured],
  ] as const;
  const parts = groups.map(([title, lines]) => (lines.length === 0 ? NOTHING : html`<h3>${title}</h3><ul>${joined(listed(lines))}</ul>`));
  return html`<section id="remarks"><h2>Remarks</h2>${joined(parts)}</section>`;
}

function listed(lines: readonly string[]): Html[] {
  const shown = lines.slice(0, MOST_LINES).map((line) => html`<li>${shortened(line, MOST_TEXT)}</li>`);
  return lines.length > MOST_LINES ? [...shown, html`<li>… and ${lines.length - MOST_LINES} more</li>`] : shown;
}
