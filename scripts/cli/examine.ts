/** The doctor's round: all checks at the same time, each with a time limit, in the order in which one would repair. */
import type { Config, Mode } from '#config/config.ts';
import { loadConfig } from '#config/load.ts';
import { bounded, type Check, failing, type Row, well } from './check.ts';
import { brokerCheck } from './check-broker.ts';
import { daemonCheck } from './check-daemon.ts';
import { homeCheck, killSwitchCheck, nodeCheck, portCheck } from './check-machine.ts';
import { databaseCheck, redisCheck } from './check-servers.ts';
import { readHome } from './configured.ts';
import { essentialConfig, sourcesLikeTheDaemon } from './essential.ts';
import type { Call } from './verb.ts';

const TIMEOUT_MS = 20_000;

export async function examine(call: Call): Promise<readonly Row[]> {
  const sources = await sourcesLikeTheDaemon(call);
  const reading = loadConfig(sources);
  const faults = 'faults' in reading ? reading.faults : [];
  const said = faults.map(({ where, problem, remedy }) => failing('configuration', `${where}: ${problem}`, remedy));
  const first = [nodeCheck(), ...(said.length > 0 ? said : [well('configuration', 'every key is known and in bounds')])];
  const config = 'faults' in reading ? leastOf(() => essentialConfig(sources, readHome(call))) : reading.config;
  // What can not be read completely is examined as far as it is known.
  return config === undefined ? first : [...first, ...(await examineConfig(config, faults.length === 0))];
}

function leastOf(read: () => Config): Config | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

async function examineConfig(config: Config, isWhole: boolean): Promise<readonly Row[]> {
  const checks: Record<string, Check> = {
    keys: async () => [keysRow(config)],
    home: () => homeCheck(config),
    daemon: () => daemonCheck(config),
    'kill switch': () => killSwitchCheck(config),
    ...(isWhole ? { database: () => databaseCheck(config), Redis: () => redisCheck(config), port: () => portCheck(config) } : {}),
    broker: () => brokerCheck(config),
  };
  const rows = await Promise.all(Object.entries(checks).map(([name, check]) => bounded(name, check, TIMEOUT_MS)));
  return rows.flat();
}

const NO_KEYS: Readonly<Record<Mode, Row>> = {
  demo: well('keys', 'none, and demo needs none'),
  paper: failing('keys', 'none', 'store it sealed: tradar keys add paper'),
  live: failing('keys', 'none', 'store it sealed: tradar keys add live'),
};

const keysRow = ({ keys, mode }: Config): Row => (keys === undefined ? NO_KEYS[mode] : well('keys', 'present (not shown)'));
