/**
 * Facts about Alpaca's payloads: which keys there are, of which kind, which words they may be. They were taken from the
 * OpenAPI documents and from published payloads by tests/oracles/exchange-facts.test.ts, which also sees that they are
 * still the same; here payloads of ours are held against them.
 */

/** What a value may be. Facts that say nothing allow anything. */
export interface Fact {
  /** Everything about it stands under this name in the table. */
  readonly see?: string;
  readonly kinds?: readonly string[];
  /** The words it may be. */
  readonly words?: readonly string[];
  readonly keys?: Readonly<Record<string, Fact>>;
  readonly required?: readonly string[];
  /** Of each item of a list. */
  readonly items?: Fact;
  /** Of each value of an object whose keys are symbols or the like. */
  readonly values?: Fact;
}

export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

export interface Rules {
  /** Facts by name. */
  readonly table: Readonly<Record<string, Fact>>;
  /** Whether a key is known from elsewhere. */
  readonly isExtra: (key: string) => boolean;
}

export function faultsOf(rules: Rules, given: Fact, value: unknown, path = ''): string[] {
  const fact = given.see === undefined ? given : (rules.table[given.see] ?? {});
  const kind = kindOf(value);
  if (fact.kinds && !fact.kinds.includes(kind)) return [`${path || 'all of it'} is ${kind}, not ${fact.kinds.join(' or ')}`];
  if (typeof value === 'string' && fact.words && !fact.words.includes(value)) return [`${path} is "${value}"`];
  if (Array.isArray(value)) return fact.items ? value.flatMap((item) => faultsOf(rules, fact.items as Fact, item, `${path}[]`)) : [];
  if (typeof value !== 'object' || value === null) return [];
  const missing = (fact.required ?? []).filter((key) => !(key in value)).map((key) => `${path}.${key} is missing`);
  const wrong = Object.entries(value).flatMap(([key, item]) => {
    const known = fact.keys?.[key] ?? fact.values;
    if (known) return faultsOf(rules, known, item, `${path}.${fact.keys?.[key] ? key : '*'}`);
    return fact.keys && !rules.isExtra(key) ? [`${path}.${key} is unheard of`] : [];
  });
  return [...missing, ...wrong];
}

/** Ways from one key to the next, each with the kinds at its end; symbols are "*". */
export type Shape = Readonly<Record<string, readonly string[]>>;

export function shapeOf(values: readonly unknown[]): Shape {
  const shape: Record<string, string[]> = {};
  for (const value of values) note(value, '', shape);
  return shape;
}

function note(value: unknown, path: string, shape: Record<string, string[]>): void {
  if (Array.isArray(value)) for (const item of value) note(item, `${path}[]`, shape);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) note(item, `${path}.${/^[A-Z][A-Z/.]{1,9}$/.test(key) ? '*' : key}`, shape);
  } else {
    const kinds = shape[path] ?? [];
    if (!kinds.includes(kindOf(value))) shape[path] = [...kinds, kindOf(value)].sort();
  }
}

const DECIMAL = /^-?\d+(\.\d+)?$/;

/**
 * What the published payloads have and ours do not, or have in another kind. Where a value is sometimes absent both send
 * null, which fits anything. Some documents print decimals without quotes; the schema and every recording have them as text.
 */
export function shapeFaults(theirs: Shape, ours: unknown): string[] {
  const decimals = new Set<string>();
  collectDecimals(ours, '', decimals);
  const mine = shapeOf([ours]);
  return Object.entries(theirs).flatMap(([path, kinds]) => {
    const own = mine[path];
    if (own === undefined) return isBelowNull(path, mine) ? [] : [`${path} is missing`];
    const fits = own.every((kind) => kind === 'null' || kinds.includes(kind) || kinds.every((one) => one === 'null'));
    return fits || (decimals.has(path) && kinds.includes('number'))
      ? []
      : [`${path} is ${own.join(' or ')}, published as ${kinds.join(' or ')}`];
  });
}

function collectDecimals(value: unknown, path: string, into: Set<string>): void {
  if (typeof value === 'string' && DECIMAL.test(value)) into.add(path);
  else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, item] of Object.entries(value)) collectDecimals(item, `${path}.${key}`, into);
  }
}

/** Whether a key further up is null in ours, so that there is nothing below it. */
function isBelowNull(path: string, mine: Shape): boolean {
  return Object.entries(mine).some(
    ([own, kinds]) => kinds.includes('null') && own !== '' && (path.startsWith(`${own}.`) || path.startsWith(`${own}[`)),
  );
}
