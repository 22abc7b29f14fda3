/**
 * The market of a simulated day: prices that wander, minutes without trades, and a pair that trades around the bell. Which minutes of
 * the stocks are busy is decided as the day goes: the tape grows by each right before it begins.
 */
import type { Bar } from '#server/domain/bar.ts';
import { parseDate } from '#server/domain/civil-day.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { cryptoPair, equity } from '#server/domain/instrument.ts';
import { newYorkInstant } from '#server/domain/new-york.ts';
import { type Instant, MINUTE_MS } from '#server/domain/time.ts';
import { makeTape, type Series, type Tape, type TapeMinute } from '#server/exchange/tape.ts';
import { Chance } from '../machine/chance.ts';
import type { DaySettings } from './settings.ts';

/** What the pair trades beside the last part of the session and after it. */
const PAIR_MINUTES = { before: 12, after: 7 } as const;

/** On some days everything falls at once, late: the day's loss goes past its limit, and what is held past its stops. */
const CRASH = { chance: 0.15, deepest: 0.25, afterPart: 0.88 } as const;

/** One bar after the other of a symbol; `drop`: the part of its price that it loses in this minute. */
type Walk = (startsAt: Instant, drop: number) => Bar;

export class Market {
  readonly tape: Tape;
  readonly opensAt: Instant;
  /** When the session's last minute begins: it is on the tape from the beginning, and has its prices right before. */
  readonly lastAt: Instant;
  readonly #minutes: TapeMinute[];
  readonly #stocks: readonly { readonly bars: Bar[]; readonly walk: Walk }[];
  #drop: number;

  constructor(settings: DaySettings) {
    const { date, opensMinute, closesMinute, stocks, pairs } = settings;
    const at = (minute: number): Instant => newYorkInstant(parseDate(date) ?? 0, minute);
    this.opensAt = at(opensMinute);
    this.lastAt = at(closesMinute - 1);
    const walks = stocks.map((name) => walkOf(settings, name, 2));
    const chance = new Chance(settings.seed, 'crash');
    this.#drop = chance.happens(CRASH.chance) ? chance.between(0.02, CRASH.deepest) : 0;
    const paired: Instant[] = [];
    for (let minute = closesMinute - PAIR_MINUTES.before; minute < closesMinute + PAIR_MINUTES.after; minute++) paired.push(at(minute));
    const series: Series[] = [
      ...stocks.map((name, nth) => ({
        instrument: equity(name),
        bars: [this.opensAt, this.lastAt].map((startsAt) => (walks[nth] as Walk)(startsAt, 0)),
      })),
      ...pairs.map((name) => {
        const walk = walkOf(settings, name, 4);
        return { instrument: cryptoPair(name), bars: paired.map((startsAt) => walk(startsAt, 0)) };
      }),
    ];
    this.tape = makeTape({ series, ...(closesMinute === 960 ? {} : { earlyCloses: { [date]: '13:00' } }) });
    // The exchange reads them as it goes; what is added lies ahead of it.
    this.#minutes = this.tape.minutes as TapeMinute[];
    this.#stocks = stocks.map((name, nth) => ({ bars: this.tape.series.get(name as AssetSymbol) as Bar[], walk: walks[nth] as Walk }));
  }

  /** The last minute goes on from where prices are by then: asked for before it begins. */
  finish(): void {
    const last = new Map<AssetSymbol, Bar>();
    for (const { bars, walk } of this.#stocks) {
      const bar = walk(this.lastAt, 0);
      bars[bars.length - 1] = bar;
      last.set(bar.symbol, bar);
    }
    const place = this.#minutes.findIndex(({ startsAt }) => startsAt === this.lastAt);
    const { startsAt, bars } = this.#minutes[place] as TapeMinute;
    this.#minutes[place] = { startsAt, bars: bars.map((bar) => last.get(bar.symbol) ?? bar) };
  }

  /** Lets the stocks trade in a minute that has not begun, and lies between the first and the last. */
  trade(startsAt: Instant): void {
    const isLate = startsAt - this.opensAt > CRASH.afterPart * (this.lastAt - this.opensAt);
    const drop = isLate ? this.#drop : 0;
    if (isLate) this.#drop = 0;
    const traded = this.#stocks.map(({ bars, walk }) => {
      const bar = walk(startsAt, drop);
      bars.splice(-1, 0, bar);
      return bar;
    });
    let place = this.#minutes.length;
    while ((this.#minutes[place - 1] as TapeMinute).startsAt >= startsAt) place--;
    const there = this.#minutes[place];
    const isThere = there?.startsAt === startsAt;
    this.#minutes.splice(place, isThere ? 1 : 0, { startsAt, bars: isThere ? [...traded, ...there.bars] : traded });
  }
}

function walkOf({ seed, swing }: DaySettings, name: string, decimals: number): Walk {
  const chance = new Chance(seed, `prices of ${name}`);
  const exact = (value: number): number => Number(Math.max(0.01, value).toFixed(decimals));
  let price = chance.between(20, 400);
  return (startsAt, drop) => {
    const open = exact(price);
    // Now and then it jumps: what waits at a stop is passed.
    const size = chance.happens(0.02) ? swing * 12 : swing;
    price *= (1 + (chance.roll() + chance.roll() - 1) * 2 * size) * (1 - drop);
    const close = exact(price);
    const reach = price * swing * chance.roll();
    return {
      symbol: name as AssetSymbol,
      startsAt,
      endsAt: (startsAt + MINUTE_MS) as Instant,
      open,
      close,
      high: exact(Math.max(open, close) + reach),
      low: exact(Math.min(open, close) - reach),
      volume: chance.whole(100, 10_000),
    };
  };
}
