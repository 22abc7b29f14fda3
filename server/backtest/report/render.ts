/** A backtest as one HTML file that needs nothing else: no network, no framework, no other file. */
import { stampSeconds } from '#server/exchange/stamp.ts';
import { monthlyReturns, yearlyReturns } from '../metrics/calendar.ts';
import { drawdownSeries } from '../metrics/drawdown.ts';
import { riskFreePerPeriod } from '../metrics/ratios.ts';
import { periodReturns } from '../metrics/returns.ts';
import { rollingSharpe } from '../metrics/rolling.ts';
import { daysOfCurve, sample } from '../metrics/sampling.ts';
import type { Summary } from '../metrics/summary.ts';
import type { BacktestResult, EquityCurve, TradeRow } from '../result.ts';
import { sharesBy, shareTable, shortened } from './breakdown.ts';
import { curveChart } from './chart.ts';
import { extremesTable } from './extremes.ts';
import { headline, metricsSection } from './figures.ts';
import { type Html, html, joined, NOTHING, trusted } from './html.ts';
import { monthlyTable } from './monthly.ts';
import { type Provenance, provenanceSection } from './provenance.ts';
import { remarksSection } from './remarks.ts';
import { profitByAdversity, profitByTime } from './scatter.ts';
import { SCRIPT, SCRIPT_HASH } from './script.ts';
import { STYLE } from './style.ts';

export interface ReportInput {
  /** What was tested, for the heading: "ma-cross on AAPL". */
  readonly title: string;
  readonly result: BacktestResult;
  /** Of the same result. */
  readonly summary: Summary;
  /** How fills, costs and slippage were modelled, in sentences. */
  readonly assumed: readonly string[];
  /** The agent of each deployment; one that is not there stands for itself. */
  readonly agents: ReadonlyMap<string, string>;
  readonly provenance: Provenance;
}

/** Only our own script runs, and nothing is loaded from anywhere. */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${SCRIPT_HASH}'; img-src data:; base-uri 'none'; form-action 'none'`;

const NAV = [
  ['equity', 'Equity'],
  ['months', 'Months'],
  ['profits', 'Trades'],
  ['metrics', 'Metrics'],
  ['remarks', 'Remarks'],
  ['provenance', 'Origin'],
] as const;

/** The whole file. Its size is bounded: curves and dots are thinned, tables and texts cut, whatever the run's length. */
export function renderReport(input: ReportInput): string {
  const { title, summary } = input;
  const { curve } = input.result;
  const when = whenOn(curve);
  const body = joined(sections(input, when));
  const span = curve.length === 0 ? '–' : `${when(curve.timestamp[0] as number)} to ${when(curve.timestamp[curve.length - 1] as number)}`;
  const links = NAV.filter(([id]) => body.markup.includes(` id="${id}"`)).map(([id, name]) => html`<a href="#${id}">${name}</a>`);
  return `<!doctype html>\n${
    html`<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,"><title>Backtest: ${shortened(title)}</title><style>${trusted(STYLE)}</style></head>
<body><main><header><h1>${shortened(title)}</h1><p>${span}</p>
<p class="simulated" role="note"><strong>Simulated.</strong> Every fill here was made up by a model from bars of the past; no order went to a market. What was assumed and what was left out stands in the <a href="#remarks">remarks</a>. Past results, simulated ones above all, say little about the future.</p>
${headline(summary)}<nav aria-label="Sections">${joined(links)}</nav></header>
${body}</main>
<script>${trusted(SCRIPT)}</script></body></html>`.markup
  }\n`;
}

/** An instant in words: the date alone on a curve of days. */
type When = (at: number) => string;

function whenOn(curve: EquityCurve): When {
  const isDaily = daysOfCurve(curve).closes.timestamp.length === curve.length;
  return (at) => (isDaily ? stampSeconds(at).slice(0, 10) : `${stampSeconds(at).slice(0, 16).replace('T', ' ')} UTC`);
}

