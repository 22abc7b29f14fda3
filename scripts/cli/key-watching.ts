/** Which stored key a process uses, noticed when it is changed, and noted in the home for whoever waits to revoke the old one. */
import type { KeyName, KeyPair } from '#config/keys/envelope.ts';
import { forgetKeyInUse, noteKeyInUse } from '#config/keys/key-in-use.ts';
import { watchStoredKey } from '#config/keys/key-watch.ts';
import type { LoadedConfig } from '#config/load.ts';
import type { Environment } from '#config/outside.ts';
import type { KeyUser } from '#server/main.ts';

export interface WatchedKey {
  readonly home: string;
  readonly name: KeyName;
  readonly env: Environment;
  readonly current: KeyPair;
}

/** Returns the way to stop. */
export function watchKey(key: WatchedKey, user: KeyUser): () => void {
  const { home, name } = key;
  const stop = watchStoredKey({
    ...key,
    take: (pair) => user.take(pair),
    inUse: (record) => {
      user.inUse(record.version);
      noteKeyInUse(home, record);
    },
    trouble: (error) => user.trouble(error),
  });
  return () => {
    stop();
    forgetKeyInUse(home, name);
  };
}

/** The key of the configuration, where it is a stored one: what comes from a file or the environment can not change under a process. */
export function storedKeyOf({ config, layers }: LoadedConfig, env: Environment): WatchedKey | undefined {
  const { home, keys } = config;
  const origin = layers.originOf(['keys', 'id']);
  if (keys === undefined || origin?.kind !== 'stored') return undefined;
  return { home, name: origin.name as KeyName, env, current: { id: keys.id.reveal(), secret: keys.secret.reveal() } };
}
