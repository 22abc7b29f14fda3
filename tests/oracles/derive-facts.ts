/** Takes the facts about payloads from Alpaca's OpenAPI documents and from published payloads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fact, type Shape, shapeOf } from '#tests/exchange/facts/fact.ts';

// biome-ignore lint/suspicious/noExplicitAny: documents of others, looked into key by key
type Json = any;

const KINDS: Readonly<Record<string, string>> = { integer: 'number' };

/** Facts by operation, of the answer that is meant to be the usual one, and those that they name. */
export interface Facts {
  readonly operations: Readonly<Record<string, Fact>>;
  readonly table: Readonly<Record<string, Fact>>;
}

export function factsOfDocuments(folder: string, isWanted: (operation: string) => boolean): Facts {
  const operations: Record<string, Fact> = {};
  const table: Record<string, Fact> = {};
  for (const name of ['trading', 'market-data']) {
    const document: Json = JSON.parse(readFileSync(join(folder, 'openapi', `${name}-api.json`), 'utf8'));
    for (const [path, methods] of Object.entries<Json>(document.paths)) {
      for (const [method, operation] of Object.entries<Json>(methods)) {
        const key = `${method.toUpperCase()} ${path}`;
        if (!/^(get|post|put|patch|delete)$/.test(method) || !isWanted(key)) continue;
        const answer = operation.responses['200'] ?? operation.responses['207'];
        const schema = answer?.content?.['application/json']?.schema;
        operations[key] = schema ? factOf({ document, table }, schema) : {};
      }
    }
  }
  return { operations, table };
}

interface Reading {
  readonly document: Json;
  readonly table: Record<string, Fact>;
}

function factOf(reading: Reading, schema: Json): Fact {
  const { document, table } = reading;
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1);
    if (!table[name]) {
      table[name] = {};
      table[name] = factOf(reading, resolved(document, schema));
    }
    return { see: name };
  }
  const next = (one: Json): Fact => factOf(reading, one);
  const whole = (one: Json): Fact => factOf(reading, resolved(document, one));
  if (schema.allOf) return schema.allOf.map(whole).reduce(both);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map(whole).reduce(either);
  const type = schema.type ?? (schema.properties ? 'object' : undefined);
  const kinds = type === undefined ? {} : { kinds: [KINDS[type] ?? type, ...(schema.nullable ? ['null'] : [])] };
  const words = schema.enum && type === 'string' ? { words: schema.enum.filter((word: unknown) => typeof word === 'string') } : {};
  const keys = schema.properties
    ? { keys: Object.fromEntries(Object.entries<Json>(schema.properties).map(([key, one]) => [key, next(one)])) }
    : {};
  const items = schema.items ? { items: next(schema.items) } : {};
  const values = typeof schema.additionalProperties === 'object' ? { values: next(schema.additionalProperties) } : {};
  const required = schema.required ? { required: schema.required } : {};
  return { ...kinds, ...words, ...keys, ...required, ...items, ...values };
}

function resolved(document: Json, schema: Json): Json {
  if (!schema.$ref) return schema;
  return schema.$ref
    .slice(2)
    .split('/')
    .reduce((at: Json, key: string) => at[key], document);
}

/** What holds of both of two facts about one value. */
const both = (a: Fact, b: Fact): Fact => ({
  ...a,
  ...b,
  ...(a.keys || b.keys ? { keys: { ...a.keys, ...b.keys } } : {}),
  ...(a.required || b.required ? { required: [...(a.required ?? []), ...(b.required ?? [])] } : {}),
});

/** What holds of a value of which one of two facts is true. */
function either(a: Fact, b: Fact): Fact {
  if (a.see !== undefined && a.see === b.see) return a;
  const keys = { ...a.keys, ...b.keys };
  for (const key of Object.keys(a.keys ?? {})) {
    const [one, other] = [a.keys?.[key], b.keys?.[key]];
    if (one && other) keys[key] = either(one, other);
  }
  return {
    ...(a.kinds && b.kinds ? { kinds: [...new Set([...a.kinds, ...b.kinds])] } : {}),
    ...(a.words && b.words ? { words: [...new Set([...a.words, ...b.words])] } : {}),
    ...(a.keys || b.keys ? { keys } : {}),
    ...(a.required && b.required ? { required: a.required.filter((key) => b.required?.includes(key)) } : {}),
    ...((a.items ?? b.items) ? { items: a.items ?? b.items } : {}),
    ...((a.values ?? b.values) ? { values: a.values ?? b.values } : {}),
  } as Fact;
}

export interface Published {
  readonly source: string;
  readonly provenance: string;
  readonly payload: Json;
}

export const publishedIn = (folder: string, name: string): Published[] => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));

/** Which payloads a comparison is about, and which of their keys are not. */
export interface Selection {
  readonly file: string;
  readonly fits: (payload: Json, one: Published) => boolean;
  /** The part that is compared. */
  readonly part?: (payload: Json) => Json;
  readonly except?: RegExp;
}

export function shapeOfPublished(folder: string, { file, fits, part = (payload) => payload, except }: Selection): Shape {
  const payloads = publishedIn(folder, file).filter((one) => fits(one.payload, one));
  const shape = shapeOf(payloads.map(({ payload }) => part(payload)));
  return Object.fromEntries(
    Object.entries(shape)
      .filter(([path]) => !except?.test(path))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
