/** The switches of the exchange for people: read from `--set` and `--settings`, and listed. */
import { readFileSync } from 'node:fs';
import { type Switches, switches } from '#server/exchange/wire/switches.ts';
import { misuse } from './failure.ts';
import { type Parameter, parametersOf, readParameters } from './parameters.ts';
import type { Call } from './verb.ts';

export function readSwitches(call: Call): Switches {
  const file = call.text('settings');
  return readParameters('the exchange', switches, call.all('set'), file === undefined ? {} : fromFile(file));
}

const REMEDY = 'it holds switches as JSON: { "stopTrigger": "quote" }; "tradar exchange --list" has them';

function fromFile(path: string): Record<string, unknown> {
  const json = parsed(path, textOf(path));
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw misuse(`${path} is no JSON object`, REMEDY);
  return { ...json };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw misuse(`${path} can not be read`, REMEDY);
  }
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw misuse(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`, REMEDY);
  }
}

export const switchList = (): readonly Parameter[] => parametersOf(switches);

const WIDTH = 44;

export const switchLines = (): string[] =>
  switchList().map((one) => `--set ${`${one.name}=${one.default}`.padEnd(WIDTH)}  ${one.help} (${one.values})`);
