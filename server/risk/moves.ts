/** How far symbols move in a day, and which move together: of the returns that the tapes hold. Computed once a day. */
import type { Books, Market } from '#server/domain/books.ts';
import type { DailyReturn, Tape } from '#server/domain/tape.ts';

/** With fewer days nothing is said. */
const LEAST_DAYS = 20;
/** Above this correlation two symbols move together. */
const TOGETHER = 0.7;

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function volatilityOf(returns: readonly DailyReturn[]): number {
  if (returns.length < LEAST_DAYS) return 0;
  const changes = returns.map(({ change }) => change);
  const mean = meanOf(changes);
  const squares = changes.reduce((sum, change) => sum + (change - mean) ** 2, 0);
  return Math.sqrt(squares / (changes.length - 1));
}

/** Over the days that both have; nothing when they are too few, or one of them never moved. */
export function correlationOf(a: readonly DailyReturn[], b: readonly DailyReturn[]): number | undefined {
  const ofB = new Map(b.map(({ day, change }) => [day, change]));
  const pairs = a.flatMap(({ day, change }) => {
    const other = ofB.get(day);
    return other === undefined ? [] : [[change, other] as const];
  });
  if (pairs.length < LEAST_DAYS) return undefined;
  const [meanA, meanB] = [meanOf(pairs.map(([one]) => one)), meanOf(pairs.map(([, other]) => other))];
  let [product, squareA, squareB] = [0, 0, 0];
  for (const [one, other] of pairs) {
    product += (one - meanA) * (other - meanB);
    squareA += (one - meanA) ** 2;
    squareB += (other - meanB) ** 2;
  }
  return squareA > 0 && squareB > 0 ? product / (Math.sqrt(squareA) * Math.sqrt(squareB)) : undefined;
}

const areTogether = (a: Tape, b: Tape): boolean => (correlationOf(a.returns, b.returns) ?? 1) > TOGETHER;

/** Single linkage: who moves with one of a cluster belongs to it. */
export function measureMoves(books: Books): void {
  books.risk.isStale = false;
  const known: Market[] = [];
  for (const market of books.markets.values()) {
    market.tape.volatility = volatilityOf(market.tape.returns);
    market.tape.cluster = 0;
    if (market.tape.volatility > 0) known.push(market);
  }
  let clusters = 0;
  for (const first of known) {
    if (first.tape.cluster > 0) continue;
    clusters++;
    const waiting = [first];
    for (let market = waiting.pop(); market !== undefined; market = waiting.pop()) {
      market.tape.cluster = clusters;
      for (const other of known) if (other.tape.cluster === 0 && areTogether(market.tape, other.tape)) waiting.push(other);
    }
  }
}
