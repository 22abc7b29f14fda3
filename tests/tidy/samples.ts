/** For each rule, trees that it must refuse and trees that it must let pass. */

type Tree = Readonly<Record<string, string>>;

const TABLE = `
| folder | what it is | may import |
|---|---|---|
| \`server/domain\` | things | nothing |
| \`server/agents\` | agents | domain, zod |
| \`server/exchange\` | a box; \`wire/\` are its servers | domain |
| \`server/exchange/wire\` | its servers | domain, exchange, npm |
| \`server/adapters/*\` | answers | domain, drizzle, npm |
| \`server/view\` | a picture | domain, runtime's types |
| \`server/compose.ts\`, \`main.ts\` | the wiring | everything |
| \`drizzle\` | tables | domain/money, drizzle-orm |
`;

const house = (path: string, text: string): Tree => ({ 'ARCHITECTURE.md': TABLE, [path]: text });
const lines = (count: number, line: string): string => `${line}\n`.repeat(count);
const long = (head: string, tail = '}'): string => `/** A. */\n${head}\n${lines(60, '  step();')}${tail}\n`;
/** Words written apart, so that this file itself passes. */
const apart = (...parts: readonly string[]): string => parts.join('');

export const samples: Readonly<Record<string, { readonly bad: readonly Tree[]; readonly good: readonly Tree[] }>> = {
  'who may import whom is the table in ARCHITECTURE.md': {
    bad: [
      house('server/domain/a.ts', "import { b } from '#server/agents/b.ts';"),
      house('server/domain/a.ts', "import type { b } from '../agents/b.ts';"),
      house('server/domain/a.ts', "import {\n  b,\n  type c,\n} from '#server/agents/b.ts';"),
      house('server/domain/a.ts', "export * from '#server/agents/b.ts';"),
      house('server/domain/a.ts', "import '#server/agents/b.ts';"),
      house('server/domain/a.ts', "const b = await import('#server/agents/b.ts');"),
      house('server/domain/a.ts', "type B = import('#server/agents/b.ts').B;"),
      house('server/domain/a.ts', "import { z } from 'zod';"),
      house('server/domain/a.ts', "import { readFileSync } from 'node:fs';"),
      house('server/agents/a.ts', "import { sql } from 'drizzle-orm';"),
      house('server/exchange/a.ts', "import { serve } from './wire/serve.ts';"),
      house('server/adapters/one/a.ts', "import { b } from '../two/b.ts';"),
      house('server/adapters/one.ts', "import { b } from './two.ts';"),
      house('server/view/a.ts', "import { b } from '#server/runtime/b.ts';"),
      house('drizzle/a.ts', "import { b } from '#server/domain/b.ts';"),
    ],
    good: [
      house('server/domain/a.ts', "import { b } from './b.ts';"),
      house('server/domain/a.ts', "// import { b } from '#server/agents/b.ts';\nconst text = \"import 'zod'\";"),
      house('server/agents/a.ts', "import { z } from 'zod';\nimport { b } from '#server/domain/b.ts';"),
      house('server/exchange/wire/a.ts', "import ws from 'ws';\nimport http from 'node:http';\nimport { b } from '../b.ts';"),
      house('server/adapters/one/a.ts', "import { b } from './b.ts';\nimport { c } from '#drizzle/c.ts';"),
      house('server/view/a.ts', "import type { b } from '#server/runtime/b.ts';"),
      house('drizzle/a.ts', "import { b } from '#server/domain/money.ts';\nimport type { c } from 'drizzle-orm/sqlite-core';"),
      house('server/compose.ts', "import { b } from '#server/adapters/b.ts';"),
    ],
  },
  'every folder of the server is in that table': {
    bad: [house('server/helpers/a.ts', '/** A. */')],
    good: [house('server/domain/a.ts', '/** A. */'), house('server/main.ts', '/** A. */')],
  },
  'nobody imports the top': {
    bad: [
      { 'server/api/a.ts': "import { compose } from '../compose.ts';" },
      { 'server/compose.ts': "import { b } from '#scripts/b.ts';" },
      { 'scripts/a.ts': "import { b } from '#tests/b.ts';" },
    ],
    good: [{ 'server/main.ts': "import { compose } from './compose.ts';" }, { 'tests/a.ts': "import { b } from '#scripts/b.ts';" }],
  },
  'the pure folders know no clock, chance, timer, process or wait': {
    bad: [
      'Date.now()',
      'new Date(0)',
      'performance.now()',
      'Math.random()',
      'setTimeout(f, 1)',
      'setInterval(f, 1)',
      'process.pid',
      'fetch(url)',
      'async () => 1',
      'for await (const a of b) c(a)',
      `\`\${Date.now()}\``,
    ].map((text) => ({ 'server/engine/a.ts': text })),
    good: [
      { 'server/engine/a.ts': "/** Date.now() is banned */ const text = 'await process.exit, setTimeout(';" },
      { 'server/exchange/wire/a.ts': 'await fetch(Date.now())' },
    ],
  },
  'the pure folders know every type, and read no numbers by guess': {
    bad: [{ 'server/risk/a.ts': 'const a: any = 1' }, { 'server/risk/a.ts': 'b as any' }, { 'server/risk/a.ts': 'parseFloat(text)' }],
    good: [{ 'server/risk/a.ts': 'const a = Promise.any; // : any' }, { 'server/adapters/a.ts': 'parseFloat(text)' }],
  },
  'only compose.ts and config know the mode': {
    bad: [
      { 'server/runtime/a.ts': "if (config.mode === 'live') b()" },
      { 'scripts/a.ts': "if (mode !== 'demo') b()" },
      { 'server/api/a.ts': "if ('demo' === desk.mode) b()" },
      { 'server/api/a.ts': 'switch (desk.mode) {' },
    ],
    good: [
      { 'server/compose.ts': "config.mode === 'live'" },
      { 'config/load.ts': "mode === 'live'" },
      { 'server/a.ts': "stat.mode & 0o777; const text = `mode === ''`;" },
    ],
  },
  'the server logs, it does not print': {
    bad: [{ 'server/api/a.ts': "console.log('a')" }],
    good: [{ 'scripts/a.ts': "console.log('a')" }, { 'server/api/a.ts': "// console.log('a')" }],
  },
  'only config/load.ts reads the environment': {
    bad: [{ 'server/api/a.ts': "process.env['A']" }, { 'scripts/a.ts': 'b(process.env)' }],
    good: [{ 'config/load.ts': 'process.env' }, { 'tests/a.ts': 'process.env' }, { 'scripts/test/a.ts': 'process.env' }],
  },
  'exports have names': {
    bad: [{ 'server/a.ts': 'export default function a() {}' }, { 'tests/a.ts': 'export { a as default }' }],
    good: [{ 'vitest.config.ts': 'export default b({})' }, { 'server/a.ts': 'export function a() {} // export default' }],
  },
  'drizzle-orm is never imported at run time': {
    bad: [
      { 'server/adapters/store/a.ts': "import { sql } from 'drizzle-orm';" },
      { 'server/adapters/store/a.ts': "import { type SQL } from 'drizzle-orm';" },
      { 'tests/a.ts': "const { sql } = await import('drizzle-orm/mysql2');" },
    ],
    good: [
      { 'server/adapters/store/a.ts': "import type { SQL } from 'drizzle-orm';" },
      { 'server/adapters/store/a.ts': "const { sql } = require('drizzle-orm') as typeof import('drizzle-orm');" },
      { 'drizzle/schema.mysql.ts': "import { a } from 'drizzle-orm/mysql-core';" },
    ],
  },
  'the guard is short': {
    bad: [{ 'server/guard/a.ts': lines(250, 'a();'), 'server/guard/b.ts': lines(251, 'b();') }],
    good: [{ 'server/guard/a.ts': lines(250, 'a();'), 'server/guard/b.ts': lines(250, 'b();'), 'server/c.ts': lines(300, 'c();') }],
  },
  'files are short': {
    bad: [{ 'server/a.ts': lines(301, 'a();') }],
    good: [{ 'server/a.ts': lines(300, 'a();') }, { 'README.md': lines(900, 'a') }],
  },
  'functions are short': {
    bad: [
      'function a(b: number) {',
      'function a({ b }: C): { d: number } | undefined {',
      'async function a<T extends { b: string }>(c = f()): Promise<{ readonly d: T }> {',
      'const a = (b: number): Map<string, { c: number }> => {',
      'class A {\n  get b(): number {',
      'class A {\n  constructor(readonly b = {}) {',
      "test('b', async () => {",
    ].map((head) => ({ 'server/a.ts': long(head, head.startsWith('class') ? '}}' : '}') })),
    good: [
      { 'server/a.ts': `function a() {\n${lines(57, '  step();')}}\n${lines(20, 'step();')}` },
      { 'server/a.ts': long('export const a = {') },
      { 'server/a.ts': long('for (const a of b(c)) {') },
      { 'server/a.ts': long('const a = d ? b(c) : {') },
      { 'tests/a.ts': long("describe('b', () => {", '});') },
    ],
  },
  'every file says first what it is for': {
    bad: [{ 'server/a.ts': "import 'b';\n" }, { 'server/a.ts': '// A.\n' }],
    good: [{ 'server/a.ts': '/** A. */\n' }, { 'scripts/a.ts': '#!/usr/bin/env node\n/** A. */\n' }],
  },
  'nothing is left undone': {
    bad: [{ 'server/a.ts': apart('// TO', 'DO: b') }, { 'README.md': apart('FIX', 'ME') }],
    good: [{ 'server/a.ts': apart('const a = METHO', 'DTO', 'DOS;') }],
  },
  'no paths of one machine': {
    bad: [{ 'server/a.ts': apart("'/tm", "p/a'") }, { 'README.md': apart('in /wor', 'k/a') }],
    good: [{ 'server/a.ts': apart('a/tm', 'p/b') }, { 'server/a.ts': apart('`$', '{a}/tm', 'p/b`') }],
  },
  'no registry hosts': {
    bad: [
      { '.npmrc': apart('registry=https://reg', 'istry.example.org/') },
      { 'package-lock.json': apart('"https://packages.example.org/npm', 'js/a.tgz"') },
    ],
    good: [{ 'server/agents/a.ts': "import { agents } from '#server/agents/registry.ts';" }],
  },
  'every event is told in ARCHITECTURE.md': {
    bad: [{ 'ARCHITECTURE.md': 'bar', 'server/engine/event.ts': "{ readonly kind: 'bar' }" }, { 'ARCHITECTURE.md': '`bar`' }],
    good: [{ 'ARCHITECTURE.md': '`bar`', 'server/engine/event.ts': "{ readonly kind: 'bar' }" }],
  },
};
