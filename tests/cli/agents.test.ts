/** `tradar agents`: every registered agent, or one, for people and for programs. */
import { expect, test } from 'vitest';
import { agents } from '#server/agents/registry.ts';
import { tradar } from './tradar.ts';

interface Listed {
  readonly name: string;
  readonly help: string;
  readonly warmUpBars: number;
  readonly params: readonly { readonly name: string; readonly help: string; readonly default: unknown; readonly values: string }[];
  readonly schema: { readonly properties: Record<string, unknown> };
}

test('lists all of them, each setting with default, bounds and meaning', async () => {
  const [json, words] = await Promise.all([tradar({ args: ['agents', '--json'] }), tradar({ args: ['agents'] })]);
  expect([json.code, json.err, words.code]).toEqual([0, '', 0]);
  const listed = JSON.parse(json.out) as Listed[];
  expect(listed.map(({ name }) => name)).toEqual(Object.keys(agents));
  for (const { name, help, warmUpBars, params, schema } of listed) {
    const kind = agents[name]!;
    expect([help, warmUpBars]).toEqual([kind.help, kind.warmUpBars(kind.schema.parse({}))]);
    expect(Object.keys(schema.properties)).toEqual(params.map((one) => one.name));
    expect(Object.fromEntries(params.map((one) => [one.name, one.default]))).toEqual(kind.schema.parse({}));
    for (const one of params) expect([one.help, one.values].every(Boolean), `${name}.${one.name}`).toBe(true);
    expect(words.out).toContain(`${name}: ${help}`);
  }
});

test('one by its name, and an unknown name is wrong usage with the one that was meant', async () => {
  const one = await tradar({ args: ['agents', 'ma-cross', '--json'] });
  expect((JSON.parse(one.out) as Listed[]).map(({ name }) => name)).toEqual(['ma-cross']);
  const unknown = await tradar({ args: ['agents', 'ma-corss'] });
  expect([unknown.code, unknown.out]).toEqual([2, '']);
  expect(unknown.err).toContain('did you mean ma-cross');
});
