/** `tradar keys rotate`: a new key of the broker in the place of a stored one, or all stored keys under a new master key. */
import { existsSync } from 'node:fs';
import { makeMasterKey, masterKeyFrom, readMasterKey } from '#config/keys/master-key.ts';
import { changeMasterKey, openKey, storeKey } from '#config/keys/stored-keys.ts';
import { MASTER_KEY_FILE_VARIABLE } from '#config/outside.ts';
import { environmentOf, readHome } from '../cli/configured.ts';
import { misuse } from '../cli/failure.ts';
import { type Call, EXIT, type Verb } from '../cli/verb.ts';
import { readKeyPair } from './key-input.ts';
import { keyNameOf, line, NAMES_NOTE, shown } from './named-key.ts';

export const keysRotate: Verb = {
  name: 'keys rotate',
  summary:
    'With a name: puts a new key (by the standard input) in the place of the stored one. With --master: seals all of them for a new master key.',
  operand: 'NAME',
  flags: { master: { type: 'text', value: 'FILE', help: 'the new master key; made where the file is not there yet' } },
  notes: [
    NAMES_NOTE,
    'A daemon that runs goes on with the key it has; revoke the old key at the broker when it has been started with the new one.',
  ],
  async run(call) {
    const file = call.text('master');
    if (file === undefined) return await changeKey(call);
    if (call.operand !== undefined) throw misuse('--master is for all keys', 'leave the name out');
    return changeMaster(call, file);
  },
};

async function changeKey(call: Call): Promise<number> {
  const name = keyNameOf(call);
  const home = readHome(call);
  const master = masterKeyFrom(environmentOf(call));
  // A master key that does not open the old one must not seal the new one: there would be keys of two.
  openKey(home, master, name);
  const record = storeKey(home, master, { name, pair: await readKeyPair(), at: new Date() });
  call.print(call.json ? JSON.stringify(shown(record)) : line(record));
  return EXIT.done;
}

function changeMaster(call: Call, file: string): number {
  const from = masterKeyFrom(environmentOf(call));
  const to = existsSync(file) ? readMasterKey(file) : makeMasterKey(file);
  if (to.id === from.id) throw misuse(`${file} is the master key that is in use`, 'name a file that is not there yet; it is made');
  const keys = changeMasterKey(readHome(call), from, to);
  if (call.json) call.print(JSON.stringify({ master: to.id, keys: keys.map(shown) }));
  else for (const key of keys) call.print(line(key));
  call.remark(`set ${MASTER_KEY_FILE_VARIABLE}=${file}; the old master key ${from.id} opens backups alone, and can go with them`);
  return EXIT.done;
}
