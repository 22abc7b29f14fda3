/** The configuration in force as a tree of values and their origins, secrets hidden. */
import { formatFixed } from '#server/domain/money.ts';
import type { Config } from './config.ts';
import { type Layers, originText } from './layers.ts';
import type { LoadedConfig } from './load.ts';
import { Secret } from './secret.ts';

export interface Described {
  readonly value: string | number | boolean | null;
  /** "default", "profile demo", "file …", "env TRADAR_MODE", "--mode". */
  readonly origin: string;
}

export type DescribedTree = Described | readonly DescribedTree[] | { readonly [key: string]: DescribedTree };

export const isDescribed = (tree: DescribedTree): tree is Described => 'origin' in tree && typeof tree.origin === 'string';

export function describeConfig({ config, layers }: LoadedConfig): DescribedTree {
  return describe(visible(config), [], layers);
}

/** What was derived and not said has no origin to show. */
function visible({ api, ...others }: Config): object {
  const { portIsDefault: _, ...said } = api;
  return { ...others, api: said };
}

function describe(value: unknown, path: readonly PropertyKey[], layers: Layers): DescribedTree {
  if (Array.isArray(value)) return value.map((item, index) => describe(item, [...path, index], layers));
  if (typeof value === 'object' && value !== null && !(value instanceof Secret)) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return Object.fromEntries(entries.map(([key, inner]) => [key, describe(inner, [...path, key], layers)]));
  }
  const origin = layers.originOf(path);
  return { value: plain(value), origin: origin === undefined ? 'default' : originText(origin) };
}

function plain(value: unknown): Described['value'] {
  if (typeof value === 'bigint') return formatFixed(value);
  if (value instanceof Secret) return value.toString();
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
