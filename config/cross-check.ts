/** What no single key can know: names that must be unique, symbols that have one owner, keys that a mode needs. */

import { whereIs } from './explain.ts';
import { type ConfigFault, pathText } from './fault.ts';
import { isTree, type Layers } from './layers.ts';

/**
 * Reads the unparsed tree, so that these complaints come together with all others. Keys that are there and do not open have
 * their complaint already; that there are none would be a false second one.
 */
export function crossCheck(layers: Layers, { keysAreThere }: { readonly keysAreThere: boolean }): ConfigFault[] {
  const portfolios = new Seen(layers, 'portfolio id', 'give each portfolio an id of its own');
  const deployments = new Seen(layers, 'deployment id', 'give each deployment an id of its own, in all portfolios together');
  const symbols = new Seen(layers, 'symbol', 'leave it in one portfolio; a symbol has one owner');
  for (const [index, portfolio] of list(layers.valueAt(['portfolios'])).entries()) {
    const path = ['portfolios', index] as const;
    portfolios.see([...path, 'id']);
    for (const nth of list(layers.valueAt([...path, 'deployments'])).keys()) deployments.see([...path, 'deployments', nth, 'id']);
    for (const nth of list(isTree(portfolio) ? portfolio['symbols'] : undefined).keys()) symbols.see([...path, 'symbols', nth]);
  }
  return [...portfolios.faults, ...deployments.faults, ...symbols.faults, ...(keysAreThere ? [] : keysFaults(layers))];
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

class Seen {
  readonly faults: ConfigFault[] = [];
  readonly #layers: Layers;
  readonly #what: string;
  readonly #remedy: string;
  readonly #first = new Map<string, string>();

  constructor(layers: Layers, what: string, remedy: string) {
    this.#layers = layers;
    this.#what = what;
    this.#remedy = remedy;
  }

  see(path: readonly PropertyKey[]): void {
    const value = this.#layers.valueAt(path);
    if (typeof value !== 'string') return;
    const before = this.#first.get(value);
    if (before === undefined) this.#first.set(value, pathText(path));
    else
      this.faults.push({
        where: whereIs(path, this.#layers),
        problem: `${this.#what} "${value}" stands at ${before} already`,
        remedy: this.#remedy,
      });
  }
}

function keysFaults(layers: Layers): ConfigFault[] {
  if (layers.valueAt(['mode']) !== 'paper' || layers.valueAt(['keys']) !== undefined) return [];
  const remedy =
    'set APCA_API_KEY_ID and APCA_API_SECRET_KEY to the key of your paper account, store it with "tradar keys add", or use mode demo';
  return [{ where: whereIs(['mode'], layers), problem: 'paper mode needs API keys, and there are none', remedy }];
}
