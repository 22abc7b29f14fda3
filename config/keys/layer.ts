/** The stored key of a mode as a layer of the configuration, below whatever file and environment say. */
import type { Mode } from '../config.ts';
import type { ConfigFault } from '../fault.ts';
import type { Layers } from '../layers.ts';
import type { Environment } from '../outside.ts';
import { KeyStoreError } from './key-store-error.ts';
import { masterKeyFrom } from './master-key.ts';
import { hasKey, openKey } from './stored-keys.ts';

/** Opens it only where it is needed; what is wrong with it is a complaint like any other. */
export function addStoredKeys(
  layers: Layers,
  { mode, env, home }: { readonly mode: Mode; readonly env: Environment; readonly home: string },
): ConfigFault | undefined {
  if (mode === 'demo' || layers.valueAt(['keys']) !== undefined) return undefined;
  try {
    if (!hasKey(home, mode)) return undefined;
    const pair = openKey(home, masterKeyFrom(env), mode);
    layers.add({ keys: { id: pair.id, secret: pair.secret } }, { kind: 'stored', name: mode });
    return undefined;
  } catch (error) {
    if (!(error instanceof KeyStoreError)) throw error;
    return { where: `keys (stored ${mode})`, problem: error.message, remedy: error.hint };
  }
}
