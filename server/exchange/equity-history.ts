/** What the account was worth: each change of the last weeks, and every close. */
import { DAY_MS } from '../domain/time.ts';
import { asParts, type HistoryPart, partsOf } from './history-part.ts';
import { CHUNK_RECORDS, createRecordLog, type SavedLog } from './record-log.ts';

const KEPT_MS = 32 * DAY_MS;

interface Sample {
  readonly at: number;
  value: number;
}

export interface SavedEquity {
  readonly last: Sample | null;
  readonly log: SavedLog;
  readonly closes: readonly (readonly [day: number, value: number])[];
}

export interface EquityHistory {
  /** From this instant on the account is worth so many dollars. */
  note(at: number, value: number): void;
  noteClose(day: number, value: number): void;
  /** The worth at an instant, or that of the first sample when there is none before. */
  at(at: number): number | undefined;
  closeOf(day: number): number | undefined;
  save(): SavedEquity;
  /** What is finished for good. */
  parts(): HistoryPart[];
  load(saved: SavedEquity, parts: readonly HistoryPart[]): void;
}

export function createEquityHistory(): EquityHistory {
  const log = createRecordLog();
  /** The newest sample may still change, so it is not in the log. */
  let last: Sample | undefined;
  let closes = new Map<number, number>();
  const timeOf = (index: number): number => log.read(index, (reader) => reader.count()) ?? 0;
  const worthOf = (index: number): number | undefined =>
    log.read(index, (reader) => {
      reader.count();
      return reader.number();
    });
  /** Index of the last sample at or before an instant. */
  const find = (at: number): number => {
    let low = log.first();
    let high = log.count();
    while (low < high) {
      const middle = (low + high) >> 1;
      if (timeOf(middle) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  const putAway = ({ at, value }: Sample): void => {
    const index = log.append((writer) => {
      writer.count(at);
      writer.number(value);
    });
    if (index % CHUNK_RECORDS === 0) log.forgetBefore(find(at - KEPT_MS));
  };
  return {
    note: (at, value) => {
      if (last?.value === value) return;
      if (last?.at === at) {
        last.value = value;
        return;
      }
      if (last) putAway(last);
      last = { at, value };
    },
    noteClose: (day, value) => {
      closes.set(day, value);
    },
    at: (at) => (last && (at >= last.at || log.count() === 0) ? last.value : worthOf(Math.max(log.first(), find(at)))),
    closeOf: (day) => closes.get(day),
    save: () => ({ last: last ?? null, log: log.save(), closes: [...closes] }),
    parts: () => asParts('equity', log.sealed()),
    load: (saved, parts) => {
      last = saved.last ? { ...saved.last } : undefined;
      log.load(saved.log, partsOf(parts, 'equity'));
      closes = new Map(saved.closes);
    },
  };
}
