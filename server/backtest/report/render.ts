/** A backtest as one HTML file that needs nothing else: no network, no framework, no other file. */
import { toNumber } from '#server/domain/money.ts';
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
import { headline, metricsSection } from './figures.ts';
import { type Html, html, joined, NOTHING, stampText, trusted } from './html.ts';
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
  const body = joined(sections(input));
  const links = NAV.filter(([id]) => body.markup.includes(` id="${id}"`)).map(([id, name]) => html`<a href="#${id}">${name}</a>`);
  return `<!doctype html>\n${
    html`<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,"><title>Backtest: ${shortened(title)}</title><style>${trusted(STYLE)}</style></head>
<body><main><header><h1>${shortened(title)}</h1><p>${stampText(summary.from)} to ${stampText(summary.to)}</p>
<p class="simulated" role="note"><strong>Simulated.</strong> Every fill here was made up by a model from bars of the past; no order went to a market. What was assumed and what was left out stands in the <a href="#remarks">remarks</a>. Past results, simulated ones above all, say little about the future.</p>
${headline(summary)}<nav aria-label="Sections">${joined(links)}</nav></header>
${body}</main>
<script>${trusted(SCRIPT)}</script></body></html>`.markup
  }\n`;
}

function sections(input: ReportInput): Html[] {
  const { result, summary, assumed, provenance } = input;
  const { curve, trades } = result;
  return [
    ...curves(curve, summary),
    months(curve),
    profitByTime(trades, curve.timestamp),
    profitByAdversity(trades),
    rolling(curve, summary),
    ...breakdowns(input),
    metricsSection(summary),
    remarksSection({ result, measured: summary.remarks, assumed }),
    provenanceSection(provenance),
  ];
}

function curves({ timestamp, equity, cash }: EquityCurve, summary: Summary): Html[] {
  const depths = drawdownSeries(equity);
  const invested = equity.map((value, nth) => (value > 0 ? (value - (cash[nth] as number)) / value : Number.NaN));
  const common = { timestamp, fromZero: true } as const;
  const fall = `The deepest from ${stampText(summary.maxDrawdownFrom)} to ${stampText(summary.maxDrawdownTrough)}, ${recovered(summary)}.`;
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

const recovered = ({ maxDrawdownRecovered }: Summary): string =>
  maxDrawdownRecovered === null ? 'not recovered by the end' : `recovered on ${stampText(maxDrawdownRecovered)}`;

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

function breakdowns({ result: { trades }, agents }: ReportInput): Html[] {
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
    extremes(trades),
  ];
}

const EXTREMES = 5;

/** The trades that made or broke it. */
function extremes(trades: readonly TradeRow[]): Html {
  const sorted = trades.toSorted((a, b) => Number(b.profit - a.profit));
  const shown = sorted.length <= 2 * EXTREMES ? sorted : [...sorted.slice(0, EXTREMES), ...sorted.slice(-EXTREMES)];
  if (shown.length === 0) return NOTHING;
  const rows = shown.map(
    ({ symbol, direction, profit, exitReason }) =>
      html`<tr><th scope="row">${shortened(symbol)}</th><td>${direction}</td><td>${toNumber(profit).toFixed(2)}</td><td class="text">${shortened(exitReason)}</td></tr>`,
  );
  return html`<section id="extremes"><h2>Best and worst trades</h2><p>Dollars after commission.</p><div class="scroll" role="region" aria-label="Best and worst trades" tabindex="0">
<table><thead><tr><th scope="col">Symbol</th><th scope="col">Side</th><th scope="col">Profit $</th><th scope="col">Ended by</th></tr></thead><tbody>${joined(rows)}</tbody></table></div></section>`;
}
