/** `tradar keys rotate`: a new key of the broker in the place of a stored one, or all stored keys under a new master key. */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { SealedKey } from '#config/keys/envelope.ts';
import { keyInUse } from '#config/keys/key-in-use.ts';
import { makeMasterKey, masterKeyFrom, readMasterKey } from '#config/keys/master-key.ts';
import { changeMasterKey, openKey, storeKey } from '#config/keys/stored-keys.ts';
import { MASTER_KEY_FILE_VARIABLE } from '#config/outside.ts';
import { environmentOf, readHome } from '../cli/configured.ts';
import { Failure, misuse } from '../cli/failure.ts';
import { type Call, EXIT, type Verb } from '../cli/verb.ts';
import { readKeyPair } from './key-input.ts';
import { keyNameOf, line, NAMES_NOTE, shown } from './named-key.ts';

const TAKEN_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 100;

export const keysRotate: Verb = {
  name: 'keys rotate',
  summary:
    'With a name: puts a new key (by the standard input) in the place of the stored one. With --master: seals all of them for a new master key.',
  operand: 'NAME',
  flags: { master: { type: 'text', value: 'FILE', help: 'the new master key; made where the file is not there yet' } },
  notes: [
    NAMES_NOTE,
    'A daemon or guard that runs with the stored key takes the new one within seconds, tries it first, and this call waits for that: then the old one can be revoked at the broker.',
    'With --master: put the new master key where the running daemon’s own variable names it (mv), so that it can open keys that are changed later.',
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
  await waitForUser(call, home, record);
  return EXIT.done;
}

/** A process that uses the key says so when it has gone over to the new one. */
async function waitForUser(call: Call, home: string, { name, version }: SealedKey): Promise<void> {
  const user = keyInUse(home, name);
  if (user === undefined)
    return call.remark('no running process uses the stored key; revoke the old one at the broker when nothing needs it');
  const until = performance.now() + TAKEN_WITHIN_MS;
  while (keyInUse(home, name)?.version !== version) {
    if (performance.now() > until)
      throw new Failure({
        code: 'keyNotTaken',
        message: `the new key is stored, and process ${user.pid} has not taken it within ${TAKEN_WITHIN_MS / 1_000} s`,
        hint: 'do not revoke the old one yet; the log of that process says why',
      });
    await pause(LOOK_EVERY_MS);
  }
  call.remark(`process ${user.pid} uses version ${version} now; revoke the old key at the broker`);
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
