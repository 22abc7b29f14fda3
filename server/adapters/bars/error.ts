/** What is wrong with the stored bars, where, and what to do. */

/** For programs to compare. */
export type BarStoreCode =
  | 'noBars'
  | 'barsDamaged'
  | 'barsVersion'
  | 'barsBusy'
  | 'barsConflict'
  | 'barsSource'
  | 'barsUnwritable'
  | 'actionsUnknown'
  | 'barFile';

export class BarStoreError extends Error {
  readonly code: BarStoreCode;
  readonly hint: string;
  /** More of it for programs. */
  readonly facts: object;

  constructor({ code, message, hint, facts = {}, cause }: BarStoreFacts) {
    super(`${message}; ${hint}`, cause === undefined ? {} : { cause });
    this.name = 'BarStoreError';
    this.code = code;
    this.hint = hint;
    this.facts = facts;
  }
}

interface BarStoreFacts {
  readonly code: BarStoreCode;
  readonly message: string;
  readonly hint: string;
  readonly facts?: object;
  readonly cause?: unknown;
}
