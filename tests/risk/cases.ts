/** A case that every rule lets pass, to be changed in one thing. */
import type { Books, Market } from '#server/domain/books.ts';
import type { Intent, Verdict } from '#server/domain/decision.ts';
import type { DeploymentId, PortfolioId } from '#server/domain/ids.ts';
import type { Limits } from '#server/domain/limits.ts';
import { parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import { enter } from '#server/engine/act.ts';
import { newTurn } from '#server/engine/turn.ts';
import { AAPL, type Bench, bench, limits } from '#tests/support/builders.ts';

export const intent = (changes: Partial<Intent> = {}): Intent =>
  ({
    symbol: AAPL,
    side: 'buy',
    quantity: parseQuantity('10'),
    type: 'market',
    exit: undefined,
    timeInForce: 'day',
    purpose: 'open',
    expectedPrice: parsePrice('100'),
    portfolio: 'test' as PortfolioId,
    deployments: ['one' as DeploymentId],
    reason: 'test',
    ...changes,
  }) as Intent;

/** Books at $100 a share, with nothing held and nothing out. */
export function calm(): Bench {
  const engine = bench();
  engine.happen({ kind: 'bar', bar: { ...barAt(engine), symbol: AAPL }, history: true });
  return engine;
}

function barAt({ at }: Bench) {
  return { startsAt: at, endsAt: at, open: 100, high: 100, low: 100, close: 100, volume: 1 };
}

/** Puts an order into the books as if it had been sent. */
export function outstanding(books: Books, market: Market, changes: Partial<Intent>, nth = 1): void {
  enter(books, market, intent(changes), `rtest-0-${nth}` as never, newTurn());
}

export interface Scene {
  readonly intent?: Partial<Intent>;
  readonly limits?: Partial<Limits>;
  /** Changes the calm books. */
  readonly change?: (books: Books, market: Market) => void;
}

export function caseOf(scene: Scene) {
  const { books } = calm();
  const market = books.markets.get(AAPL)!;
  scene.change?.(books, market);
  return { intent: intent(scene.intent), books, market, limits: limits(scene.limits) };
}

export const refusals = (verdict: Verdict): string[] => (verdict.kind === 'refused' ? verdict.because.map(({ rule }) => rule) : []);

/** Orders that were sent then, for the rate limit. */
export const sent = (times: number, at: Instant) => (books: Books) => {
  for (let i = 0; i < times; i++) books.sentAt.push(at);
};
