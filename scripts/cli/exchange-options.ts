/** What the flags of `tradar exchange` say, checked. */
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { processSources } from '#config/load.ts';
import type { KeyPair } from '#server/exchange/wire/keys.ts';
import type { Switches } from '#server/exchange/wire/switches.ts';
import { readSwitches } from './exchange-switches.ts';
import { Failure, misuse } from './failure.ts';
import { type Call, EXIT } from './verb.ts';

export interface ExchangeOptions {
  readonly host: string;
  readonly port: number;
  readonly controlPort: number;
  /** Port of the TLS listener, or nothing without one. */
  readonly tlsPort: number | undefined;
  readonly bars: readonly string[];
  readonly symbols: readonly string[] | undefined;
  readonly seed: number;
  readonly cash: string;
  /** Market seconds in a second of the wall; 0 stands still. */
  readonly speed: number;
  readonly keepsNights: boolean;
  readonly loops: boolean;
  readonly requestsPerMinute: number;
  readonly keys: KeyPair | undefined;
  readonly stateFolder: string | undefined;
  readonly switches: Switches;
}

const DEMO_BARS = fileURLToPath(new URL('../../config/demo-bars', import.meta.url));
const SPEEDS: Readonly<Record<string, number>> = { real: 1, step: 0, paused: 0 };
const LARGEST_PORT = 65_535;
const OTHERS = 0o077;

export function exchangeOptions(call: Call): ExchangeOptions {
  return {
    host: call.text('host') ?? '127.0.0.1',
    port: whole(call, 'port', 8790, LARGEST_PORT),
    controlPort: whole(call, 'control-port', 0, LARGEST_PORT),
    tlsPort: call.has('tls') || call.has('tls-port') ? whole(call, 'tls-port', 0, LARGEST_PORT) : undefined,
    bars: barsOf(call),
    symbols: list(call, 'symbols')?.map((symbol) => symbol.toUpperCase()),
    seed: whole(call, 'seed', 1, 2_147_483_647),
    cash: cashOf(call),
    speed: speedOf(call),
    keepsNights: call.has('keep-nights'),
    loops: !call.has('once'),
    requestsPerMinute: whole(call, 'rate-limit', 0, 1_000_000),
    keys: keysOf(call),
    stateFolder: call.text('state'),
    switches: readSwitches(call),
  };
}

const RANDOM_NAMES = ['AAPL', 'MSFT', 'AMZN', 'GOOG', 'META', 'NVDA', 'TSLA', 'SPY', 'QQQ', 'IWM', 'BTC/USD', 'ETH/USD'];

function barsOf(call: Call): string[] {
  const bars = list(call, 'bars');
  if (!call.has('random')) return bars ?? [DEMO_BARS];
  if (bars !== undefined) throw misuse('--random is a market alone', 'beside bars write --bars FOLDER,random:NVDA+DOGE/USD:5:2025-01-06');
  return [`random:${(list(call, 'symbols') ?? RANDOM_NAMES).join('+').toUpperCase()}`];
}

function list(call: Call, flag: string): string[] | undefined {
  const given = call.text(flag);
  if (given === undefined) return undefined;
  const items = given.split(',').flatMap((item) => item.trim() || []);
  if (items.length === 0) throw misuse(`--${flag} names nothing`, `separate several by commas: --${flag} A,B`);
  return items;
}

function whole(call: Call, flag: string, usual: number, most: number): number {
  const given = call.text(flag);
  if (given === undefined) return usual;
  if (!/^\d{1,10}$/.test(given) || Number(given) > most) {
    throw misuse(`--${flag} ${given} is not possible here`, `give a whole number from 0 to ${most}`);
  }
  return Number(given);
}

function cashOf(call: Call): string {
  const cash = call.text('cash') ?? '100000';
  if (!/^\d{1,9}(\.\d{1,9})?$/.test(cash)) throw misuse(`--cash ${cash} is not an amount`, 'give dollars as a decimal: --cash 25000');
  return cash;
}

function speedOf(call: Call): number {
  const given = call.text('speed') ?? 'real';
  const named = Object.hasOwn(SPEEDS, given) ? SPEEDS[given] : undefined;
  if (named !== undefined) return named;
  const factor = Number(given);
  if (!/^\d+(\.\d+)?$/.test(given) || factor > 1_000_000)
    throw misuse(`--speed ${given} is not possible here`, 'give market seconds in a second of the wall, or real, step or paused');
  return factor;
}

/** Keys come by the environment or by a file that nobody else can read; a command line is for all to see. */
function keysOf(call: Call): KeyPair | undefined {
  const path = call.text('keys');
  const text = path === undefined ? processSources({}).env['TRADAR_EXCHANGE_KEYS'] || undefined : readKeyFile(path);
  if (text === undefined) return undefined;
  const at = text.indexOf(':');
  const [keyId, secretKey] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at < 1 || keyId === '' || secretKey === '') {
    const where = path ?? 'TRADAR_EXCHANGE_KEYS';
    throw new Failure({ code: 'usage', message: `${where} has no key pair`, hint: 'write it as ID:SECRET', exitCode: EXIT.usage });
  }
  return { keyId, secretKey };
}

function readKeyFile(path: string): string {
  try {
    if ((statSync(path).mode & OTHERS) !== 0) throw misuse(`others can read ${path}`, `run "chmod 600 ${path}" first`);
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw misuse(`${path} can not be read`, 'it holds the key pair as ID:SECRET');
  }
}
