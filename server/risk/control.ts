/**
 * What a control is. Each says why not, with the numbers, or nothing; none may say yes; they do not know of each other. One that asks for
 * something unknown refuses. An order that only reduces a position is asked nothing but what guards against sending nonsense: no limit
 * stands in the way out. Judged thousands of times: a rule allocates nothing unless it refuses.
 */
import type { Books, Market } from '#server/domain/books.ts';
import type { Intent } from '#server/domain/decision.ts';
import type { Limits } from '#server/domain/limits.ts';
import type { Sheet } from './sheet.ts';

export interface Question {
  readonly intent: Intent;
  readonly books: Books;
  readonly market: Market;
  readonly limits: Limits;
}

/** The question, with what several controls want of it worked out once. */
export interface Case extends Question {
  /** Dollars of the order as a number, below zero for a sale. */
  readonly value: number;
  /** The exposure with the order, of orders that open. */
  readonly sheet: Readonly<Sheet>;
}

/** Why not, with the numbers; nothing when this rule has no objection. */
export type Rule = (question: Case) => string | undefined;

/** How the books stand towards a control, without any order in mind. */
export interface Standing {
  readonly books: Books;
  readonly limits: Limits;
}

export type ReadingState = 'ok' | 'near' | 'refusing' | 'unknown';
export type Unit = 'dollars' | 'shares' | 'orders' | 'count' | 'ms' | 'percent' | 'ratio' | 'none';

export interface Reading {
  /** Nothing where it is a property of an order and not of the books, or is not known. */
  readonly value: number | undefined;
  readonly limit: number | undefined;
  readonly unit: Unit;
  readonly state: ReadingState;
  /** The symbol or group that stands nearest to the limit. */
  readonly of?: string | undefined;
}

export interface Control {
  /** Its reason code: what a refusal names, in the journal and in the API. */
  readonly name: string;
  /** In the catalogue of controls. */
  readonly id: string;
  /** The standard term for it. */
  readonly term: string;
  /** What asks for it: rules and articles, by their short names. */
  readonly answers: string;
  /** The key under `limits` that holds its parameter. */
  readonly limit: keyof Limits | undefined;
  /** Every order, or only those that open or enlarge a position. */
  readonly asks: 'always' | 'opening';
  readonly rule: Rule;
  readonly measure: (standing: Standing) => Reading;
}
