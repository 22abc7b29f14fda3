/** How near the books stand to each control: looked at between two turns, and never needed for a decision. */
import type { Books } from '#server/domain/books.ts';
import type { Limits } from '#server/domain/limits.ts';
import type { Control, Reading } from '#server/risk/control.ts';
import { controls, settingOf } from '#server/risk/registry.ts';

export interface ControlReading extends Reading, Pick<Control, 'name' | 'id' | 'term'> {
  /** The key under `limits` that holds its parameter. */
  readonly setting: string | undefined;
}

export const readControls = (books: Books, limits: Limits): ControlReading[] =>
  controls.map((control) => {
    const { name, id, term, measure } = control;
    return { name, id, term, setting: settingOf(control), ...measure({ books, limits }) };
  });
