/** `tradar keys remove`: forgets a stored key. */
import { removeKey } from '#config/keys/stored-keys.ts';
import { readHome } from '../cli/configured.ts';
import { EXIT, type Verb } from '../cli/verb.ts';
import { keyNameOf, NAMES_NOTE } from './named-key.ts';

export const keysRemove: Verb = {
  name: 'keys remove',
  summary: 'Forgets a stored key. It is as good as ever at the broker until it is revoked there.',
  operand: 'NAME',
  flags: {},
  notes: [NAMES_NOTE],
  async run(call) {
    const name = keyNameOf(call);
    removeKey(readHome(call), name);
    call.print(call.json ? JSON.stringify({ removed: name }) : `the key "${name}" is forgotten here; revoke it at the broker as well`);
    return EXIT.done;
  },
};
