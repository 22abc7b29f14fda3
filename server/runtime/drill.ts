/** What a rehearsal of the kill switch comes to. */

export interface DrillStep {
  readonly name: string;
  readonly milliseconds: number;
  readonly passed: boolean;
  /** What was seen, where it is not what must be. */
  readonly found: string;
}

export interface DrillReport {
  readonly at: string;
  readonly passed: boolean;
  readonly steps: readonly DrillStep[];
}
