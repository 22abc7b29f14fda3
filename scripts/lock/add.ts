/** `tradar lock add`: nothing is opened of a symbol, by a portfolio or with the vote of a deployment; exits pass. */
import { misuse } from '../cli/failure.ts';
import { lockLine } from '../cli/lock-words.ts';
import { type Call, EXIT, type Verb } from '../cli/verb.ts';

const SCOPES = ['symbol', 'portfolio', 'deployment'] as const;
const WHOLE = /^[1-9]\d{0,5}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;

export const lockAdd: Verb = {
  name: 'lock add',
  summary: 'Locks a symbol, a portfolio or a deployment: nothing is opened there, exits pass.',
  flags: {
    symbol: { type: 'text', value: 'SYMBOL', help: 'one of the three: a symbol of the plan' },
    portfolio: { type: 'text', value: 'ID', help: 'a portfolio' },
    deployment: { type: 'text', value: 'ID', help: 'an agent at work; no entry that it has voted on is opened' },
    minutes: { type: 'text', value: 'N', help: 'for so long, by the market time' },
    until: { type: 'text', value: 'TIME', help: 'or until then, as 2026-11-20T15:00:00Z; without both until it is removed' },
    reason: { type: 'text', value: 'TEXT', help: 'why, for the journal' },
    config: { type: 'text', value: 'FILE', help: 'configuration file that says where the home is' },
  },
  async run(call) {
    const input = inputOf(call);
    const { readHome } = await import('../cli/configured.ts');
    const { withDaemon } = await import('../cli/daemon.ts');
    const lock = await withDaemon(readHome(call), ({ trpc }) => trpc.locks.add.mutate(input));
    call.print(call.json ? JSON.stringify(lock) : lockLine(lock));
    return EXIT.done;
  },
};

function inputOf(call: Call) {
  const given = SCOPES.flatMap((scope) => {
    const name = call.text(scope);
    return name === undefined ? [] : [{ scope, name }];
  });
  const [first, second] = given;
  if (first === undefined || second !== undefined)
    throw misuse(`${given.length} scopes are given, and it takes one`, 'give --symbol, --portfolio or --deployment');
  const reason = call.text('reason')?.trim() ?? '';
  if (reason === '') throw misuse('lock add needs --reason TEXT', 'say why; it goes into the journal');
  return { ...first, ...endOf(call), reason };
}

function endOf(call: Call): { minutes?: number; until?: string } {
  const [minutes, until] = [call.text('minutes'), call.text('until')];
  if (minutes !== undefined && until !== undefined) throw misuse('--minutes and --until are both given', 'leave out one of them');
  if (minutes !== undefined) {
    if (!WHOLE.test(minutes)) throw misuse(`--minutes ${minutes} is not a number of minutes`, 'give a whole number above 0');
    return { minutes: Number(minutes) };
  }
  if (until === undefined) return {};
  if (!TIME.test(until) || Number.isNaN(Date.parse(until)))
    throw misuse(`--until ${until} is not a time`, 'give it in UTC, as 2026-11-20T15:00:00Z');
  return { until };
}
