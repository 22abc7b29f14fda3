/** The facts that payloads are held against in tests/exchange/facts are those of the documents and of all published payloads. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NOT_SERVED, SERVED, SERVED_WITHOUT_FACTS } from '#tests/exchange/facts/served.ts';
import { factsOfDocuments, shapeOfPublished } from './derive-facts.ts';
import { ELSEWHERE, ONE_BY_ONE, SELECTIONS } from './published-selections.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/captures');
const BUNDLED = join(import.meta.dirname, '../exchange/facts');
const isThere = existsSync(join(FOLDER, 'order.json'));
const REASON = `../shared/captures is not beside this checkout: the facts about payloads are NOT held against their sources`;
if (!isThere) console.warn(REASON);

/** One fact a line. */
const lines = (facts: object): string =>
  Object.entries(facts)
    .map(([name, fact]) => `    ${JSON.stringify(name)}: ${JSON.stringify(fact)}`)
    .join(',\n');

describe.runIf(isThere)('the facts about payloads', () => {
  it('are those of the OpenAPI documents, each operation of which is served or of another product', async () => {
    const all = Object.keys(factsOfDocuments(FOLDER, () => true).operations);
    expect(all.filter((key) => ![...SERVED, ...SERVED_WITHOUT_FACTS].includes(key) && !NOT_SERVED.test(key))).toEqual([]);
    const { operations, table } = factsOfDocuments(FOLDER, (key) => SERVED.includes(key));
    expect(new Set(Object.keys(operations))).toEqual(new Set(SERVED));
    const text = `{\n  "operations": {\n${lines(operations)}\n  },\n  "table": {\n${lines(table)}\n  }\n}\n`;
    await expect(text).toMatchFileSnapshot(join(BUNDLED, 'documents.json'));
  });

  it('are those of the published payloads, each file of which is looked at or said to be elsewhere', async () => {
    const files = Object.keys(JSON.parse(readFileSync(join(FOLDER, 'index.json'), 'utf8')));
    const looked = new Set([...Object.values(SELECTIONS).map(({ file }) => file), ...Object.keys(ELSEWHERE), ...ONE_BY_ONE]);
    expect(files.filter((file) => !looked.has(file))).toEqual([]);
    const shapes = Object.fromEntries(Object.entries(SELECTIONS).map(([name, one]) => [name, shapeOfPublished(FOLDER, one)]));
    for (const [name, shape] of Object.entries(shapes)) expect(Object.keys(shape).length, name).toBeGreaterThan(0);
    await expect(`{\n${lines(shapes)}\n}\n`).toMatchFileSnapshot(join(BUNDLED, 'published.json'));
  });
});

if (!isThere) it.skip(REASON, () => undefined);
