/** The live view's model of a daemon in another process, asked for through its control plane. */
import type { Daemon } from '#server/api/client.ts';
import type { ViewModel } from '#server/view/model.ts';
import { type DaemonStatus, readStatus } from './daemon-status.ts';

const SHOWN_DECISIONS = 20;
const KEPT_EQUITIES = 240;

export interface DaemonView {
  readonly status: DaemonStatus;
  readonly model: ViewModel;
}

/** Each look remembers the equity for the curve. */
export function daemonView(home: string): (daemon: Daemon) => Promise<DaemonView> {
  const equityHistory: number[] = [];
  return async (daemon) => {
    const [status, orders, decisions] = await Promise.all([
      readStatus(daemon),
      daemon.trpc.orders.list.query({ open: true }),
      daemon.trpc.decisions.list.query({ limit: SHOWN_DECISIONS }),
    ]);
    if (status.reconciled) equityHistory.push(Number(status.equity));
    if (equityHistory.length > KEPT_EQUITIES) equityHistory.shift();
    const { mode, killLevel, killSwitch, equity, cash, filledOrders, streams, reconciled, pid } = status;
    const model: ViewModel = {
      ...{ mode, killLevel, equity, cash, filledOrders, streams, reconciled, pid, home, equityHistory },
      marketTime: status.marketTime === null ? undefined : Date.parse(status.marketTime),
      killReason: killSwitch.reason,
      latchId: killSwitch.latchId,
      dayProfitLoss: status.dayProfitLoss ?? undefined,
      positions: status.positions.map(({ symbol, quantity, lastPrice, marketValue, unrealised }) => ({
        ...{ symbol, quantity, unrealised },
        price: lastPrice ?? undefined,
        value: marketValue,
      })),
      openOrders: orders.items.map((order) => ({ symbol: order.symbol, side: order.side, quantity: order.quantity, status: order.status })),
      decisions: decisions.items.map(({ at, symbol, summary }) => ({ at: Date.parse(at), symbol, summary })),
      notes: ['q or Ctrl-C ends this view; the daemon goes on'],
    };
    return { status, model };
  };
}
