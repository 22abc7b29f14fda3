/** What the account was worth: each change of the last weeks, and every close. */
import { DAY_MS } from '../domain/time.ts';

const KEPT_MS = 32 * DAY_MS;
/** Old samples are cut off now and then, not one by one. */
const CUT_EVERY = 4_096;

export interface SavedEquity {
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly closes: readonly (readonly [day: number, value: number])[];
}

export interface EquityHistory {
  /** From this instant on the account is worth so many dollars. */
  note(at: number, value: number): void;
  noteClose(day: number, value: number): void;
  /** The worth at an instant, or that of the first sample when there is none before. */
  at(at: number): number | undefined;
  closeOf(day: number): number | undefined;
  /** The first day with a close. */
  firstDay(): number | undefined;
  save(): SavedEquity;
  load(saved: SavedEquity): void;
}

export function createEquityHistory(): EquityHistory {
  let times: number[] = [];
  let values: number[] = [];
  let closes = new Map<number, number>();
  /** Index of the last sample at or before an instant. */
  const find = (at: number): number => {
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  return {
    note: (at, value) => {
      const last = times.length - 1;
      if (values[last] === value) return;
      if (times[last] === at) {
        values[last] = value;
        return;
      }
      times.push(at);
      values.push(value);
      if (times.length % CUT_EVERY !== 0) return;
      const from = Math.max(0, find(at - KEPT_MS));
      times = times.slice(from);
      values = values.slice(from);
    },
    noteClose: (day, value) => {
      closes.set(day, value);
    },
    at: (at) => values[Math.max(0, find(at))],
    closeOf: (day) => closes.get(day),
    firstDay: () => closes.keys().next().value,
    save: () => ({ times, values, closes: [...closes] }),
    load: (saved) => {
      times = [...saved.times];
      values = [...saved.values];
      closes = new Map(saved.closes);
    },
  };
}
