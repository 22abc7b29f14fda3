/** `tradar data verify`: everything that is likely to be wrong with the stored bars. */
import type { Inspection } from '#server/adapters/bars/inspect.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import type { SeriesKey } from '#server/history/series.ts';
import { misuse } from '../cli/failure.ts';
import { type Call, EXIT, type Verb } from '../cli/verb.ts';
import { ADJUSTMENT_FLAG, CONFIG_FLAG, SYMBOLS_FLAG, TIMEFRAME_FLAG } from './series-flags.ts';
import { stamp } from './stamp.ts';

const CALENDARS = ['nyse', 'always', 'none'] as const;
/** Of one kind in one series; the others are counted. */
const SHOWN = 10;

export const dataVerify: Verb = {
  name: 'data verify',
  summary:
    'Checks stored bars: checksums, gaps against the calendar, spikes, splits that are not known, bars without volume. Ends with 1 on any.',
  flags: {
    symbols: { ...SYMBOLS_FLAG, help: 'only these' },
    timeframe: { ...TIMEFRAME_FLAG, help: 'only of this' },
    adjustment: { ...ADJUSTMENT_FLAG, help: 'only so adjusted' },
    'max-gap': { type: 'text', value: 'MINUTES', help: 'longer stretches without a bar are gaps (default 30; 60 for pairs)' },
    calendar: { type: 'text', value: CALENDARS.join('|'), help: 'when there should be bars (default nyse; always for pairs)' },
    all: { type: 'switch', help: `tell all findings, not ${SHOWN} of each kind` },
    config: CONFIG_FLAG,
  },
  notes: ['docs/data.md has the rules by which each finding is made.'],
  async run(call) {
    const { readHome } = await import('../cli/configured.ts');
    const { chosenSeries } = await import('./series-flags.ts');
    const { inspectSeries } = await import('#server/adapters/bars/inspect.ts');
    const options = { calendar: calendarOf(call), maxGapMs: maxGapOf(call) };
    const home = readHome(call);
    const looked = chosenSeries(call, home).map((key) => ({ key, ...inspectSeries(home, key, options) }));
    const isSound = looked.every(({ findings, damage }) => findings.length === 0 && damage === undefined);
    if (call.json) call.print(JSON.stringify({ ok: isSound, series: looked.map(jsonOf) }));
    else for (const one of looked) print(call, one);
    if (looked.length === 0) call.remark('nothing is stored');
    return isSound ? EXIT.done : EXIT.failed;
  },
};

type Looked = Inspection & { readonly key: SeriesKey };

function calendarOf(call: Call): (typeof CALENDARS)[number] | undefined {
  const given = call.text('calendar');
  const calendar = CALENDARS.find((one) => one === given);
  if (given !== undefined && calendar === undefined)
    throw misuse(`--calendar ${given} is not possible here`, `use ${CALENDARS.join(', ')}`);
  return calendar;
}

function maxGapOf(call: Call): number | undefined {
  const given = call.text('max-gap');
  if (given === undefined) return undefined;
  if (!/^\d{1,6}$/.test(given)) throw misuse(`--max-gap ${given} is not a number of minutes`, 'give it as --max-gap 30');
  return Number(given) * MINUTE_MS;
}

const jsonOf = ({ key, bars, findings, damage }: Looked): object => ({
  symbol: key.symbol,
  timeframe: key.timeframe.name,
  adjustment: key.adjustment,
  bars,
  damage: damage === undefined ? null : { code: damage.code, message: damage.message.replace(`; ${damage.hint}`, ''), hint: damage.hint },
  findings: findings.map(({ kind, from, to, detail }) => ({ kind, from: stamp(from), to: stamp(to), detail })),
});

function print(call: Call, { key, bars, findings, damage }: Looked): void {
  const name = `${key.symbol} ${key.timeframe.name} ${key.adjustment}`;
  if (damage !== undefined) {
    call.print(`${name}: ${damage.message}`);
    return;
  }
  const counts = [...new Set(findings.map(({ kind }) => kind))].map(
    (kind) => `${findings.filter((one) => one.kind === kind).length} ${kind}`,
  );
  call.print(`${name}: ${bars.toLocaleString('en-US')} bars, ${counts.length === 0 ? 'all is well' : counts.join(', ')}`);
  const shown: Record<string, number> = {};
  for (const { kind, from, to, detail } of findings) {
    shown[kind] = (shown[kind] ?? 0) + 1;
    if ((shown[kind] ?? 0) > SHOWN && !call.has('all')) continue;
    call.print(`  ${kind}  ${stamp(from)}${to === from ? '' : ` to ${stamp(to)}`}  ${detail}`);
  }
}
