/** Makes the configuration out of profile, file, environment and flags; the only reader of the environment. All complaints come at once. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Config, MODES, type Mode, settings } from './config.ts';
import { crossCheck } from './cross-check.ts';
import { explain } from './explain.ts';
import type { ConfigFault } from './fault.ts';
import { readConfigFile } from './file.ts';
import { addStoredKeys } from './keys/layer.ts';
import { Layers, type Origin, originText, type Tree } from './layers.ts';
import { nearest } from './nearest.ts';
import { type ConfigFlags, type Environment, FILE_VARIABLE, readEnvironment, readFlags, type Said } from './outside.ts';

export interface ConfigSources {
  readonly env: Environment;
  readonly flags: ConfigFlags;
  readonly cwd: string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Who said which value. */
  readonly layers: Layers;
}

export type ConfigReading = LoadedConfig | { readonly faults: readonly ConfigFault[] };

/** What this process was started with. */
export const processSources = (flags: ConfigFlags): ConfigSources => ({ env: process.env, flags, cwd: process.cwd() });

const DEFAULT_HOME = './data';
const FILE_IN_HOME = 'tradar.json';

export function loadConfig({ env, flags, cwd }: ConfigSources): ConfigReading {
  const environment = readEnvironment(env);
  const command = readFlags(flags);
  const said = [...environment.said, ...command.said];
  const file = findFile({ env, flags, cwd }, said);
  const faults = [...environment.faults, ...command.faults, ...file.faults];

  const { mode, fault } = chooseMode(said, file);
  const layers = new Layers();
  layers.add(readProfile(mode), { kind: 'profile', name: mode });
  if (file.tree !== undefined) layers.add(file.tree, { kind: 'file', name: file.path });
  for (const { path, value, origin } of said) layers.set(path, value, origin);
  if (fault !== undefined) {
    faults.push(fault);
    layers.set(['mode'], mode, { kind: 'profile', name: mode });
  }

  const keyFault = addStoredKeys(layers, { mode, env, home: resolve(cwd, String(layers.valueAt(['home']) ?? DEFAULT_HOME)) });
  if (keyFault !== undefined) faults.push(keyFault);

  const parsed = settings.safeParse(layers.tree);
  faults.push(...explain(parsed.error?.issues ?? [], layers), ...crossCheck(layers, { keysAreThere: keyFault !== undefined }));
  if (!parsed.success || faults.length > 0) return { faults };
  const { api, ...others } = parsed.data;
  const source = layers.originOf(['api', 'port'])?.kind;
  const portIsDefault = source === undefined || source === 'profile';
  return { config: { ...others, home: resolve(cwd, others.home), api: { ...api, portIsDefault } }, layers };
}

/** The home alone, for the commands that must work however broken the rest is: looking at a daemon, and killing it. */
export function homeOf(sources: ConfigSources): string {
  const file = findFile(sources, readEnvironment(sources.env).said);
  return homeSaid(sources, file.tree);
}

function homeSaid({ env, cwd }: ConfigSources, file: Tree | undefined): string {
  const inFile = file?.['home'];
  return resolve(cwd, env['TRADAR_HOME'] || (typeof inFile === 'string' ? inFile : DEFAULT_HOME));
}

interface FoundFile {
  readonly path: string;
  readonly tree: Tree | undefined;
  readonly faults: readonly ConfigFault[];
}

/** The named file must be there; the one in the home may be. */
function findFile(sources: ConfigSources, said: readonly Said[]): FoundFile {
  const { env, flags, cwd } = sources;
  const named = flags.config ?? (env[FILE_VARIABLE] || undefined);
  const path = named === undefined ? join(homeSaid(sources, undefined), FILE_IN_HOME) : resolve(cwd, named);
  const reading = readConfigFile(path);
  if (reading === undefined) {
    if (named === undefined) return { path, tree: undefined, faults: [] };
    const where = flags.config === undefined ? `env ${FILE_VARIABLE}` : '--config';
    return { path, tree: undefined, faults: [{ where, problem: `there is no file ${path}`, remedy: 'name one that exists' }] };
  }
  const { tree } = reading;
  const faults = reading.fault === undefined ? [] : [reading.fault];
  const saidHome = said.some(({ path: [key] }) => key === 'home');
  if (named === undefined && !saidHome && tree?.['home'] !== undefined) {
    const problem = 'the file was found through the home, and can not move it';
    faults.push({ where: `home (file ${path})`, problem, remedy: 'remove it and set TRADAR_HOME' });
  }
  return { path, tree, faults };
}

/** Decides the profile; a mode that does not exist is a complaint, and the rest is checked as if it were the demo. */
function chooseMode(said: readonly Said[], file: FoundFile): { mode: Mode; fault?: ConfigFault } {
  const last = said.findLast(({ path: [key] }) => key === 'mode');
  const origin: Origin = last?.origin ?? { kind: 'file', name: file.path };
  const wanted: unknown = last?.value ?? file.tree?.['mode'] ?? MODES[0];
  const mode = MODES.find((known) => known === wanted);
  if (mode !== undefined) return { mode };
  const where = `mode (${originText(origin)})`;
  const meant = typeof wanted === 'string' ? nearest(wanted, MODES) : undefined;
  const remedy = `${meant === undefined ? '' : `did you mean "${meant}"? `}use ${MODES.join(', ')}`;
  return { mode: 'demo', fault: { where, problem: `${JSON.stringify(wanted)} is not a mode`, remedy } };
}

function readProfile(mode: Mode): Tree {
  const path = fileURLToPath(new URL(`./${mode}.json`, import.meta.url));
  const reading = readConfigFile(path);
  if (reading?.tree === undefined) throw new Error(`${path} is missing or damaged; restore it from the package`);
  return reading.tree;
}

/** The home as a command must name it: nothing when it is the default one of this folder. */
export const homeToName = (home: string): string | undefined => (resolve(home) === resolve(DEFAULT_HOME) ? undefined : home);
