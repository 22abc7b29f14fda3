/** How far symbols move in a day, and which move together: of the returns that the tapes hold. Computed once a day. */
import type { Books, Market } from '#server/domain/books.ts';
import type { DailyReturn, Tape } from '#server/domain/tape.ts';

/** With fewer days nothing is said. */
const LEAST_DAYS = 20;
/** Above this correlation two symbols move together. */
const TOGETHER = 0.7;

/** Of each from the mean of all. */
function deviationsOf(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

/** One by one, added up. */
const productOf = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, one, nth) => sum + one * (b[nth] as number), 0);

function volatilityOf(returns: readonly DailyReturn[]): number {
  if (returns.length < LEAST_DAYS) return 0;
  const deviations = deviationsOf(returns.map(({ change }) => change));
  return Math.sqrt(productOf(deviations, deviations) / (deviations.length - 1));
}

/** Over the days that both have; nothing when they are too few, or one of them never moved. */
export function correlationOf(a: readonly DailyReturn[], b: readonly DailyReturn[]): number | undefined {
  const ofB = new Map(b.map(({ day, change }) => [day, change]));
  const pairs = a.flatMap(({ day, change }) => {
    const other = ofB.get(day);
    return other === undefined ? [] : [[change, other] as const];
  });
  if (pairs.length < LEAST_DAYS) return undefined;
  const [ofA, ofOther] = [deviationsOf(pairs.map(([one]) => one)), deviationsOf(pairs.map(([, other]) => other))];
  const [squaresA, squaresB] = [productOf(ofA, ofA), productOf(ofOther, ofOther)];
  return squaresA > 0 && squaresB > 0 ? productOf(ofA, ofOther) / (Math.sqrt(squaresA) * Math.sqrt(squaresB)) : undefined;
}

/** What is not known to move apart moves together. */
function areTogether(a: Tape, b: Tape): boolean {
  const correlation = correlationOf(a.returns, b.returns);
  return correlation === undefined || correlation > TOGETHER;
}

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
