/** Which environment variables and flags say which key, and how their text becomes a value. */
import type { ConfigFault } from './fault.ts';
import type { Origin } from './layers.ts';
import { nearest } from './nearest.ts';

/** What the command line may say about the configuration; absent means not said. */
export interface ConfigFlags {
  readonly mode?: string | undefined;
  readonly speed?: string | undefined;
  readonly port?: string | undefined;
  readonly 'log-level'?: string | undefined;
  /** The configuration file. */
  readonly config?: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

interface Outside {
  readonly path: readonly string[];
  readonly kind: 'text' | 'number';
}

export const ENVIRONMENT: Readonly<Record<string, Outside>> = {
  TRADAR_HOME: { path: ['home'], kind: 'text' },
  TRADAR_MODE: { path: ['mode'], kind: 'text' },
  TRADAR_API_HOST: { path: ['api', 'host'], kind: 'text' },
  TRADAR_API_PORT: { path: ['api', 'port'], kind: 'number' },
  TRADAR_LOG_LEVEL: { path: ['logLevel'], kind: 'text' },
  TRADAR_DEMO_SPEED: { path: ['demo', 'speed'], kind: 'number' },
  DATABASE_URL: { path: ['databaseUrl'], kind: 'text' },
  REDIS_URL: { path: ['redisUrl'], kind: 'text' },
  APCA_API_KEY_ID: { path: ['keys', 'id'], kind: 'text' },
  APCA_API_SECRET_KEY: { path: ['keys', 'secret'], kind: 'text' },
};

const FLAGS: Readonly<Record<Exclude<keyof ConfigFlags, 'config'>, Outside>> = {
  mode: { path: ['mode'], kind: 'text' },
  speed: { path: ['demo', 'speed'], kind: 'number' },
  port: { path: ['api', 'port'], kind: 'number' },
  'log-level': { path: ['logLevel'], kind: 'text' },
};

/** Not a key of the configuration, but where to find it. */
export const FILE_VARIABLE = 'TRADAR_CONFIG';
/** Not keys of it either, but what opens the stored ones: a file, or the master key itself. */
export const MASTER_KEY_FILE_VARIABLE = 'TRADAR_MASTER_KEY_FILE';
export const MASTER_KEY_VARIABLE = 'TRADAR_MASTER_KEY';
/** What somebody sets who starts the daemon with real money, and the word that it must have. */
export const RISK_VARIABLE = 'I_UNDERSTAND_LIVE_RISK';
const PREFIX = 'TRADAR_';
const NUMBER = /^-?\d+(?:\.\d+)?$/;

export interface Said {
  readonly path: readonly string[];
  readonly value: string | number;
  readonly origin: Origin;
}

export interface OutsideReading {
  readonly said: readonly Said[];
  readonly faults: readonly ConfigFault[];
}

/** An empty variable counts as not set, as shells and containers leave them behind. */
export function readEnvironment(env: Environment): OutsideReading {
  const texts = Object.entries(ENVIRONMENT).map(([name, outside]) => ({ name, text: env[name], outside }));
  const reading = readTexts(texts, 'env');
  return { said: reading.said, faults: [...unknownVariables(env), ...reading.faults] };
}

export function readFlags(flags: ConfigFlags): OutsideReading {
  const texts = Object.entries(FLAGS).map(([name, outside]) => ({ name: `--${name}`, text: flags[name as keyof typeof FLAGS], outside }));
  return readTexts(texts, 'flag');
}

interface OutsideText {
  readonly name: string;
  readonly text: string | undefined;
  readonly outside: Outside;
}

function readTexts(texts: readonly OutsideText[], kind: 'env' | 'flag'): OutsideReading {
  const said: Said[] = [];
  const faults: ConfigFault[] = [];
  for (const { name, text, outside } of texts) {
    if (text === undefined || (text === '' && kind === 'env')) continue;
    const { path } = outside;
    if (outside.kind === 'text') said.push({ path, value: text, origin: { kind, name } });
    else if (NUMBER.test(text)) said.push({ path, value: Number(text), origin: { kind, name } });
    else {
      const where = `${path.join('.')} (${kind === 'env' ? 'env ' : ''}${name})`;
      faults.push({ where, problem: `${JSON.stringify(text)} is not a number`, remedy: 'give digits, such as 60 or 0.5' });
    }
  }
  return { said, faults };
}

/** A misspelled variable would be passed over in silence, and with it the mode or the limits that it was to set. */
function unknownVariables(env: Environment): ConfigFault[] {
  const known = [...Object.keys(ENVIRONMENT), FILE_VARIABLE, MASTER_KEY_FILE_VARIABLE, MASTER_KEY_VARIABLE];
  const unknown = Object.keys(env).filter((name) => name.startsWith(PREFIX) && !known.includes(name));
  return unknown.map((name) => {
    const meant = nearest(name, known);
    const list = known.filter((other) => other.startsWith(PREFIX)).join(', ');
    const remedy = meant === undefined ? `unset it; known are ${list}` : `did you mean ${meant}?`;
    return { where: `env ${name}`, problem: 'unknown variable', remedy };
  });
}
