/** Under which name a run is kept: what a rehearsal proves is never taken for what the broker proved. */
import { createHash } from 'node:crypto';
import type { Config, Mode } from './config.ts';

const named = (mode: Mode, { rehearsal }: Pick<Config, 'rehearsal'>): string =>
  rehearsal.exchangeUrl === undefined || mode === 'demo' ? mode : `${mode}-rehearsal`;

export const ledgerMode = (config: Pick<Config, 'mode' | 'rehearsal'>): string => named(config.mode, config);

/** Where the evidence for live is looked for: the run on paper, of the same kind. */
export const paperMode = (config: Pick<Config, 'rehearsal'>): string => named('paper', config);

const DIGITS = 16;

/** What decides nothing that is traded, or is secret; whatever key comes new counts. */
const NOT_COUNTED: ReadonlySet<string> = new Set([
  'home',
  'api',
  'logLevel',
  'keys',
  'demo',
  'databaseUrl',
  'redisUrl',
] satisfies (keyof Config)[]);

/** Names everything of a configuration that decides what is traded, where and under which limits; no secret goes into it. */
export function configHash(config: Config): string {
  const parts = Object.entries(config).filter(([key]) => !NOT_COUNTED.has(key));
  const text = JSON.stringify(parts, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  return createHash('sha256').update(text).digest('hex').slice(0, DIGITS);
}
