/** Layers of settings, later ones over earlier ones, with a memory of which one said what. */
import { pathText } from './fault.ts';

export type Tree = Readonly<Record<string, unknown>>;

/** Who gave a value: "profile demo", "file /etc/tradar.json", "env TRADAR_MODE", "flag --mode", "stored paper". */
export interface Origin {
  readonly kind: 'profile' | 'file' | 'env' | 'flag' | 'stored';
  readonly name: string;
}

export const originText = ({ kind, name }: Origin): string => (kind === 'flag' ? name : `${kind} ${name}`);

export const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

export class Layers {
  #tree: Tree = {};
  readonly #origins = new Map<string, Origin>();

  get tree(): Tree {
    return this.#tree;
  }

  /** Objects are merged key by key; everything else, lists too, is replaced as a whole. */
  add(layer: Tree, origin: Origin): void {
    this.#tree = this.#merged(this.#tree, layer, [], origin);
  }

  /** One value from outside, such as an environment variable. */
  set(path: readonly string[], value: unknown, origin: Origin): void {
    this.add(path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Tree, origin);
  }

  /** Who said the value at this path; nothing: the schema's default. */
  originOf(path: readonly PropertyKey[]): Origin | undefined {
    return this.#isSaid(path) ? this.sourceOf(path) : undefined;
  }

  /** Who said what this path is in, even where nothing stands at the path itself. */
  sourceOf(path: readonly PropertyKey[]): Origin | undefined {
    for (let length = path.length; length > 0; length--) {
      const origin = this.#origins.get(pathText(path.slice(0, length)));
      if (origin !== undefined) return origin;
    }
    return undefined;
  }

  valueAt(path: readonly PropertyKey[]): unknown {
    let here: unknown = this.#tree;
    for (const part of path) {
      if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined;
      here = (here as Record<PropertyKey, unknown>)[part];
    }
    return here;
  }

  #isSaid(path: readonly PropertyKey[]): boolean {
    return this.valueAt(path) !== undefined;
  }

  #merged(below: Tree, above: Tree, path: readonly string[], origin: Origin): Tree {
    const result: Record<string, unknown> = { ...below };
    for (const [key, value] of Object.entries(above)) {
      const here = [...path, key];
      // Own property only: "__proto__" in a file is a key like any other, and an unknown one.
      const under = Object.hasOwn(result, key) ? result[key] : undefined;
      const both = isTree(value) && (isTree(under) || under === undefined);
      const merged = both ? this.#merged(isTree(under) ? under : {}, value, here, origin) : value;
      Object.defineProperty(result, key, { value: merged, enumerable: true, configurable: true, writable: true });
      // Of what is merged, each part remembers its own; the whole, who brought it up.
      if (!both || under === undefined) this.#origins.set(pathText(here), origin);
    }
    return result;
  }
}
