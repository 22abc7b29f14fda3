/** Turns the schema's issues into complaints that name the key, who said it, and what it may be. */
import { z } from 'zod';
import { settings } from './config.ts';
import { type ConfigFault, pathText } from './fault.ts';
import { SECRET_KEYS } from './file.ts';
import { type Layers, originText } from './layers.ts';
import { nearest } from './nearest.ts';
import { ENVIRONMENT } from './outside.ts';

type Issue = z.core.$ZodIssue;

/** The part of JSON Schema that our settings use. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly oneOf?: readonly Shape[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

export function explain(issues: readonly Issue[], layers: Layers): ConfigFault[] {
  const root = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }) as Shape;
  return issues.flatMap((issue) => explainOne(issue, layers, root));
}

export function whereIs(path: readonly PropertyKey[], layers: Layers): string {
  const source = layers.sourceOf(path);
  return source === undefined ? pathText(path) : `${pathText(path)} (${originText(source)})`;
}

function explainOne(issue: Issue, layers: Layers, root: Shape): ConfigFault[] {
  const { path } = issue;
  const where = whereIs(path, layers);
  const value = layers.valueAt(path);
  const said = shown(path, value);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], layers, shapeAt(root, path, layers)));
    case 'invalid_type':
      if (value === undefined) return [{ where, problem: 'is missing', remedy: missingRemedy(path) }];
      return [{ where, problem: `${said} is not ${article(issue.expected)}`, remedy: `give ${article(issue.expected)}` }];
    case 'too_small':
    case 'too_big':
      return [
        {
          where,
          problem: `${said} is too ${issue.code === 'too_big' ? 'big' : 'small'}`,
          remedy: bounds(issue, shapeAt(root, path, layers)),
        },
      ];
    case 'invalid_value':
      return [{ where, problem: `${said} is not known`, remedy: oneOf(value, issue.values.map(String)) }];
    case 'invalid_union': {
      const choices = shapeAt(root, path.slice(0, -1), layers)?.oneOf ?? [];
      const names = choices.map((choice) => String(choice.properties?.[discriminatorOf(choices)]?.const));
      if (value === undefined) return [{ where, problem: 'is missing', remedy: `use one of ${names.join(', ')}` }];
      return [{ where, problem: `there is no ${String(path.at(-1))} ${said}`, remedy: oneOf(value, names) }];
    }
    default:
      return [{ where, problem: `${said} is refused`, remedy: issue.message }];
  }
}

/** A secret is never repeated, nor what stands where one should be. */
function shown(path: readonly PropertyKey[], value: unknown): string {
  if (SECRET_KEYS.includes(String(path[0]))) return 'the value (not shown)';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function unknownKey(path: readonly PropertyKey[], layers: Layers, shape: Shape | undefined): ConfigFault {
  const key = String(path.at(-1));
  const known = Object.keys(shape?.properties ?? {});
  const meant = nearest(key, known);
  const remedy = meant === undefined ? `remove it; known here are ${known.join(', ')}` : `did you mean "${meant}"?`;
  return { where: whereIs(path, layers), problem: 'unknown key', remedy };
}

function missingRemedy(path: readonly PropertyKey[]): string {
  const wanted = pathText(path);
  const variable = Object.entries(ENVIRONMENT).find(([, outside]) => outside.path.join('.') === wanted)?.[0];
  return variable === undefined ? 'add it; docs/configuration.md says what it may be' : `set ${variable} too, or neither`;
}

function oneOf(value: unknown, names: readonly string[]): string {
  const meant = typeof value === 'string' ? nearest(value, names) : undefined;
  const list = `use one of ${names.join(', ')}`;
  return meant === undefined ? list : `did you mean "${meant}"? ${list}`;
}

function bounds(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall, shape: Shape | undefined): string {
  if (issue.origin === 'string') return 'give a text of sensible length';
  if (issue.origin === 'array') return issue.code === 'too_small' ? `list at least ${issue.minimum}` : `list at most ${issue.maximum}`;
  const low = shape?.minimum ?? shape?.exclusiveMinimum;
  const above = shape?.exclusiveMinimum === undefined ? `from ${low}` : `above ${low},`;
  return `use a number ${above} to ${shape?.maximum}`;
}

const ARTICLES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text in quotes',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};
const article = (expected: string): string => ARTICLES[expected] ?? expected;

/** The key that says which of several shapes something has. */
const discriminatorOf = (choices: readonly Shape[]): string => (choices[0]?.properties?.['agent'] === undefined ? 'kind' : 'agent');

/** Which of them it is; one that need not be named is the first. */
function chosen(choices: readonly Shape[], path: readonly PropertyKey[], layers: Layers): Shape | undefined {
  const key = discriminatorOf(choices);
  const named = layers.valueAt([...path, key]);
  return choices.find(({ properties }) =>
    named === undefined ? properties?.[key]?.default !== undefined : properties?.[key]?.const === named,
  );
}

/** The shape at a path; where a name decides (the agent, the method of sizing), that of the name that stands there. */
function shapeAt(root: Shape, path: readonly PropertyKey[], layers: Layers): Shape | undefined {
  let shape: Shape | undefined = root;
  for (const [index, part] of path.entries()) {
    if (shape?.oneOf !== undefined) shape = chosen(shape.oneOf, path.slice(0, index), layers);
    shape = typeof part === 'number' ? shape?.items : shape?.properties?.[String(part)];
  }
  return (shape?.oneOf && chosen(shape.oneOf, path, layers)) ?? shape;
}
