/** `tradar indicators`: any indicator over a file of bars, value by value. */
import { nearest } from '#config/nearest.ts';
import type { Bar } from '#server/domain/bar.ts';
import type { Indicator } from '#server/indicators/indicator.ts';
import { misuse } from './cli/failure.ts';
import { type Call, EXIT, type Verb } from './cli/verb.ts';

/** Lines that are written at once. */
const CHUNK = 2_000;

export const indicators: Verb = {
  name: 'indicators',
  summary: 'Prints an indicator for every bar of a file: timestamp and outputs, blank before the warm-up.',
  operand: 'NAME',
  flags: {
    bars: { type: 'text', value: 'FILE', help: 'CSV of timestamp,open,high,low,close,volume; gzipped when it ends in .gz' },
    set: { type: 'text', value: 'NAME=VALUE', repeats: true, help: 'a parameter; the others keep their defaults' },
    csv: { type: 'switch', help: 'CSV on stdout, which it is anyway' },
    list: { type: 'switch', help: 'every indicator with its parameters, or the one that is named' },
  },
  notes: ['tradar indicators rsi --set period=14 --bars AAPL.csv.gz', 'tradar indicators --list'],
  async run(call) {
    if (call.json && call.has('csv')) throw misuse('--csv and --json exclude each other', 'give one of them');
    const registry = await import('#server/indicators/registry.ts');
    const all = Object.values(registry.indicators);
    const named = call.operand === undefined ? undefined : (registry.findIndicator(call.operand) ?? notFound(call.operand, all));
    if (call.has('list')) return await list(call, named === undefined ? all : [named]);
    if (named === undefined) throw misuse('which indicator?', 'name one of "tradar indicators --list"');
    const { readParameters } = await import('./cli/parameters.ts');
    const params = readParameters(named.name, named.params, call.all('set'));
    const file = call.text('bars');
    if (file === undefined) throw misuse('--bars is missing', 'give it as --bars FILE');
    const { readBars } = await import('./cli/read-bars.ts');
    print(call, named, params, await readBars(file));
    return EXIT.done;
  },
};

function notFound(name: string, all: readonly Indicator[]): never {
  const names = all.flatMap((one) => [one.name, ...(one.aliases ?? [])]);
  const meant = nearest(name, names);
  throw misuse(`there is no indicator "${name}"`, meant === undefined ? 'see "tradar indicators --list"' : `did you mean ${meant}?`);
}

async function list(call: Call, chosen: readonly Indicator[]): Promise<number> {
  const { parametersOf } = await import('./cli/parameters.ts');
  const entries = chosen.map((one) => ({
    name: one.name,
    aliases: one.aliases ?? [],
    help: one.help,
    outputs: one.outputs,
    params: parametersOf(one.params),
    warmUp: one.warmUp(one.params.parse({})),
  }));
  if (call.json) call.print(JSON.stringify(entries));
  else for (const entry of entries) call.print(describe(entry));
  return EXIT.done;
}

interface Entry {
  readonly name: string;
  readonly help: string;
  readonly outputs: readonly string[];
  readonly params: readonly { readonly name: string; readonly help: string; readonly default: unknown; readonly values: string }[];
}

function describe({ name, help, outputs, params }: Entry): string {
  const settings = params.map((one) => `    --set ${one.name}=${String(one.default)}  ${one.help} (${one.values})`);
  return [`${name}: ${help}`, `    prints ${outputs.join(', ')}`, ...settings].join('\n');
}

function print(call: Call, indicator: Indicator, params: unknown, bars: readonly Bar[]): void {
  const work = indicator.make(params);
  const begin = call.json
    ? `${JSON.stringify({ indicator: indicator.name, params, outputs: indicator.outputs, warmUp: indicator.warmUp(params) }).slice(0, -1)},"rows":[`
    : ['timestamp', ...indicator.outputs].join(',');
  let lines: string[] = [begin];
  bars.forEach((bar, nth) => {
    const stamp = new Date(bar.startsAt).toISOString().replace('.000Z', 'Z');
    const values = Array.from(work.next(bar), (value) => (Number.isNaN(value) ? undefined : value));
    const isLast = nth === bars.length - 1;
    lines.push(
      call.json ? `${rowOf(indicator, stamp, values)}${isLast ? ']}' : ','}` : [stamp, ...values.map((one) => one ?? '')].join(','),
    );
    if (lines.length < CHUNK && !isLast) return;
    call.print(lines.join('\n'));
    lines = [];
  });
}

const rowOf = ({ outputs }: Indicator, timestamp: string, values: readonly (number | undefined)[]): string =>
  JSON.stringify({ timestamp, ...Object.fromEntries(outputs.map((output, nth) => [output, values[nth] ?? null])) });
