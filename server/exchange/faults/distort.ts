/** Bends a body or a message: a word nobody knows, a field less, a field more. */
import type { Strike } from './plan.ts';

type Bag = Record<string, unknown>;

const DEFAULTS = {
  unknownEnum: { field: 'status', value: 'quantum_entangled' },
  missingField: { field: 'filled_qty', value: undefined },
  extraField: { field: 'brand_new_field', value: { added: 'without notice' } },
} as const;

type Distortion = keyof typeof DEFAULTS;

/** Lists without their first item. */
export const shortened = (json: unknown): unknown => (Array.isArray(json) ? json.slice(1) : json);

export const isDistortion = (fault: string): fault is Distortion => fault in DEFAULTS;

/** The same with the strike in it; `within` is where orders are, for strikes that name no field. */
export function distorted(json: unknown, { fault, field, value }: Strike, within: string): unknown {
  if (!isDistortion(fault)) return json;
  const usual = DEFAULTS[fault];
  const path = (field ?? `${within}${usual.field}`).split('.');
  return bent(json, path, fault, value === undefined ? usual.value : value);
}

function bent(json: unknown, path: readonly string[], fault: Distortion, value: unknown): unknown {
  if (Array.isArray(json)) return json.map((item) => bent(item, path, fault, value));
  if (typeof json !== 'object' || json === null || json instanceof Date) return json;
  const [name = '', ...rest] = path;
  const bag = json as Bag;
  if (rest.length > 0) return name in bag ? { ...bag, [name]: bent(bag[name], rest, fault, value) } : bag;
  if (fault === 'missingField') return Object.fromEntries(Object.entries(bag).filter(([key]) => key !== name));
  if (fault === 'unknownEnum' && !(name in bag)) return bag;
  return { ...bag, [name]: value };
}
