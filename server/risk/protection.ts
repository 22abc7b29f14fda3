/**
 * What the broker can hold for a position. Alpaca takes for whole shares a stop, a trailing stop, a limit, or a stop and a limit of
 * which one is filled, good till cancelled; for fractions of a share a stop or a limit for the day; for crypto a stop-limit or a
 * limit. The stop comes first: a target that does not fit beside it is watched by the engine.
 */
import type { Market } from '#server/domain/books.ts';
import type { Distance, Episode, ExitLevels, ExitPolicy } from '#server/domain/exits.ts';
import { type Instrument, priceStepAt } from '#server/domain/instrument.ts';
import { type Percent, type Price, priceFromNumber, roundDownTo, UNIT } from '#server/domain/money.ts';
import type { ExitRule, TimeInForce } from '#server/domain/order.ts';
import type { IntentTerms, Trail } from '#server/domain/order-terms.ts';
import { dollarsOf, slackOf } from './exit-levels.ts';

export interface Protection {
  readonly terms: IntentTerms;
  readonly timeInForce: TimeInForce;
  readonly exit: ExitRule;
  /** It is for a multiple of this. */
  readonly quantityStep: bigint;
}

/** On the instrument's ticks, and never nearer to the market than it was said; never nothing. A distance has the ticks of the price. */
function tickOf(instrument: Instrument, price: number, isUp: boolean, ofPrice = price): Price {
  const exact = priceFromNumber(price);
  const step = priceStepAt(instrument, priceFromNumber(ofPrice));
  const down = roundDownTo(exact, step);
  const rounded = isUp && down < exact ? down + step : down;
  return (rounded || step) as Price;
}

interface Held {
  readonly instrument: Instrument;
  readonly policy: ExitPolicy;
  readonly episode: Episode;
  readonly levels: ExitLevels;
  readonly lastPrice: number;
}

/** What should wait at the broker for the position; nothing when nothing can, or no rule has a price. */
export function protectionOf(market: Market, entry: number): Protection | undefined {
  const { guard, instrument, position, lastPrice } = market;
  if (guard?.episode === undefined || instrument === undefined) return undefined;
  const { policy, episode, levels } = guard;
  const held: Held = { instrument, policy, episode, levels, lastPrice };
  if (instrument.assetClass === 'crypto') return ofCrypto(held);
  return position.quantity % UNIT === 0n ? ofShares(held, entry) : ofFractions(held);
}

/** The broker refuses a simple order as a wash trade while one of the other side is open; these it takes. */
export const isExempt = ({ type }: IntentTerms): boolean => type === 'oco' || type === 'trailing_stop';

/** Twice the price, or half of it: a target that is there only to make a stop one of a pair. Fractions and crypto have no pairs. */
export function withFarTarget({ instrument, lastPrice, position }: Market, { side }: Episode, wanted: Protection): Protection {
  if (instrument === undefined || wanted.terms.type !== 'stop' || position.quantity % UNIT !== 0n) return wanted;
  const limitPrice = tickOf(instrument, side === 1 ? lastPrice * 2 : lastPrice / 2, side === 1);
  return { ...wanted, terms: { type: 'oco', limitPrice, stopPrice: wanted.terms.stopPrice } };
}

const stopPriceOf = ({ instrument, levels, episode }: Held): Price => tickOf(instrument, levels.stop, episode.side === -1);
const targetPriceOf = ({ instrument, levels, episode }: Held): Price => tickOf(instrument, levels.target, episode.side === 1);

function ofShares(held: Held, entry: number): Protection | undefined {
  const { levels, episode } = held;
  const common = { timeInForce: 'gtc', exit: levels.stopRule, quantityStep: UNIT } as const;
  if (Number.isNaN(levels.stop)) return onlyTarget(held, 'gtc', UNIT);
  const stopPrice = stopPriceOf(held);
  if (episode.side === 1 ? levels.target > levels.stop : levels.target < levels.stop)
    return { ...common, terms: { type: 'oco', limitPrice: targetPriceOf(held), stopPrice } };
  const trail = nativeTrail(held, entry);
  return { ...common, terms: trail === undefined ? { type: 'stop', stopPrice } : { type: 'trailing_stop', trail } };
}

/** The broker trails from the price of the moment on: the same as ours only while the best price is that of the moment. */
function nativeTrail({ policy, episode, levels, lastPrice, instrument }: Held, entry: number): Trail | undefined {
  const { trailingStop } = policy;
  if (trailingStop === undefined || levels.stopRule !== 'trailingStop') return undefined;
  const behind = episode.side === 1 ? episode.best - lastPrice : lastPrice - episode.best;
  if (!(behind <= slackOf(policy, episode, 'trailingStop', entry))) return undefined;
  return trailOf(trailingStop, episode, instrument);
}

const trailOf = (distance: Distance, { best, range }: Episode, instrument: Instrument): Trail =>
  'percent' in distance
    ? { percent: BigInt(Math.round(distance.percent * 1e9)) as Percent }
    : { price: tickOf(instrument, dollarsOf(distance, best, range), true, best) };

/** For the day only: at the next session it is given anew. */
function ofFractions(held: Held): Protection | undefined {
  const { levels } = held;
  if (Number.isNaN(levels.stop)) return onlyTarget(held, 'day', 1n);
  return { terms: { type: 'stop', stopPrice: stopPriceOf(held) }, timeInForce: 'day', exit: levels.stopRule, quantityStep: 1n };
}

function ofCrypto(held: Held): Protection | undefined {
  const { levels, policy, episode, instrument } = held;
  if (Number.isNaN(levels.stop)) return onlyTarget(held, 'gtc', instrument.quantityStep);
  const limit = levels.stop * (1 - (episode.side * policy.stopLimitPercent) / 100);
  const terms = { type: 'stop_limit', stopPrice: stopPriceOf(held), limitPrice: tickOf(instrument, limit, episode.side === -1) } as const;
  return { terms, timeInForce: 'gtc', exit: levels.stopRule, quantityStep: instrument.quantityStep };
}

function onlyTarget(held: Held, timeInForce: TimeInForce, quantityStep: bigint): Protection | undefined {
  if (Number.isNaN(held.levels.target)) return undefined;
  return { terms: { type: 'limit', limitPrice: targetPriceOf(held) }, timeInForce, exit: 'takeProfit', quantityStep };
}
