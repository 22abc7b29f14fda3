/** Who may import whom. The table is the one in ARCHITECTURE.md, section "The house": it is read, not repeated. */
import { type Import, importsOf } from './imports.ts';
import { type Complaint, lineAt, type Source } from './source.ts';

export interface Layer {
  /** A folder or a file from the root. */
  readonly place: string;
  /** What its row says: `nothing`, `everything`, `npm`, a package, a folder, or a folder's types. */
  readonly may: readonly string[];
}

const ROW = /^\| *(`[^|]*) *\|[^|]*\| *([^|]*?) *\|$/gm;

export function layersOf(architecture: string): Layer[] {
  return [...architecture.matchAll(ROW)].flatMap(([, places = '', may = '']) => {
    const names = [...places.matchAll(/`([^`]+)`/g)].map((match) => (match[1] ?? '').replace(/\/\*$/, ''));
    const folder = names[0]?.includes('/') === true ? names[0].replace(/[^/]*$/, '') : '';
    return names.map((name) => ({ place: name.includes('/') ? name : folder + name, may: may.split(',').map((word) => word.trim()) }));
  });
}

const isIn = (path: string, place: string): boolean => path === place || path === `${place}.ts` || path.startsWith(`${place}/`);

/** The row with the longest place that holds the path. */
const layerOf = (layers: readonly Layer[], path: string): Layer | undefined =>
  layers.filter((layer) => isIn(path, layer.place)).sort((a, b) => b.place.length - a.place.length)[0];

/** An adapter is a folder in `server/adapters`, or a single file there. */
const adapterOf = (path: string): string | undefined => /^server\/adapters\/[^/]+/.exec(path)?.[0];

const placesOf = (word: string): string[] => [`server/${word}`, word];

function allows(word: string, { target, kind, typeOnly }: Import): boolean {
  if (word === 'everything') return true;
  if (kind === 'npm') return word === 'npm' || target === word || target.startsWith(`${word}/`);
  const types = /^(.*)'s types$/.exec(word)?.[1];
  if (types !== undefined) return typeOnly && placesOf(types).some((place) => isIn(target, place));
  return placesOf(word).some((place) => isIn(target, place));
}

function mayImport(layers: readonly Layer[], path: string, wanted: Import): boolean {
  const layer = layerOf(layers, path);
  if (layer === undefined) return true;
  if (wanted.kind === 'node') return !isPure(path);
  if (adapterOf(path) !== undefined && adapterOf(wanted.target) !== undefined) return adapterOf(path) === adapterOf(wanted.target);
  if (wanted.kind === 'file' && layerOf(layers, wanted.target)?.place === layer.place) return true;
  return layer.may.some((word) => allows(word, wanted));
}

const PURE = ['domain', 'indicators', 'agents', 'consensus', 'risk', 'engine', 'exchange', 'backtest', 'history'].map(
  (name) => `server/${name}`,
);

/** The parts of pure folders that touch the world: the exchange's servers, the backtest's files and threads. */
const SHELLS = ['server/exchange/wire', 'server/backtest/shell'];

/** Folders without clocks, chance, input and output. */
export const isPure = (path: string): boolean => PURE.some((folder) => isIn(path, folder)) && !SHELLS.some((shell) => isIn(path, shell));

export function layerComplaints(layers: readonly Layer[], sources: readonly Source[]): Complaint[] {
  return sources
    .filter((one) => one.path.endsWith('.ts'))
    .flatMap((one) =>
      importsOf(one)
        .filter((wanted) => !mayImport(layers, one.path, wanted))
        .map(({ target, position }) => {
          const row = layerOf(layers, one.path);
          return {
            path: one.path,
            line: lineAt(one.text, position),
            what: `${row?.place} may import ${row?.may.join(', ')}; not ${target}`,
          };
        }),
    );
}

/** Each folder of `server/` has its row, so that a new one cannot stay outside the table. */
export function homelessComplaints(layers: readonly Layer[], sources: readonly Source[]): Complaint[] {
  return sources
    .filter(({ path }) => path.startsWith('server/') && path.endsWith('.ts') && layerOf(layers, path) === undefined)
    .map(({ path }) => ({ path, line: 1, what: 'is in no row of the table in ARCHITECTURE.md, "The house"' }));
}
