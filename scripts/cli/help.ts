/** The help texts. */
import { COMMON_FLAGS, type Flag, type Verb } from './verb.ts';
import type { VerbGroup } from './verbs.ts';

const WIDTH = 26;

export function helpOf({ name, summary, operand, operandRepeats, flags, notes = [] }: Verb): string {
  const all = Object.entries({ ...flags, ...COMMON_FLAGS });
  const lines = all.map(([flag, { value, help }]) => `  ${`--${flag}${value === undefined ? '' : ` ${value}`}`.padEnd(WIDTH)}  ${help}`);
  return [
    `tradar ${name} ${operand === undefined ? '' : `[${operand}]${operandRepeats ? '…' : ''} `}${usage(flags)}`,
    '',
    summary,
    '',
    ...lines,
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n');
}

function usage(flags: Readonly<Record<string, Flag>>): string {
  return [...Object.entries(flags), ['json', COMMON_FLAGS['json']] as const]
    .map(([flag, shape]) => `[--${flag}${shape?.value === undefined ? '' : ` ${shape.value}`}]${shape?.repeats ? '…' : ''}`)
    .join(' ');
}

export function groupHelp(name: string, { summary, verbs }: VerbGroup): string {
  const lines = Object.entries(verbs).map(([word, verb]) => `  ${word.padEnd(12)}${verb.summary}`);
  return [`tradar ${name} VERB [FLAGS]: ${summary}`, '', ...lines, '', `"tradar ${name} VERB --help" has the flags of each.`].join('\n');
}

export function generalHelp(verbs: Readonly<Record<string, { readonly summary: string }>>): string {
  const lines = Object.entries(verbs).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`);
  return [
    'tradar VERB [FLAGS]: an autonomous trading daemon for Alpaca',
    '',
    ...lines,
    '',
    'Every verb has --help and --json, and ends with 0 (done), 1 (failed), 2 (wrong usage or configuration) or 3 (not ready for real money).',
    '"tradar --version" says which version this is, and on which Node.',
    'TRADAR_HOME says which daemon is meant (default ./data). See docs/cli.md and docs/configuration.md.',
  ].join('\n');
}
