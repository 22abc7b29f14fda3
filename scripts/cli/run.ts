/** From arguments to exit code: finds the verb, calls it, and says what went wrong in the form that was asked for. */
import { nearest } from '#config/nearest.ts';
import { type FlagValues, OPERAND, readArguments, wantsJson } from './arguments.ts';
import { type Failure, failureOf, misuse } from './failure.ts';
import { generalHelp, groupHelp, helpOf } from './help.ts';
import { printable } from './printable.ts';
import { type Call, EXIT } from './verb.ts';
import { type ListedVerb, type VerbGroup, verbs } from './verbs.ts';

export interface Streams {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream;
}

const JSON_FLAG = '--json';
const HELP_WORDS = ['--help', '-h', 'help'];
const VERSION_WORDS = ['--version', '-V'];
const KNOWN_VERBS = `verbs are ${Object.keys(verbs).join(', ')}`;

export async function runCommand(args: readonly string[], streams: Streams): Promise<number> {
  // "--json" may stand before the verb, too.
  const at = args.findIndex((arg) => arg !== JSON_FLAG);
  const name = at < 0 ? undefined : args[at];
  const rest = args.toSpliced(Math.max(0, at), 1);
  try {
    if (name === undefined && wantsJson(args)) throw misuse('there is no verb', KNOWN_VERBS);
    if (name !== undefined && VERSION_WORDS.includes(name)) return await printVersion(wantsJson(args), streams);
    if (name === undefined || HELP_WORDS.includes(name)) {
      const { out, err } = streams;
      (name === undefined ? err : out).write(`${generalHelp(verbs)}\n`);
      return name === undefined ? EXIT.usage : EXIT.done;
    }
    return await callVerb(name, rest, streams);
  } catch (error) {
    const failure = failureOf(error);
    report(failure, wantsJson(args), streams);
    return failure.exitCode;
  }
}

async function printVersion(json: boolean, { out }: Streams): Promise<number> {
  const { default: packageJson } = await import('../../package.json', { with: { type: 'json' } });
  const { name, version } = packageJson;
  const node = process.versions.node;
  out.write(`${json ? JSON.stringify({ name, version, node }) : `${name} ${version}, Node ${node}`}\n`);
  return EXIT.done;
}

async function callVerb(name: string, args: readonly string[], streams: Streams): Promise<number> {
  const listed = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (listed === undefined) {
    const meant = nearest(name, Object.keys(verbs));
    const hint = meant === undefined ? KNOWN_VERBS : `did you mean "tradar ${meant}"?`;
    throw misuse(`there is no verb "${name}"`, hint);
  }
  return 'verbs' in listed ? await callOfGroup(name, listed, args, streams) : await callListed(listed, args, streams);
}

/** "tradar data fetch …": the next word says which; "--json" may stand before it, too. */
async function callOfGroup(name: string, group: VerbGroup, args: readonly string[], streams: Streams): Promise<number> {
  const at = args.findIndex((arg) => arg !== JSON_FLAG);
  const word = at < 0 ? undefined : args[at];
  if (word !== undefined && HELP_WORDS.includes(word)) {
    streams.out.write(`${groupHelp(name, group)}\n`);
    return EXIT.done;
  }
  const known = Object.keys(group.verbs);
  const all = `after "tradar ${name}" comes ${known.join(', ')}`;
  if (word === undefined) throw misuse(`"tradar ${name}" needs to be told what to do`, all);
  const listed = Object.hasOwn(group.verbs, word) ? group.verbs[word] : undefined;
  if (listed !== undefined) return await callListed(listed, args.toSpliced(at, 1), streams);
  const meant = nearest(word, known);
  throw misuse(`there is no "tradar ${name} ${word}"`, meant === undefined ? all : `did you mean "tradar ${name} ${meant}"?`);
}

async function callListed(listed: ListedVerb, args: readonly string[], streams: Streams): Promise<number> {
  const verb = await listed.load();
  const values = readArguments(verb, args);
  if (values.has('help')) {
    streams.out.write(`${helpOf(verb)}\n`);
    return EXIT.done;
  }
  return await verb.run(callWith(values, streams));
}

function callWith(values: FlagValues, { out, err }: Streams): Call {
  const json = values.has('json');
  const all = (flag: string): readonly string[] => {
    const given = values.get(flag);
    return given === undefined || given === true ? [] : given;
  };
  return {
    json,
    operand: all(OPERAND)[0],
    operands: all(OPERAND),
    has: (flag) => values.has(flag),
    text: (flag) => all(flag).at(-1),
    all,
    print: (line) => void out.write(`${json ? line : printable(line)}\n`),
    remark: (line) => {
      if (!json) err.write(`${printable(line)}\n`);
    },
  };
}

function report({ code, message, hint, facts }: Failure, json: boolean, { out, err }: Streams): void {
  if (json) out.write(`${JSON.stringify({ error: { code, message, hint, ...facts } })}\n`);
  else err.write(printable(`tradar: ${message}\n${hint === '' ? '' : `  ${hint}\n`}`));
}
