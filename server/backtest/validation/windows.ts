/** Where to learn and where to be judged: walk-forward windows, and folds that are purged and embargoed. Half-open ranges of indices. */

export interface Range {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

export interface Window {
  readonly train: readonly Range[];
  readonly test: Range;
}

export interface WalkForwardSettings {
  /** Points of a training window; with `anchored` of the first one. */
  readonly train: number;
  readonly test: number;
  /** Points left out between training and test, so that what was open at the end of training is not judged by itself. */
  readonly gap: number;
  /** Training always begins with the first point and grows; otherwise it rolls along with a constant length. */
  readonly anchored: boolean;
}

/**
 * Windows whose tests follow each other without overlap, each trained on what came before it; the last test may be shorter,
 * but not below half. None when the curve is too short (Pardo, The Evaluation and Optimization of Trading Strategies, ch. 11).
 */
export function walkForward(length: number, { train, test, gap, anchored }: WalkForwardSettings): Window[] {
  const windows: Window[] = [];
  for (let end = train; end + gap + test / 2 <= length; end += test) {
    const from = anchored ? 0 : end - train;
    const begin = end + gap;
    windows.push({ train: [{ from, to: end }], test: { from: begin, to: Math.min(begin + test, length) } });
  }
  return windows;
}

export interface FoldSettings {
  readonly folds: number;
  /** Points removed from training on both sides of the test: as long as a trade lasts. */
  readonly purge: number;
  /** Points removed from training after the test besides: as long as what happened in it still shows in the market. */
  readonly embargo: number;
}

/**
 * k folds: each part of the curve is the test once, training is all the rest but what touches it
 * (López de Prado, Advances in Financial Machine Learning, ch. 7).
 */
export function purgedFolds(length: number, { folds, purge, embargo }: FoldSettings): Window[] {
  return Array.from({ length: folds }, (_, nth) => {
    const test = { from: Math.floor((nth * length) / folds), to: Math.floor(((nth + 1) * length) / folds) };
    const before = { from: 0, to: Math.max(0, test.from - purge) };
    const after = { from: Math.min(length, test.to + purge + embargo), to: length };
    return { train: [before, after].filter(({ from, to }) => to > from), test };
  });
}
