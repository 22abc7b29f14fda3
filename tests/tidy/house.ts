/** All rules of the house: from the tracked files to complaints. */

import { importsOf } from './imports.ts';
import { homelessComplaints, layerComplaints, layersOf } from './layers.ts';
import { longFiles, longFunctions, longGuard, unopenedFiles } from './shape.ts';
import { type Complaint, lineAt, type Source } from './source.ts';
import { leftUndone, machinePaths, registryHosts, untoldEvents } from './texts.ts';
import { wordRules } from './words.ts';

export type Rule = (sources: readonly Source[]) => Complaint[];

const table = (sources: readonly Source[]) => layersOf(sources.find(({ path }) => path === 'ARCHITECTURE.md')?.text ?? '');

/** Whom only some may import, whatever the table gives them. */
const GUARDED = [
  { what: /^server\/(?:compose|main)\.ts$/, by: /^(?:server\/main\.ts|scripts\/|tests\/)/ },
  { what: /^scripts\//, by: /^(?:scripts|tests)\// },
  { what: /^tests\//, by: /^tests\// },
] as const;

const guarded: Rule = (sources) =>
  sources.flatMap((one) =>
    importsOf(one)
      .filter(({ target }) => GUARDED.some(({ what, by }) => what.test(target) && !by.test(one.path)))
      .map(({ target, position }) => ({ path: one.path, line: lineAt(one.text, position), what: `imports ${target}` })),
  );

export const rules: Readonly<Record<string, Rule>> = {
  'who may import whom is the table in ARCHITECTURE.md': (sources) => layerComplaints(table(sources), sources),
  'every folder of the server is in that table': (sources) => homelessComplaints(table(sources), sources),
  'nobody imports the top': guarded,
  ...wordRules,
  'files are short': longFiles,
  'the guard is short': longGuard,
  'functions are short': longFunctions,
  'every file says first what it is for': unopenedFiles,
  'nothing is left undone': leftUndone,
  'no paths of one machine': machinePaths,
  'no registry hosts': registryHosts,
  'every event is told in ARCHITECTURE.md': untoldEvents,
};
