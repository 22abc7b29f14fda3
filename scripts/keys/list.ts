/** `tradar keys list`: which keys are stored. */
import { readKeys } from '#config/keys/key-file.ts';
import { readHome } from '../cli/configured.ts';
import { EXIT, type Verb } from '../cli/verb.ts';
import { line, shown } from './named-key.ts';

export const keysList: Verb = {
  name: 'keys list',
  summary: 'Which keys are stored, since when, and which master key opens them; nothing is opened.',
  flags: {},
  async run(call) {
    const keys = readKeys(readHome(call));
    if (call.json) call.print(JSON.stringify({ keys: keys.map(shown) }));
    else if (keys.length === 0) call.print('no key is stored');
    else for (const key of keys) call.print(line(key));
    return EXIT.done;
  },
};
