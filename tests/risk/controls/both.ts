/** What every control must show: that it refuses, alone and with these words, and that it lets pass what is just inside. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { parseMoney, parseQuantity } from '#server/domain/money.ts';
import type { Control, Reading } from '#server/risk/control.ts';
import { judge } from '#server/risk/judge.ts';
import { caseOf, refusals, type Scene } from '../cases.ts';

export const why = (scene: Scene): string => {
  const verdict = judge(caseOf(scene));
  return verdict.kind === 'refused' ? verdict.because.map(({ reason }) => reason).join('; ') : '';
};

/** Each refusal names only this control; each passing scene is the nearest to it that is allowed. */
export function refusesAndPasses({ name }: Control, refused: Scene, words: string, passing: Scene): void {
  test(`refuses: ${words}`, () => {
    expect(refusals(judge(caseOf(refused)))).toEqual([name]);
    expect(why(refused)).toContain(words);
  });
  test(`lets pass what is just inside (not: ${words})`, () => {
    expect(judge(caseOf(passing)).kind).toBe('approved');
  });
}

/** What the control alone says of a scene that others may refuse as well. */
export function refusedBy({ name }: Control, scene: Scene): string | undefined {
  const verdict = judge(caseOf(scene));
  return verdict.kind === 'refused' ? verdict.because.find(({ rule }) => rule === name)?.reason : undefined;
}

/** What the control reads in these books. */
export function reads(control: Control, scene: Scene): Reading {
  const { books, limits } = caseOf(scene);
  return control.measure({ books, limits });
}

export const money = parseMoney;
export const holds =
  (quantity: string, cost = '0') =>
  (_books: Books, market: Market): void => {
    market.position.quantity = parseQuantity(quantity);
    market.position.cost = money(cost);
  };
export const sale = { side: 'sell' } as const;
export const instrument = (changes: object) => (_: Books, market: Market) => {
  market.instrument = { ...market.instrument!, ...changes };
};

/** Exits that are multiples of a range. */
export const ranging = (value: number) => (_: Books, market: Market) => Object.assign(market, { guard: { gauge: { value } } });
