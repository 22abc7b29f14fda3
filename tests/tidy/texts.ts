/** What may not stand in any tracked text, and what has to stand in ARCHITECTURE.md. */
import { type Complaint, findAll, type Source } from './source.ts';

/** Written apart, so that this file does not complain about itself. */
const LEFT_UNDONE = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`, 'g');
const MACHINE = new RegExp(`(?<![\\w.~}])/(?:${['wo' + 'rk', 't' + 'mp', 'ro' + 'ot'].join('|')})/`, 'g');
const REGISTRY = /\bhttps?:\/\/[^\s"'`)]*\b(?:registry|npmjs|artifactory|nexus|verdaccio)\b[^\s"'`)]*|\bregistry\.[a-z0-9-]+\.[a-z]+\b/g;

export const leftUndone = (sources: readonly Source[]): Complaint[] =>
  sources.flatMap((one) => findAll(one, one.text, LEFT_UNDONE, (found) => `${found}: do it, or write an issue`));

export const machinePaths = (sources: readonly Source[]): Complaint[] =>
  sources.flatMap((one) => findAll(one, one.text, MACHINE, (found) => `${found} is a path of one machine; tests take os.tmpdir()`));

export const registryHosts = (sources: readonly Source[]): Complaint[] =>
  sources.flatMap((one) =>
    findAll(one, one.text, REGISTRY, (found) => `${found}: the machine's own settings say where packages come from`),
  );

export function untoldEvents(sources: readonly Source[]): Complaint[] {
  const events = sources.find(({ path }) => path === 'server/engine/event.ts');
  const architecture = sources.find(({ path }) => path === 'ARCHITECTURE.md')?.text ?? '';
  if (events === undefined) return [{ path: 'server/engine/event.ts', line: 1, what: 'is not there' }];
  const untold = (found: string): boolean => !architecture.includes(`\`${kindIn(found)}\``);
  return findAll(events, events.text, /\bkind: '\w+'/g, (found) => found)
    .filter(({ what }) => untold(what))
    .map((complaint) => ({ ...complaint, what: `the event \`${kindIn(complaint.what)}\` is not told in ARCHITECTURE.md` }));
}

const kindIn = (found: string): string => found.replace(/^kind: '|'$/g, '');
