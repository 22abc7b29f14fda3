/** The tables of docs/configuration.md, made of the schema, the profiles and the variables: what the documentation must say. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { settings } from '#config/config.ts';
import { ENVIRONMENT } from '#config/outside.ts';
import { sizing } from '#config/sizing.ts';
import { agents } from '#server/agents/registry.ts';

interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly oneOf?: readonly Shape[];
}

const FOLDER = new URL('../../config/', import.meta.url).pathname;
const profile = (name: string): unknown => JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8'));
const profiles = { demo: profile('demo'), paper: profile('paper'), live: profile('live') };

const shapeOf = (schema: z.ZodType): Shape => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;

const kindOf = (choice: Shape): unknown => choice.properties?.['kind']?.const;
const kinds = ({ oneOf = [] }: Shape): unknown[] => oneOf.map(kindOf);

function leaves(shape: Shape, path: string): [string, Shape][] {
  if (shape.oneOf && path.endsWith('.sizing'))
    return [[`${path}.kind`, { ...shape.oneOf[0]!.properties!['kind']!, ...shape, enum: kinds(shape) }]];
  if (shape.oneOf) return leaves(shape.oneOf[0]!, path).filter(([key]) => !key.includes('.config'));
  if (shape.items?.properties || shape.items?.oneOf) return [[path, shape], ...leaves(shape.items, `${path}[]`)];
  if (!shape.properties) return [[path, shape]];
  return Object.entries(shape.properties).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

function valuesOf(shape: Shape, path = ''): string {
  if (shape.enum) return shape.enum.map((choice) => `\`${choice}\``).join(', ');
  if (shape.const !== undefined)
    return path.endsWith('.agent')
      ? Object.keys(agents)
          .map((name) => `\`${name}\``)
          .join(', ')
      : `\`${shape.const}\``;
  const low = shape.exclusiveMinimum === undefined ? `${shape.minimum}` : `above ${shape.exclusiveMinimum}`;
  if (shape.type === 'integer') return `whole, ${low} to ${shape.maximum}`;
  if (shape.type === 'number') return `${low} to ${shape.maximum}`;
  if (shape.type === 'boolean') return '`true`, `false`';
  if (shape.type === 'array') return `list of ${shape.minItems ?? 0} to ${shape.maxItems}`;
  return shape.pattern?.startsWith('^\\d') ? 'dollars, in quotes' : 'text';
}

const valueAt = (tree: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((here, key) => (here as Record<string, unknown> | undefined)?.[key], tree);

const withoutDefault = (path: string): string => (path.startsWith('portfolios') && !/\.(?:exits|locks)\./.test(path) ? 'needed' : 'none');

function defaultOf(path: string, shape: Shape): string {
  const text = (value: unknown): string => `\`${JSON.stringify(value)?.replace(`${FOLDER}demo-bars`, 'the bundled bars')}\``;
  const own = shape.default === undefined ? withoutDefault(path) : text(shape.default);
  if (path.startsWith('portfolios')) return path === 'portfolios' ? 'of the profile' : own;
  const values = Object.entries(profiles).map(([name, tree]) => ({ name, value: valueAt(tree, path) ?? shape.default }));
  if (path === 'mode' || new Set(values.map(({ value }) => value)).size === 1) return own;
  return values.map(({ name, value }) => `${text(value)} ${name}`).join(', ');
}

const variableOf = (path: string): string => {
  const name = Object.entries(ENVIRONMENT).find(([, outside]) => outside.path.join('.') === path)?.[0];
  return name === undefined ? '' : `\`${name}\``;
};

export const settingsTable = (): string[] => [
  '| key | default | values | variable | meaning |',
  '|---|---|---|---|---|',
  ...leaves(shapeOf(settings), '').map(
    ([path, shape]) =>
      `| \`${path}\` | ${defaultOf(path, shape)} | ${valuesOf(shape, path)} | ${variableOf(path)} | ${shape.description ?? ''} |`,
  ),
];

/** The keys of each method of sizing. */
export const sizingTable = (): string[] => [
  '| sizing | key | default | values | meaning |',
  '|---|---|---|---|---|',
  ...(shapeOf(sizing).oneOf ?? []).flatMap((choice) =>
    leaves(choice, '').map(([path, shape]) =>
      path === 'kind'
        ? `| **\`${kindOf(choice)}\`** | | | | ${shape.description} |`
        : `| \`${kindOf(choice)}\` | \`${path}\` | ${ownDefault(path, shape)} | ${valuesOf(shape)} | ${shape.description ?? ''} |`,
    ),
  ),
];

function ownDefault(path: string, { default: usual }: Shape): string {
  if (usual !== undefined) return `\`${JSON.stringify(usual)}\``;
  return path === 'notional' ? 'needed' : 'none';
}

export const agentTable = (): string[] => [
  '| agent | key | default | values | meaning |',
  '|---|---|---|---|---|',
  ...Object.values(agents).flatMap((kind) =>
    leaves(shapeOf(kind.schema), '').map(
      ([path, shape]) =>
        `| \`${kind.name}\` | \`${path}\` | \`${JSON.stringify(shape.default)}\` | ${valuesOf(shape)} | ${shape.description ?? ''} |`,
    ),
  ),
];
