/** Parameters given as `--set name=value`, checked by a schema; and what a schema has to be told, for people. */
import { z } from 'zod';
import { nearest } from '#config/nearest.ts';
import { misuse } from './failure.ts';

export interface Parameter {
  readonly name: string;
  readonly help: string;
  readonly default: unknown;
  readonly values: string;
}

interface Shape {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
}

export function parametersOf(schema: z.ZodType): Parameter[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, Shape> };
  return Object.entries(properties).map(([name, shape]) => ({
    name,
    help: shape.description ?? '',
    default: shape.default,
    values: valuesOf(shape),
  }));
}

function valuesOf({ type, enum: words, minimum, maximum }: Shape): string {
  if (words) return words.join('|');
  if (type === 'boolean') return 'true|false';
  return `${type === 'integer' ? 'whole, ' : ''}${minimum} to ${maximum}`;
}

type Given = Readonly<Record<string, unknown>>;

/**
 * What was given and what the schema makes of it, or wrong usage. `of` is whose parameters they are; `base` was given
 * elsewhere, and a `--set` outdoes it.
 */
export function readParameters<Params>(of: string, schema: z.ZodType<Params>, given: readonly string[], base: Given = {}): Params {
  const known = parametersOf(schema);
  const raw: Record<string, unknown> = { ...base };
  for (const one of given) {
    const [, name = '', value = ''] = /^([^=]+)=(.+)$/.exec(one) ?? [];
    if (name === '') throw misuse(`--set ${one} is not a parameter`, `give it as --set ${known[0]?.name}=${known[0]?.default}`);
    raw[name] = readValue(value);
  }
  for (const name of Object.keys(raw)) if (!known.some((parameter) => parameter.name === name)) throw unknown(of, name, known);
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '');
  const parameter = known.find((one) => one.name === name);
  const hint = parameter === undefined ? `see what ${of} takes with --list` : `${name}: ${parameter.help}, ${parameter.values}`;
  throw misuse(`${of} can not have ${name}=${String(raw[name] ?? parameter?.default)}: ${issue?.message}`, hint);
}

function readValue(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

function unknown(of: string, name: string, known: readonly Parameter[]): Error {
  const names = known.map((parameter) => parameter.name);
  const meant = nearest(name, names);
  const all = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  return misuse(`${of} has no parameter ${name}`, meant === undefined ? all : `did you mean ${meant}? ${all}`);
}
