/** Why a position is left, and what protects it, in words with the numbers that decide. */
import type { Market } from '#server/domain/books.ts';
import type { Distance, RiskMultiple } from '#server/domain/exits.ts';
import { formatFixed } from '#server/domain/money.ts';
import type { ExitRule } from '#server/domain/order.ts';
import { type IntentTerms, limitPriceOf, stopPriceOf, trailOf } from '#server/domain/order-terms.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import { entryOf } from './episode.ts';

const NAMES: Readonly<Record<ExitRule, string>> = {
  stopLoss: 'stop-loss',
  takeProfit: 'take-profit',
  trailingStop: 'trailing stop',
  breakEven: 'break-even stop',
  timeStop: 'time stop',
};

const priceIn = (price: number): string => price.toFixed(Math.abs(price) < 1 ? 9 : 4);

function distanceIn(distance: Distance | RiskMultiple): string {
  if ('percent' in distance) return `${distance.percent} %`;
  return 'ranges' in distance ? `${distance.ranges} average true ranges` : `${distance.risks} times its first risk`;
}

/** "0.1 % beyond ". */
const beyond = (percent: number): string => (percent === 0 ? '' : `${Math.abs(percent)} % ${percent > 0 ? 'beyond' : 'before'} `);

/** "2 % from the entry 101.5000". */
function fromWhere({ guard, ...market }: Market, rule: ExitRule): string {
  const episode = guard?.episode;
  if (guard === undefined || episode === undefined) return '';
  const { stopLoss, takeProfit, trailingStop, breakEven, breakEvenOffsetPercent, timeStopMs = 0 } = guard.policy;
  const entry = `the entry ${priceIn(entryOf({ ...market, guard }))}`;
  switch (rule) {
    case 'stopLoss':
      return stopLoss === undefined ? '' : `${distanceIn(stopLoss)} from ${entry}`;
    case 'takeProfit':
      return takeProfit === undefined ? '' : `${distanceIn(takeProfit)} from ${entry}`;
    case 'trailingStop':
      return trailingStop === undefined ? '' : `${distanceIn(trailingStop)} from the best price ${priceIn(episode.best)}`;
    case 'breakEven':
      return breakEven === undefined
        ? ''
        : `${beyond(breakEvenOffsetPercent)}${entry}, since the price had gone ${distanceIn(breakEven)} our way`;
    case 'timeStop':
      return `${timeStopMs / MINUTE_MS} minutes after the entry`;
    default:
      return rule satisfies never;
  }
}

export function exitReason(market: Market, rule: ExitRule): string {
  const { levels } = market.guard ?? {};
  const price = rule === 'takeProfit' ? levels?.target : levels?.stop;
  const level = rule === 'timeStop' || price === undefined ? '' : ` at ${priceIn(price)}`;
  return `${NAMES[rule]}${level}: ${fromWhere(market, rule)}`;
}

const BETWEEN_LEGS = '; ';

/** What was said of a pair, leg by leg. */
export function legReasons(reason: string): { readonly stopLoss: string; readonly takeProfit: string } {
  const at = reason.indexOf(BETWEEN_LEGS);
  if (at < 0) return { stopLoss: reason, takeProfit: reason };
  return { stopLoss: reason.slice(0, at), takeProfit: reason.slice(at + BETWEEN_LEGS.length) };
}

export function protectionReason(market: Market, terms: IntentTerms, rule: ExitRule): string {
  if (terms.type === 'limit') return `${NAMES.takeProfit} at ${formatFixed(terms.limitPrice)}: ${fromWhere(market, 'takeProfit')}`;
  const trail = trailOf(terms);
  const stop = stopPriceOf(terms);
  const behind = trail === undefined ? '' : ` by ${'price' in trail ? formatFixed(trail.price) : `${formatFixed(trail.percent)} %`}`;
  const first = `${NAMES[rule]}${stop === undefined ? behind : ` at ${formatFixed(stop)}`}: ${fromWhere(market, rule)}`;
  const limit = limitPriceOf(terms);
  if (terms.type !== 'oco' || limit === undefined) return first;
  return `${first}${BETWEEN_LEGS}${NAMES.takeProfit} at ${formatFixed(limit)}: ${fromWhere(market, 'takeProfit')}`;
}
