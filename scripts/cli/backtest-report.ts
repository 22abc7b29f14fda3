/** What a backtest prints. */
import { fillJson, tradeJson } from '#server/backtest/shell/rows-text.ts';
import { formatFixed, toNumber } from '#server/domain/money.ts';
import { stampSeconds } from '#server/exchange/stamp.ts';
import type { Done } from './backtest-run.ts';
import type { Call } from './verb.ts';

export function report(call: Call, done: Done): void {
  if (call.json) printJson(call, done);
  else printText(call, done);
}

function printJson(call: Call, { id, folder, result }: Done): void {
  const { finalEquity, finalCash, bars, orders, fills, trades, remarks } = result;
  call.print(
    JSON.stringify({
      id,
      folder,
      bars,
      finalEquity: formatFixed(finalEquity),
      finalCash: formatFixed(finalCash),
      metrics: {},
      orders: orders.length,
      fills: fills.map(fillJson),
      trades: trades.map(tradeJson),
      remarks,
    }),
  );
}

function printText(call: Call, { folder, result }: Done): void {
  const { curve, finalEquity, bars, orders, fills, trades, remarks } = result;
  const [first, last] = [curve.timestamp[0] as number, curve.timestamp[curve.length - 1] as number];
  const start = curve.equity[0] as number;
  const won = trades.filter(({ profit }) => profit > 0n).length;
  call.print(`${bars} bars of ${curve.symbols.join(', ')}, ${stampSeconds(first)} to ${stampSeconds(last)}`);
  call.print(`final equity $${toNumber(finalEquity).toFixed(2)} (${((toNumber(finalEquity) / start - 1) * 100).toFixed(2)} %)`);
  call.print(`${orders.length} orders, ${fills.length} fills, ${trades.length} trades, ${won} of them won`);
  for (const remark of remarks) call.print(`remark: ${remark}`);
  call.print(`all of it: ${folder}`);
}
