/** The rules of the house over all tracked files, and each rule over a sample that it must refuse and one it must let pass. */
import { describe, expect, test } from 'vitest';
import { rules } from './tidy/house.ts';
import { maskCode } from './tidy/mask.ts';
import { samples } from './tidy/samples.ts';
import { readTree, source } from './tidy/source.ts';

const ROOT = new URL('../', import.meta.url).pathname;

type Tree = Readonly<Record<string, string>>;

const complaints = (name: string, files: Tree) => rules[name]?.(Object.entries(files).map(([path, text]) => source(path, text)));

const named = (kind: 'bad' | 'good') =>
  Object.entries(samples).flatMap(([name, { [kind]: trees }]) => trees.map((files, index) => [name, index + 1, files] as const));

describe('the tracked files', () => {
  const tree = readTree(ROOT);
  test('are the house, not an empty folder', () => {
    expect(tree.length).toBeGreaterThan(100);
  });
  test.each(Object.entries(rules))('%s', (_, rule) => {
    expect(rule(tree).map(({ path, line, what }) => `${path}:${line} ${what}`)).toEqual([]);
  });
});

describe('each rule', () => {
  test('has samples', () => {
    expect(new Set(Object.keys(samples))).toEqual(new Set(Object.keys(rules)));
  });
  test.each(named('bad'))('%s: refuses bad sample %i', (name, _, files) => {
    expect(complaints(name, files)).not.toEqual([]);
  });
  test.each(named('good'))('%s: lets pass good sample %i', (name, _, files) => {
    expect(complaints(name, files)).toEqual([]);
  });
});

describe('the mask', () => {
  test.each([
    ["a('x') // y", "a(' ')     "],
    ['a /* b\nc */ d', 'a     \n     d'],
    ['`t @{a + `u @{b}` + "c"} v` + d', '`  @{a + `  @{b}` + " "}  ` + d'],
    ["'it\\'s' + \"a\\\\\" + b", '\'     \' + "   " + b'],
    ['x = /[/"]\\/y/g; z', 'x = /       /g; z'],
    ['a / b / c', 'a / b / c'],
    ['return /"/.test(s)', 'return / /.test(s)'],
    ['`@{{ a: 1 }.a}` + b', '`@{{ a: 1 }.a}` + b'],
    ['#!/usr/bin/env node\na', '                   \na'],
  ])('of %j, where @ stands for a dollar', (text, masked) => {
    expect(maskCode(text.replaceAll('@', '$'))).toBe(masked.replaceAll('@', '$'));
  });
});
