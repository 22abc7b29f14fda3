/** `tradar status`: how the running daemon stands. */
import type { DaemonStatus } from './cli/daemon-status.ts';
import { oneLine } from './cli/printable.ts';
import { type Call, EXIT, type Verb } from './cli/verb.ts';

export const status: Verb = {
  name: 'status',
  summary: 'Shows mode, equity, positions and kill level of the daemon that runs on the home.',
  flags: { config: { type: 'text', value: 'FILE', help: 'configuration file that says where the home is' } },
  async run(call) {
    const { readHome } = await import('./cli/configured.ts');
    const { withDaemon } = await import('./cli/daemon.ts');
    const { readStatus } = await import('./cli/daemon-status.ts');
    const report = await withDaemon(readHome(call), readStatus);
    if (call.json) call.print(JSON.stringify(report));
    else show(call, report);
    return EXIT.done;
  },
};

function show(call: Call, report: DaemonStatus): void {
  const { killSwitch, positions } = report;
  const latched =
    killSwitch.latchId === 0 ? '' : ` (latch ${killSwitch.latchId}, by ${oneLine(killSwitch.by)}: ${oneLine(killSwitch.reason)})`;
  const rows: [string, string][] = [
    ['mode', `${report.mode}, run ${report.runId}, process ${report.pid} at ${report.url}`],
    ['health', `${report.health}${report.reconciled ? '' : ', books not yet compared with the broker'}`],
    ['market time', report.marketTime ?? 'not known yet'],
    ['equity', `${dollars(report.equity)}, cash ${dollars(report.cash)}`],
    ['profit today', report.dayProfitLoss === null ? 'not known yet' : dollars(report.dayProfitLoss)],
    ['orders', `${report.filledOrders} filled, ${report.openOrders} open`],
    ['kill switch', `${killSwitch.level}${latched}`],
    ...killSwitch.scopes.map(latchRow),
  ];
  for (const [name, text] of rows) call.print(`${name.padEnd(14)}${text}`);
  if (positions.length === 0) call.print(`${'positions'.padEnd(14)}none`);
  for (const { symbol, quantity, averageEntryPrice, lastPrice, unrealised } of positions) {
    const now = lastPrice === null ? 'no price yet' : `now ${lastPrice}, ${dollars(unrealised)}`;
    call.print(`  ${symbol.padEnd(12)}${quantity.padStart(12)} at ${averageEntryPrice}, ${now}`);
  }
}

type ScopeLatch = DaemonStatus['killSwitch']['scopes'][number];

/** What is held, and what must be typed to let it go. */
const latchRow = ({ scope, level, latchId, by, reason, phrase }: ScopeLatch): [string, string] => [
  '',
  `${scope} at ${level}, latch ${latchId}, by ${oneLine(by)}: ${oneLine(reason)}; phrase: ${phrase}`,
];

/** To the cent; for people. */
const dollars = (decimal: string): string => `${decimal.startsWith('-') ? '-' : ''}$${Math.abs(Number(decimal)).toFixed(2)}`;
