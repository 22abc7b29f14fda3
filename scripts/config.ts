/** `tradar config`: the configuration in force, and where each value comes from; secrets hidden. */
import type { DescribedTree } from '#config/describe.ts';
import { CONFIG_FLAGS, EXIT, type Verb } from './cli/verb.ts';

const KEY_WIDTH = 48;
const VALUE_WIDTH = 28;

export const config: Verb = {
  name: 'config',
  summary: 'Shows the configuration in force, one key a line with its value and where it comes from. Secrets are shown as ***.',
  flags: CONFIG_FLAGS,
  async run(call) {
    const { readConfig } = await import('./cli/configured.ts');
    const { describeConfig, isDescribed } = await import('#config/describe.ts');
    const tree = describeConfig(readConfig(call));
    if (call.json) call.print(JSON.stringify(tree));
    else {
      for (const { path, value, origin } of leaves(tree, '', isDescribed)) {
        call.print(`${path.padEnd(KEY_WIDTH)} ${String(value).padEnd(VALUE_WIDTH)} ${origin}`);
      }
    }
    return EXIT.done;
  },
};

interface Leaf {
  readonly path: string;
  readonly value: unknown;
  readonly origin: string;
}

type IsDescribed = typeof import('#config/describe.ts').isDescribed;

function leaves(tree: DescribedTree, path: string, isDescribed: IsDescribed): Leaf[] {
  if (isDescribed(tree)) return [{ path, ...tree }];
  if (Array.isArray(tree)) return tree.flatMap((item, index) => leaves(item, `${path}[${index}]`, isDescribed));
  return Object.entries(tree).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`, isDescribed));
}