function sections(input: ReportInput, when: When): Html[] {
  const { result, summary, assumed, provenance } = input;
  const { curve, trades } = result;
  return [
    ...curves(curve, summary, when),
    months(curve),
    profitByTime(trades, curve.timestamp),
    profitByAdversity(trades),
    rolling(curve, summary),
    ...breakdowns(input, when),
    metricsSection(summary),
    remarksSection({ result, measured: summary.remarks, assumed }),
    provenanceSection(provenance),
  ];
}

function curves({ timestamp, equity, cash }: EquityCurve, summary: Summary, when: When): Html[] {
  const depths = drawdownSeries(equity);
  const invested = equity.map((value, nth) => (value > 0 ? (value - (cash[nth] as number)) / value : Number.NaN));
  const common = { timestamp, fromZero: true } as const;
  const fall = fallText(summary, when);
  return [
    curveChart({
      ...common,
      id: 'equity',
      title: 'Equity',
      note: 'Dollars at the close of each bar.',
      values: equity,
      format: 'dollars',
      fromZero: false,
      tone: 'accent',
    }),
    depths === null
      ? NOTHING
      : curveChart({
          ...common,
          id: 'drawdown',
          title: 'Drawdown',
          note: `Below the highest equity so far. ${fall}`,
          values: depths,
          format: 'fraction',
          tone: 'bad',
        }),
    curveChart({
      ...common,
      id: 'exposure',
      title: 'Invested',
      note: 'Net value of the positions as a share of equity; short positions count negative.',
      values: invested,
      format: 'fraction',
      tone: 'accent',
    }),
  ];
}

function fallText({ maxDrawdownFrom: from, maxDrawdownTrough: trough, maxDrawdownRecovered: recovered }: Summary, when: When): string {
  if (from === null || trough === null) return 'There was none.';
  const end = recovered === null ? 'not recovered by the end' : `recovered on ${when(Date.parse(recovered))}`;
  return `The deepest from ${when(Date.parse(from))} to ${when(Date.parse(trough))}, ${end}.`;
}

function months(curve: EquityCurve): Html {
  const days = daysOfCurve(curve);
  return monthlyTable(monthlyReturns(curve.equity[0], days), yearlyReturns(curve.equity[0], days));
}

/** Of daily closes, whatever the metrics are of: a window of minutes says nothing. */
function rolling(curve: EquityCurve, { riskFree }: Summary): Html {
  const sampled = sample(curve, undefined);
  const returns = periodReturns(sampled.equity);
  const free = riskFreePerPeriod(riskFree, sampled.periodsPerYear);
  const rolled =
    returns === null
      ? undefined
      : rollingSharpe(
          returns.map((one) => one - free),
          sampled.periodsPerYear,
        );
  if (rolled === undefined) return NOTHING;
  const timestamp = Float64Array.from(sampled.timestamp).subarray(rolled.window);
  return curveChart({
    id: 'rolling',
    title: 'Rolling Sharpe ratio',
    note: `Annualised, of the last ${rolled.window} returns by the ${sampled.period}.`,
    values: rolled.values,
    timestamp,
    format: 'number',
    fromZero: true,
    tone: 'accent',
  });
}

function breakdowns({ result: { trades }, agents }: ReportInput, when: When): Html[] {
  const agentsOf = ({ deployments }: TradeRow): readonly string[] => {
    const names = deployments.map((one) => agents.get(one) ?? one);
    return names.length > 0 ? [...new Set(names)] : ['no agent'];
  };
  const note = `${trades.length} closed trades.`;
  return [
    shareTable(
      'agents',
      'By agent',
      `${note} One that several agents voted for is shared among them in equal parts.`,
      sharesBy(trades, agentsOf),
    ),
    shareTable(
      'symbols',
      'By symbol',
      note,
      sharesBy(trades, ({ symbol }) => [symbol]),
    ),
    extremesTable(trades, when),
  ];
}
