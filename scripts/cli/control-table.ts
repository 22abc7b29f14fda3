/** The risk controls as rows: out of the registry, beside the limits of a configuration. */
import type { Settings } from '#config/config.ts';
import { formatFixed } from '#server/domain/money.ts';
import type { Control } from '#server/risk/control.ts';
import { controls, settingOf } from '#server/risk/registry.ts';
import type { LastResult } from '../test/last-results.ts';

export interface ControlRow extends Pick<Control, 'name' | 'id' | 'term' | 'answers' | 'asks'> {
  readonly setting: string | null;
  /** As the configuration has it. */
  readonly value: string | number | boolean | null;
  readonly test: string;
  /** Of that test in this checkout; none where it was not run. */
  readonly lastResult: LastResult | null;
}

const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const plain = (value: bigint | number | boolean): string | number | boolean => (typeof value === 'bigint' ? formatFixed(value) : value);

/** `limits`: as the configuration spells them. */
export const controlRows = (limits: Settings['limits'], results: ReadonlyMap<string, LastResult> = new Map()): ControlRow[] =>
  controls.map((control) => {
    const { name, id, term, answers, asks } = control;
    const setting = settingOf(control) ?? null;
    const value = setting === null ? null : plain(limits[setting as keyof typeof limits]);
    const test = `tests/risk/controls/${dashed(name)}.test.ts`;
    return { name, id, term, answers, asks, setting, value, test, lastResult: results.get(test) ?? null };
  });

/** Where it was not run, what is true of every commit. */
export function resultInWords(last: LastResult | null): string {
  if (last === null) return 'green in every merge';
  const { passed, failed, at, commit } = last;
  return `${failed === 0 ? `${passed} passed` : `${failed} of ${passed + failed} failed`}, ${at.slice(0, 10)}, ${commit}`;
}

/** One table, a row a control. */
export const controlMarkdown = (rows: readonly ControlRow[]): string[] => [
  '| id | control | reason code | answers | asked of | parameter | present value | proved by | last result |',
  '|---|---|---|---|---|---|---|---|---|',
  ...rows.map(({ id, term, name, answers, asks, setting, value, test, lastResult }) => {
    const asked = asks === 'always' ? 'every order' : 'opening orders';
    const parameter = setting === null ? '' : `\`limits.${setting}\``;
    const present = value === null ? '' : `\`${value}\``;
    return `| ${id} | ${term} | \`${name}\` | ${answers} | ${asked} | ${parameter} | ${present} | \`${test}\` | ${resultInWords(lastResult)} |`;
  }),
];
