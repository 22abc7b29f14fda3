/** Which stored key a call means, and how one is shown. */
import { KEY_NAMES, type KeyName, type SealedKey } from '#config/keys/envelope.ts';
import { nearest } from '#config/nearest.ts';
import { misuse } from '../cli/failure.ts';
import type { Call } from '../cli/verb.ts';

export const NAMES_NOTE = `names are ${KEY_NAMES.join(', ')}: the daemon's key and the guard's, of either account`;

export function keyNameOf(call: Call): KeyName {
  const said = call.operand;
  const name = KEY_NAMES.find((known) => known === said);
  if (name !== undefined) return name;
  const meant = said === undefined ? undefined : nearest(said, KEY_NAMES);
  throw misuse(
    said === undefined ? 'there is no name' : `"${said}" is not a name of a key`,
    meant === undefined ? NAMES_NOTE : `did you mean "${meant}"? ${NAMES_NOTE}`,
  );
}

/** Everything of it that is no secret. */
export const shown = ({ name, version, keyIdEnd, createdAt, master }: SealedKey) => ({ name, version, keyIdEnd, createdAt, master });

export const line = (key: SealedKey): string =>
  `${key.name.padEnd(12)} …${key.keyIdEnd}  version ${key.version}, stored ${key.createdAt}, master key ${key.master}`;
