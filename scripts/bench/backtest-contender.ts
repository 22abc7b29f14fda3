/**
 * One of those whose backtests are measured, in a process of its own: what another keeps in memory would be searched for garbage
 * in its time, and what another has run would have shaped its code. It runs once for each message and answers how long that took.
 */
import { crossBacktest, FAST, panelBacktest, SLOW } from './backtest-cases.ts';
import { grademarkCross } from './backtest-grademark.ts';
import { handWritten } from './hand-written.ts';
import { walkColumns } from './walk.ts';

const [name = '', bars = ''] = process.argv.slice(2);
const BARS = Number(bars);
const SYMBOLS = 10;

const one = () => walkColumns('AAPL', BARS, 7);
const many = () => Array.from({ length: SYMBOLS }, (_, nth) => walkColumns(`S${nth}`, BARS / SYMBOLS, nth + 1));

/** Each makes its bars, in the form that it reads best, before it is measured. */
const contenders: Readonly<Record<string, () => () => unknown>> = {
  hand: () => {
    const columns = one();
    return () => handWritten(columns);
  },
  engine: () => {
    const columns = one();
    return () => crossBacktest(columns);
  },
  grademark: () => grademarkCross(one(), FAST, SLOW),
  panel: () => {
    const columns = many();
    return () => panelBacktest(columns);
  },
};

const work = contenders[name]?.();
if (work === undefined) throw new Error(`${name} is not one of ${Object.keys(contenders).join(', ')}`);

process.on('message', () => {
  const begin = performance.now();
  work();
  process.send?.(performance.now() - begin);
});
