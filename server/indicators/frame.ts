/**
 * Windows of prices as small integers: prices lie on a grid (cents, or what else they are quoted in), and those of a window
 * near each other; counted in steps of the grid from an anchor among them, they and the sums of their squares are exact in
 * doubles.
 */
import { EXACT_UP_TO, NANOS_IN_UNIT } from './nanos.ts';

interface Grid {
  readonly stepsInUnit: number;
  /** How far off a value may lie, in steps, to be surely taken to the billionth on the grid. */
  readonly tolerance: number;
}

export interface Frame extends Grid {
  /** In steps. */
  readonly anchor: number;
}

const CENTS: Grid = { stepsInUnit: 1e2, tolerance: 4e-8 };

const GRIDS: readonly Grid[] = [
  CENTS,
  { stepsInUnit: 1e4, tolerance: 4e-6 },
  { stepsInUnit: 1e6, tolerance: 4e-4 },
  { stepsInUnit: NANOS_IN_UNIT, tolerance: 0.5 },
];

/** Holds the usual prices of stocks without another look. */
export const FIRST_FRAME: Frame = { ...CENTS, anchor: 0 };

/** A step in billionths. */
export const stepOf = ({ stepsInUnit }: Grid): number => NANOS_IN_UNIT / stepsInUnit;

/** The steps from the anchor within which size × Σ squares and (Σ steps)² are exact. */
export const reachOf = (size: number): number => Math.sqrt(EXACT_UP_TO) / size;

/** The coarsest grid that all values (in billionths) lie on, around their middle, or none. They take half of the reach, so that it lasts. */
export function frameOf(nanos: readonly number[], size: number): Frame | undefined {
  const grid = GRIDS.find((one) => nanos.every((value) => value % stepOf(one) === 0));
  if (grid === undefined) return undefined;
  const [lowest, highest] = [Math.min(...nanos) / stepOf(grid), Math.max(...nanos) / stepOf(grid)];
  const anchor = Math.round((lowest + highest) / 2);
  const isNear = highest - lowest <= reachOf(size);
  const isExact = size * (Math.abs(anchor) + reachOf(size)) <= EXACT_UP_TO;
  return isNear && isExact ? { ...grid, anchor } : undefined;
}
