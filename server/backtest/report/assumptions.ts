/** How fills were modelled, in sentences for the report's reader. */
import { formatFixed } from '#server/domain/money.ts';
import type { Commission, FillModel, FillSettings, Slippage } from '../request.ts';

export function assumptions(fill: FillSettings): string[] {
  const { maxParticipation, delayBars, leverage } = fill;
  return [
    fillText(fill.model),
    'A stop is taken before a target when one bar touches both; a gap through a stop fills at the open.',
    commissionText(fill.commission),
    slippageText(fill.slippage, fill.slipsBeyondBar),
    maxParticipation === undefined
      ? 'Any quantity fills: no cap by volume.'
      : `At most ${percent(maxParticipation)} of each bar’s volume fills.`,
    ...(delayBars === 0 ? [] : [`Each order waits ${delayBars} more ${delayBars === 1 ? 'bar' : 'bars'} than it must.`]),
    fill.legsFrom === 'entryBar'
      ? 'Stops and targets of an entry count from the rest of its bar on.'
      : 'Stops and targets of an entry count from the next bar on.',
    `Trailing stops follow each bar’s ${fill.trailBy === 'close' ? 'close' : 'extreme'}.`,
    leverage === 1 ? 'No purchase beyond the cash.' : `Openings up to ${leverage} times the equity.`,
    'No interest, no borrow fee, and orders of ours do not move the market beyond the slippage above.',
  ];
}

const percent = (fraction: number): string => `${Number((fraction * 100).toPrecision(6))} %`;

function fillText(model: FillModel): string {
  if (model.kind === 'nextOpen') return 'Market orders fill at the open of the bar after the decision.';
  if (model.kind === 'close') return 'Market orders fill at the close that decided, which nobody can do: for comparison only.';
  return `Market orders cross a spread of ${model.halfSpreadBasisPoints} basis points on each side of the next open.`;
}

function commissionText(commission: Commission): string {
  if (commission.kind === 'none') return 'No commission.';
  if (commission.kind === 'percent') {
    const least = commission.least === undefined ? '' : `, at least $${formatFixed(commission.least)} a fill`;
    return `Commission: ${percent(commission.rate)} of each fill’s value${least}.`;
  }
  if (commission.kind === 'fixed') {
    const part = commission.rate === 0 ? '' : ` and ${percent(commission.rate)} of its value`;
    return `Commission: $${formatFixed(commission.amount)} a fill${part}.`;
  }
  if (commission.kind === 'alpaca') return 'Commission: what Alpaca charges.';
  return `Commission: $${formatFixed(commission.rate)} a share, at least $${formatFixed(commission.least)} a fill.`;
}

function slippageText(slippage: Slippage, isBeyondBar: boolean): string {
  const beyond = isBeyondBar ? ', even beyond the bar’s high and low' : '';
  if (slippage.kind === 'none') return 'No slippage.';
  if (slippage.kind === 'basisPoints')
    return `Slippage: ${slippage.basisPoints} basis points against us on market and stop fills${beyond}.`;
  if (slippage.kind === 'fixed') return `Slippage: $${formatFixed(slippage.amount)} against us on market and stop fills${beyond}.`;
  if (slippage.kind === 'entrySpread')
    return `A spread of ${slippage.basisPoints} basis points is paid once, by what opens a position${beyond}.`;
  return `Slippage: ${percent(slippage.impact)} times the part of the bar’s volume that is ours${beyond}.`;
}
