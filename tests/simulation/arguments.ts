/** What may be said to `npm run simulate`. */
import { parseArgs } from 'node:util';

export const USAGE = `npm run simulate -- --seeds N [--from S]   simulate N trading days, one a seed
npm run simulate -- --seed S               one day, told line by line
    --from S      the first seed; default 1
    --list L      these seeds, as "15,57", instead of N from S on
    --workers N   processes; default 2
    --twice       each seed in two fresh processes, their traces compared
    --without L   leave out mishaps of the one day, as "0,3,4"
    --until INV   stop at the first violation of that invariant (INV-05), and do not look for smallest lists of mishaps
    --json        the last line is one JSON object
    -h, --help    this page

Exit: 0 nothing was violated, 1 something was or a mark was missed, 2 wrong usage.
`;

export interface Wanted {
  readonly help: boolean;
  /** In the order in which they are run. */
  readonly seeds: readonly number[];
  /** For each day on which too little was traded, one more after the last. */
  readonly fillsUp: boolean;
  /** One day, watched. */
  readonly seed: number | undefined;
  readonly without: readonly number[];
  readonly workers: number;
  readonly twice: boolean;
  /** An invariant whose breach ends the batch. */
  readonly until: string | undefined;
  readonly json: boolean;
}

const whole = (name: string, text: string | undefined, usual: number): number => {
  const value = text === undefined ? usual : Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || text === '') throw new Error(`--${name} is ${text}; give a whole number from 0 up`);
  return value;
};

const numbers = (name: string, text: string): number[] =>
  text
    .split(',')
    .filter((one) => one !== '')
    .map((one) => whole(name, one, 0));

/** The complaint in words when the usage is wrong. */
export function parseArguments(args: readonly string[]): Wanted | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        seeds: { type: 'string' },
        list: { type: 'string' },
        from: { type: 'string' },
        seed: { type: 'string' },
        without: { type: 'string' },
        workers: { type: 'string' },
        twice: { type: 'boolean' },
        until: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    if (values.seeds === undefined && values.list === undefined && values.seed === undefined && values.help !== true)
      return 'give --seeds N, --list L or --seed S';
    if ([values.seeds, values.list, values.seed].filter((one) => one !== undefined).length > 1)
      return '--seeds, --list and --seed are three ways to say which days; give one of them';
    if (values.until !== undefined && !/^INV-\d\d$/.test(values.until)) return `--until is ${values.until}; give an invariant, as INV-05`;
    const first = whole('from', values.from, 1);
    const counted = Array.from({ length: whole('seeds', values.seeds, 0) }, (_, nth) => first + nth);
    if (counted.length === 0 && values.seed === undefined && values.help !== true && numbers('list', values.list ?? '').length === 0)
      return 'that is no day at all; give --seeds of 1 or more, or --list with seeds';
    return {
      help: values.help === true,
      seeds: values.list === undefined ? counted : numbers('list', values.list),
      fillsUp: values.list === undefined,
      seed: values.seed === undefined ? undefined : whole('seed', values.seed, 0),
      without: numbers('without', values.without ?? ''),
      workers: Math.max(1, whole('workers', values.workers, 2)),
      twice: values.twice === true,
      until: values.until,
      json: values.json === true,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
