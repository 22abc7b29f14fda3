/** What a metric says of itself: for the report's reader, for the text of the command line, and for docs/metrics.md. */

export type Unit =
  /** A share: 0.12 is twelve percent. */
  | 'fraction'
  /** A plain number. */
  | 'number'
  | 'dollars'
  | 'days'
  | 'years'
  | 'count';

export interface Definition {
  readonly label: string;
  readonly unit: Unit;
  /** How it is computed, with annualisation and the libraries that agree. */
  readonly text: string;
}

/** Every figure of a family, with what it means. */
export type DefinitionsOf<Family> = Readonly<Record<keyof Family & string, Definition>>;

/** A figure, or nothing where it is not defined: no trades, no deviation, a base that is not above zero. */
export type Figure = number | null;
