/** `tradar token`: the token of a role, for the phone, the page or the program that shall have it. */
import { ROLES } from '#server/api/role.ts';
import { Failure, misuse } from './cli/failure.ts';
import { type Call, EXIT, type Verb } from './cli/verb.ts';

export const token: Verb = {
  name: 'token',
  summary: 'Prints the token with which a phone, a page or a program calls the daemon.',
  flags: {
    role: { type: 'text', value: 'ROLE', help: 'viewer: reads, and engages the kill switch; operator: everything' },
    config: { type: 'text', value: 'FILE', help: 'configuration file that says where the home is' },
  },
  notes: [
    'What leaves this machine should have the viewer token: it stops the daemon, and can let nothing go on.',
    'To take a token back, delete its file and start the daemon again; it makes a new one.',
  ],
  async run(call) {
    const role = roleOf(call);
    const { readHome } = await import('./cli/configured.ts');
    const { findToken, tokenFile } = await import('#server/api/token.ts');
    const home = readHome(call);
    const file = tokenFile(home, role);
    const found = await findToken(home, role);
    if (found === undefined) {
      const hint = 'start the daemon with "tradar start", it makes one; or set TRADAR_HOME to the home of the one that runs';
      throw new Failure({ code: 'tokenMissing', message: `there is no ${role} token: no ${file}`, hint });
    }
    call.remark(`the ${role} token, from ${file}`);
    call.print(call.json ? JSON.stringify({ role, token: found, file }) : found);
    return EXIT.done;
  },
};

function roleOf(call: Call) {
  const wanted = call.text('role');
  const role = ROLES.find((known) => known === wanted);
  if (role !== undefined) return role;
  const hint = `use ${ROLES.toReversed().join(' or ')}`;
  throw wanted === undefined ? misuse('token needs --role ROLE', hint) : misuse(`--role ${wanted} is not possible here`, hint);
}
