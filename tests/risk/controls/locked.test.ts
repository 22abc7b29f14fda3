/** Symbols, portfolios and deployments that are locked. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import type { DeploymentId, PortfolioId } from '#server/domain/ids.ts';
import type { Lock, LockScope } from '#server/domain/lock.ts';
import { plus } from '#server/domain/time.ts';
import { locked } from '#server/risk/controls/locked.ts';
import { judge } from '#server/risk/judge.ts';
import { AAPL, BTC } from '#tests/support/builders.ts';
import { caseOf, type Scene } from '../cases.ts';
import { reads, refusedBy, refusesAndPasses, sale } from './both.ts';

const lock =
  (scope: LockScope, changes: Partial<Lock> = {}) =>
  (books: Books): void => {
    const until = plus(books.at, 90_001);
    const said = { id: 3, by: 'ann', reason: 'earnings', cause: 'operator', since: books.at, until, isCauseThere: false } as const;
    books.locks.push({ ...said, scope, ...changes });
  };
const ofSymbol = (symbol = AAPL) => ({ kind: 'symbol', symbol }) as const;
const ofPortfolio = (id: string) => ({ kind: 'portfolio', portfolio: id as PortfolioId }) as const;
const ofDeployment = (id: string) => ({ kind: 'deployment', deployment: id as DeploymentId }) as const;

refusesAndPasses(locked, { change: lock(ofSymbol()) }, 'AAPL is locked by ann for 2 minutes more (lock 3: earnings)', {
  change: lock(ofSymbol(BTC)),
});
refusesAndPasses(locked, { change: lock(ofPortfolio('test')) }, 'portfolio test is locked by ann', { change: lock(ofPortfolio('other')) });
refusesAndPasses(locked, { change: lock(ofDeployment('one')) }, 'deployment one is locked by ann', { change: lock(ofDeployment('two')) });
refusesAndPasses(locked, { change: lock(ofSymbol(), { until: undefined }) }, 'until it is removed', {});
refusesAndPasses(locked, { change: lock(ofSymbol(), { isCauseThere: true }) }, 'while its cause is there', {});

test('an exit passes, whatever is locked', () => {
  const scene: Scene = {
    intent: { ...sale, purpose: 'reduce' },
    change: (books, market) => {
      for (const scope of [ofSymbol(), ofPortfolio('test'), ofDeployment('one')]) lock(scope)(books);
      market.position.quantity = caseOf({}).intent.quantity;
    },
  };
  expect(judge(caseOf(scene)).kind).toBe('approved');
});

test('it reads which is locked first', () => {
  expect(reads(locked, {}).state).toBe('ok');
  expect(reads(locked, { change: lock(ofPortfolio('other')) })).toMatchObject({ state: 'refusing', of: 'portfolio other' });
});

test('a lock whose time is over and that was not taken away yet holds for no minutes more', () => {
  const over = (books: Books) => lock(ofSymbol(), { until: plus(books.at, -60_000) })(books);
  expect(refusedBy(locked, { change: over })).toBe('AAPL is locked by ann for 0 minutes more (lock 3: earnings)');
});
