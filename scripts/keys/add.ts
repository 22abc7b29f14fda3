/** `tradar keys add`: seals a broker's key and stores it in the home. */
import { existsSync } from 'node:fs';
import { readKeys } from '#config/keys/key-file.ts';
import { type MasterKey, makeMasterKey, masterKeyFrom } from '#config/keys/master-key.ts';
import { hasKey, storeKey } from '#config/keys/stored-keys.ts';
import { MASTER_KEY_FILE_VARIABLE } from '#config/outside.ts';
import { makeHome } from '#server/adapters/home.ts';
import { environmentOf, readHome } from '../cli/configured.ts';
import { Failure } from '../cli/failure.ts';
import { type Call, EXIT, type Verb } from '../cli/verb.ts';
import { readKeyPair } from './key-input.ts';
import { keyNameOf, line, NAMES_NOTE, shown } from './named-key.ts';

export const keysAdd: Verb = {
  name: 'keys add',
  summary:
    "Seals a broker's key with the master key and stores it in the home. The key comes by the standard input: its id, then its secret.",
  operand: 'NAME',
  flags: {},
  notes: [
    NAMES_NOTE,
    `${MASTER_KEY_FILE_VARIABLE}=/etc/tradar/master.key tradar keys add paper   makes that file, for you alone, where it is not there yet`,
    'Keep the master key away from the home and its backups: both together are the key.',
  ],
  async run(call) {
    const name = keyNameOf(call);
    const home = readHome(call);
    makeHome(home);
    if (hasKey(home, name)) {
      const hint = `put the new one in its place with "tradar keys rotate ${name}"`;
      throw new Failure({ code: 'keyThere', message: `there is a key "${name}" already`, hint });
    }
    const pair = await readKeyPair();
    const record = storeKey(home, masterKeyOrNew(call, home), { name, pair, at: new Date() });
    call.print(call.json ? JSON.stringify(shown(record)) : line(record));
    call.remark('take the key out of your environment and files now; "tradar doctor" tries the stored one');
    return EXIT.done;
  },
};

/** Only the first key has a master key made for it: for a later one a file that is not there is a slip. */
function masterKeyOrNew(call: Call, home: string): MasterKey {
  const env = environmentOf(call);
  const file = env[MASTER_KEY_FILE_VARIABLE];
  if (file === undefined || file === '' || existsSync(file)) return masterKeyFrom(env);
  const [stored] = readKeys(home);
  if (stored !== undefined) {
    const message = `there is no ${file}, and what is stored was sealed with the master key ${stored.master}`;
    throw new Failure({ code: 'masterKeyMissing', message, hint: `name the file of that master key in ${MASTER_KEY_FILE_VARIABLE}` });
  }
  const made = makeMasterKey(file);
  call.remark(`a new master key ${made.id} is in ${file}: without it the stored keys can not be opened, so keep a copy elsewhere`);
  return made;
}
