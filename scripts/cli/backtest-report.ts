/** What a backtest prints. */
import { headlineOf } from '#server/backtest/metrics/headline.ts';
import { fillJson, tradeJson } from '#server/backtest/shell/rows-text.ts';
import { formatFixed, toNumber } from '#server/domain/money.ts';
import type { Done } from './backtest-run.ts';
import type { Call } from './verb.ts';

/** `html` is where the report went, when one was wanted. */
export function report(call: Call, done: Done, html: string | undefined): void {
  if (call.json) printJson(call, done, html);
  else printText(call, done, html);
}

function printJson(call: Call, { id, folder, result, counts, summary }: Done, html: string | undefined): void {
  const { finalEquity, finalCash, bars, fills, trades, remarks } = result;
  call.print(
    JSON.stringify({
      id,
      folder,
      html: html ?? null,
      bars,
      finalEquity: formatFixed(finalEquity),
      finalCash: formatFixed(finalCash),
      metrics: summary,
      orders: counts.orders,
      fills: fills.map(fillJson),
      trades: trades.map(tradeJson),
      remarks,
    }),
  );
}

function printText(call: Call, { folder, result, counts, summary }: Done, html: string | undefined): void {
  const { curve, finalEquity, bars, remarks } = result;
  call.print(`${bars} bars of ${curve.symbols.join(', ')}, ${summary.from} to ${summary.to}`);
  call.print(`final equity $${toNumber(finalEquity).toFixed(2)}`);
  call.print(`${counts.orders} orders, ${counts.fills} fills, ${counts.trades} trades`);
  for (const [label, text] of headlineOf(summary)) call.print(`  ${label.padEnd(16)}${text}`);
  for (const remark of [...remarks, ...summary.remarks]) call.print(`remark: ${remark}`);
  call.print(`all of it: ${folder}`);
  if (html !== undefined) call.print(`the report: ${html}`);
}
