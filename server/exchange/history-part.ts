/** What is finished for good, as bytes: they stay the same from one saved state to the next, so each is written down once. */
export type HistoryName = 'orders' | 'activities' | 'equity' | 'clientIds';

export interface HistoryPart {
  readonly history: HistoryName;
  readonly index: number;
  /** The same object as long as the part is the same. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A state in two: what goes on changing, as text, and what does not. */
export interface Checkpoint {
  readonly state: string;
  readonly parts: readonly HistoryPart[];
}

/** The parts of one history, oldest first. */
export const partsOf = (parts: readonly HistoryPart[], history: HistoryName): HistoryPart[] =>
  parts.filter((part) => part.history === history).sort((a, b) => a.index - b.index);

export const asParts = (history: HistoryName, chunks: readonly Omit<HistoryPart, 'history'>[]): HistoryPart[] =>
  chunks.map(({ index, bytes }) => ({ history, index, bytes }));
