/** Words that may not stand in some folders. */
import { importsOf } from './imports.ts';
import { isPure } from './layers.ts';
import { type Complaint, findAll, lineAt, type Source } from './source.ts';

const inFolder =
  (...folders: readonly string[]) =>
  (path: string): boolean =>
    folders.some((folder) => path.startsWith(`${folder}/`));

const TOOL_CONFIG = /^[^/]+\.config\.ts$/;
/** Vitest asks a global set-up for a default export. */
const TOOL_DEFAULTS = ['tests/support/servers.ts'];
const ENVIRONMENT_READERS = ['config/load.ts', 'scripts/test.ts'];

interface WordRule {
  readonly applies: (path: string) => boolean;
  readonly pattern: RegExp;
  readonly what: (found: string) => string;
}

const inTheHouse = inFolder('server', 'drizzle', 'config', 'scripts');

const RULES = {
  'the pure folders know no clock, chance, timer, process or wait': {
    applies: isPure,
    pattern:
      /\bDate\.now\b|\bnew Date\b|\bperformance\.|\bMath\.random\b|\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b|\bprocess\.|\bfetch\s*\(|\b(?:async|await)\b|\bIntl\./g,
    what: (found) => `${found}: bring it in from outside`,
  },
  'the pure folders know every type, and read no numbers by guess': {
    applies: isPure,
    pattern: /[:<,|]\s*any\b|\bas any\b|\bparseFloat\b/g,
    what: (found) => `${found}: use a type, a zod schema or Number()`,
  },
  'only compose.ts and config know the mode': {
    applies: (path) => inTheHouse(path) && path !== 'server/compose.ts' && !inFolder('config')(path),
    pattern: /\bmode\s*[!=]==?|[!=]==?\s*[\w.]*\bmode\b|\bswitch\s*\([^)]*\bmode\s*\)/g,
    what: (found) => `${found}: let compose.ts pass in what differs`,
  },
  'the server logs, it does not print': {
    applies: inFolder('server'),
    pattern: /\bconsole\./g,
    what: () => 'console: use the Log port',
  },
  'only config/load.ts reads the environment': {
    applies: (path) => inTheHouse(path) && !ENVIRONMENT_READERS.includes(path) && !path.startsWith('scripts/test/'),
    pattern: /\bprocess\.env\b/g,
    what: () => 'process.env: take it from the configuration',
  },
  'exports have names': {
    applies: (path) => !TOOL_CONFIG.test(path) && !TOOL_DEFAULTS.includes(path),
    pattern: /\bexport\s+default\b|\bas default\b/g,
    what: () => 'a default export: give it its name',
  },
} as const satisfies Record<string, WordRule>;

const drizzleIsLoadedEarly = (sources: readonly Source[]): Complaint[] =>
  sources
    .filter(({ path }) => !TOOL_CONFIG.test(path) && !/^drizzle\/schema\.\w+\.ts$/.test(path))
    .flatMap((one) =>
      importsOf(one)
        .filter(({ target, typeOnly }) => /^drizzle-orm(?:\/|$)/.test(target) && !typeOnly)
        .filter(({ position }) => !/\brequire\w*\s*\(\s*$/.test(one.code.slice(0, position)))
        .map(({ target, position }) => ({
          path: one.path,
          line: lineAt(one.text, position),
          what: `${target} as an ES module costs 400 ms: import type, and createRequire for its values`,
        })),
    );

const apply =
  ({ applies, pattern, what }: WordRule) =>
  (sources: readonly Source[]): Complaint[] =>
    sources.filter(({ path }) => path.endsWith('.ts') && applies(path)).flatMap((one) => findAll(one, one.code, pattern, what));

export const wordRules: Readonly<Record<string, (sources: readonly Source[]) => Complaint[]>> = {
  ...Object.fromEntries(Object.entries(RULES).map(([name, rule]) => [name, apply(rule)])),
  'drizzle-orm is never imported at run time': drizzleIsLoadedEarly,
};
