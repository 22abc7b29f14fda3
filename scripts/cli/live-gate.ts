/** Whether a start may trade real money. Where it may not, that is put into a file of the home, told, and the exit code is 3; no socket was opened. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, Mode } from '#config/config.ts';
import { configHash } from '#config/ledger-mode.ts';
import { type Environment, RISK_VARIABLE } from '#config/outside.ts';
import { brokerOrigins } from '#server/adapters/alpaca/origins.ts';
import { readArming } from '#server/adapters/arming-file.ts';
import { makeHome } from '#server/adapters/home.ts';
import { type Arming, armingProblems } from '#server/runtime/arming.ts';
import type { Requirement } from '#server/runtime/readiness.ts';
import { Failure } from './failure.ts';
import { requirementsOf } from './readiness-of.ts';
import { EXIT } from './verb.ts';

const WORD = 'yes';
const OWNER_ONLY = 0o600;

/** One thing that keeps real money from being traded. */
export interface Missing {
  readonly name: string;
  readonly needed: string;
  readonly found: string;
  readonly remedy: string;
}

export const refusalFile = (home: string): string => join(home, 'live-refused.json');

export const liveBroker = ({ rehearsal }: Config): string => brokerOrigins('live', rehearsal.exchangeUrl).trading;

const gates: Readonly<Record<Mode, (config: Config, env: Environment, version: string) => Promise<string | undefined>>> = {
  demo: async () => undefined,
  paper: async () => undefined,
  live: async (config, env, version) => {
    const arming = readArming(config.home);
    const missing = [...riskWord(env), ...unmet(await requirementsOf(config, version)), ...unarmed(arming, config, version)];
    if (missing.length > 0) throw refusal(config, missing);
    return arming?.account;
  },
};

/** The account that may be traded, where the mode needs an arming; throws a Failure with exit code 3 when something is missing. */
export const armedAccountFor = (config: Config, env: Environment, version: string): Promise<string | undefined> =>
  gates[config.mode](config, env, version);

function riskWord(env: Environment): Missing[] {
  const said = env[RISK_VARIABLE] ?? '';
  if (said === WORD) return [];
  const found = said === '' ? 'not set' : 'another word';
  return [{ name: 'riskUnderstood', needed: `${RISK_VARIABLE}=${WORD}`, found, remedy: 'set it for this start alone, when you mean it' }];
}

export const unmet = (requirements: readonly Requirement[]): Missing[] =>
  requirements.filter(({ met }) => !met).map(({ name, needed, found, remedy }) => ({ name, needed, found, remedy }));

function unarmed(arming: Arming | undefined, config: Config, version: string): Missing[] {
  const start = { broker: liveBroker(config), configHash: configHash(config), version, nowMs: Date.now() };
  const needed = 'an arming for this broker, configuration and version';
  return armingProblems(arming, start).map((found) => ({ name: 'armed', needed, found, remedy: 'tradar arm --mode live' }));
}

/** The Failure for what is missing, once it stands in the file. */
export function refusal({ home, mode }: Config, missing: readonly Missing[]): Failure {
  const file = refusalFile(home);
  const lines = missing.map(({ name, needed, found, remedy }) => `${name}: needed is ${needed}; found: ${found}. ${remedy}`);
  const words = `${mode} was not begun, since ${missing.length === 1 ? 'one thing is' : `${missing.length} things are`} missing:`;
  const record = { at: new Date().toISOString(), mode, words: [words, ...lines].join('\n'), missing };
  const where = putDown(home, file, `${JSON.stringify(record, undefined, 2)}\n`);
  return new Failure({
    code: 'notReady',
    message: [words, ...lines].join('\n  '),
    hint: `${where}; "tradar ready" shows the list`,
    exitCode: EXIT.notReady,
    facts: { missing, file },
  });
}

/** A file that can not be written makes it no less a refusal. */
function putDown(home: string, file: string, text: string): string {
  try {
    makeHome(home);
    const draft = `${file}.draft`;
    writeFileSync(draft, text, { mode: OWNER_ONLY, flush: true });
    renameSync(draft, file);
    return `all of it is in ${file}`;
  } catch (error) {
    return `${file} can not be written (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** That the keys are of another account than the armed one shows at the broker alone: it is a refusal like the others. */
export function asRefusal(error: unknown, config: Config): unknown {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'otherAccount') return error;
  const needed = 'the account that was armed';
  return refusal(config, [{ name: 'armed', needed, found: error.message, remedy: 'arm the account that these keys open' }]);
}
