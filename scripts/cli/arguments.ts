/** Reads the arguments of one verb; what it does not know is a mistake that is named, with what was probably meant. */
import { parseArgs } from 'node:util';
import { nearest } from '#config/nearest.ts';
import { misuse } from './failure.ts';
import { COMMON_FLAGS, type Verb } from './verb.ts';

export type FlagValues = ReadonlyMap<string, readonly string[] | true>;

/** The place of the operand among the flags, whose names are never empty. */
export const OPERAND = '';

export function readArguments(
  { name: verb, flags, operand, operandRepeats }: Pick<Verb, 'name' | 'flags' | 'operand' | 'operandRepeats'>,
  args: readonly string[],
): FlagValues {
  const known = { ...flags, ...COMMON_FLAGS };
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { type }]) => [name, { type: type === 'text' ? ('string' as const) : ('boolean' as const) }]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const help = `see "tradar ${verb} --help"`;
  const values = new Map<string, readonly string[] | true>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional' && operand !== undefined && (operandRepeats === true || !values.has(OPERAND))) {
      const before = values.get(OPERAND) ?? [];
      values.set(OPERAND, [...(before === true ? [] : before), token.value]);
      continue;
    }
    if (token.kind === 'positional') throw misuse(`"${token.value}" is not expected after "tradar ${verb}"`, help);
    const name = token.rawName === '-h' ? 'help' : token.name;
    const flag = known[name];
    if (flag === undefined) {
      const meant = nearest(name, Object.keys(known));
      throw misuse(`"tradar ${verb}" has no ${token.rawName}`, meant === undefined ? help : `did you mean --${meant}?`);
    }
    const { value, inlineValue } = token;
    if (flag.type === 'switch') {
      if (value !== undefined) throw misuse(`--${name} takes no value`, help);
      values.set(name, true);
    } else {
      const isMissing = value === undefined || (inlineValue === false && value.startsWith('--'));
      if (isMissing) throw misuse(`--${name} needs a value`, `give it as --${name} ${flag.value ?? 'VALUE'}`);
      const before = flag.repeats ? (values.get(name) ?? []) : [];
      values.set(name, [...(before === true ? [] : before), value]);
    }
  }
  return values;
}

/** Asked for before anything is parsed, so that even a wrong call is answered in JSON. */
export const wantsJson = (args: readonly string[]): boolean => args.includes('--json');
