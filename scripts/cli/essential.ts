/** The least of a configuration that reaches the broker: for the doctor, and for the kill switch when the rest is broken. */
import { type ConfigSources, type LoadedConfig, loadConfig, processSources } from '#config/load.ts';
import { readAnnouncement } from '#server/api/announce.ts';
import { configFlags, readHome } from './configured.ts';
import { Failure } from './failure.ts';
import { type Call, EXIT } from './verb.ts';

const ESSENTIAL_VARIABLES = ['TRADAR_MODE', 'APCA_API_KEY_ID', 'APCA_API_SECRET_KEY'];

/** The mode that the home's last daemon had counts when nobody names another: a kill must not go to the wrong place. */
export async function sourcesLikeTheDaemon(call: Call): Promise<ConfigSources> {
  const flags = configFlags(call);
  const announcement = await readAnnouncement(readHome(call)).catch(() => undefined);
  const mode = flags.mode ?? (announcement === undefined || announcement === 'unreadable' ? undefined : announcement.mode);
  return processSources({ ...flags, mode });
}

/** Passes over everything but mode, home and keys when the whole can not be read. */
export function essentialConfig(sources: ConfigSources, home: string): LoadedConfig['config'] {
  const whole = loadConfig(sources);
  if (!('faults' in whole)) return whole.config;
  const variables = ESSENTIAL_VARIABLES.map((name) => [name, sources.env[name]] as const);
  const env = { ...Object.fromEntries(variables), TRADAR_HOME: home };
  const least = loadConfig({ env, flags: { mode: sources.flags.mode }, cwd: sources.cwd });
  if (!('faults' in least)) return least.config;
  const [fault] = least.faults;
  const message = fault === undefined ? 'the configuration can not be read' : `${fault.where}: ${fault.problem}`;
  throw new Failure({ code: 'config', message, hint: fault?.remedy ?? '', exitCode: EXIT.usage, facts: { faults: least.faults } });
}
