/** Reads the configuration for a verb; what is wrong with it is said at once, all of it. */
import { faultLine } from '#config/fault.ts';
import { homeOf, type LoadedConfig, loadConfig, processSources } from '#config/load.ts';
import type { ConfigFlags, Environment } from '#config/outside.ts';
import { Failure } from './failure.ts';
import { type Call, EXIT } from './verb.ts';

const NAMES = ['mode', 'speed', 'port', 'log-level', 'config'] as const;

export const configFlags = (call: Call): ConfigFlags => Object.fromEntries(NAMES.map((name) => [name, call.text(name)]));

/** `always`: what the verb says itself, whatever the flags are. */
export function readConfig(call: Call, always: ConfigFlags = {}): LoadedConfig {
  const reading = loadConfig(processSources({ ...configFlags(call), ...always }));
  if (!('faults' in reading)) return reading;
  const { faults } = reading;
  const count = faults.length === 1 ? 'one thing is' : `${faults.length} things are`;
  const message = `${count} wrong with the configuration:\n${faults.map((fault) => `  ${faultLine(fault)}`).join('\n')}`;
  throw new Failure({ code: 'config', message, hint: 'docs/configuration.md has every key', exitCode: EXIT.usage, facts: { faults } });
}

/** The home alone: enough to look at a daemon and to kill it, whatever the rest of the configuration is like. */
export const readHome = (call: Call): string => homeOf(processSources(configFlags(call)));

/** What the process was started with, for what is no configuration: where the master key of the stored keys is. */
export const environmentOf = (call: Call): Environment => processSources(configFlags(call)).env;
