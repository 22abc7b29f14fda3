/** Sizing makes an Intent of a Target; judge() makes a Verdict of an Intent; a Decision keeps all of it together. */
import type { Brand } from './brand.ts';
import type { Leaving } from './exits.ts';
import type { AssetSymbol, DeploymentId, OrderId, PortfolioId } from './ids.ts';
import type { Price, Quantity } from './money.ts';
import type { ExitRule, Purpose, Side, TimeInForce } from './order.ts';
import type { IntentTerms } from './order-terms.ts';
import type { Target, Vote } from './signal.ts';

interface IntentFacts {
  readonly symbol: AssetSymbol;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly timeInForce: TimeInForce;
  readonly purpose: Purpose;
  /** Which rule of the exits it serves; of a pair, the stop-loss's. */
  readonly exit: ExitRule | undefined;
  /** The order in whose place it is to stand. */
  readonly replaces?: OrderId | undefined;
  readonly expectedPrice: Price;
  readonly portfolio: PortfolioId | undefined;
  readonly deployments: readonly DeploymentId[];
  readonly reason: string;
}

/** An opinion with a size and a side; not an order. */
export type Intent = IntentFacts & IntentTerms;

/** Made by judge() and nowhere else; and only what is Approved can be placed. */
export type Approved<T> = Brand<T, 'Approved'>;

/** One rule's "no": the rule's name and why, with the numbers. */
export interface Refusal {
  readonly rule: string;
  readonly reason: string;
}

export type Verdict =
  | { readonly kind: 'approved'; readonly intent: Approved<Intent> }
  | { readonly kind: 'refused'; readonly intent: Intent; readonly because: readonly Refusal[] };

/** One round of deciding about one symbol in one portfolio. */
export interface Decision {
  readonly portfolio: PortfolioId | undefined;
  readonly symbol: AssetSymbol;
  readonly votes: readonly Vote[];
  readonly target: Target | undefined;
  readonly verdict: Verdict | undefined;
  /** The order that came of it, when one did. */
  readonly order: OrderId | undefined;
  /** What was decided, in words. */
  readonly summary: string;
  /** What will be done as soon as the orders that are out have ended. */
  readonly leaving?: Omit<Leaving, 'refusedAt'>;
}
