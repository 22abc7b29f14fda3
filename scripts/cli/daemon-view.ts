/** The live view's model of a daemon in another process, asked for through its control plane. */
import { z } from 'zod';
import { homeToName } from '#config/load.ts';
import type { Daemon } from '#server/api/client.ts';
import type { Instant } from '#server/domain/time.ts';
import type { ViewModel } from '#server/view/model.ts';
import { type DaemonStatus, readStatus } from './daemon-status.ts';

const SHOWN_DECISIONS = 20;
const KEPT_EQUITIES = 240;
const HAS_A_SPEED: Readonly<Record<string, boolean>> = { demo: true };

const speedSetting = z.object({ demo: z.object({ speed: z.object({ value: z.number() }) }) });

export interface DaemonView {
  readonly status: DaemonStatus;
  readonly model: ViewModel;
}

/** It does not change while the daemon runs; where market time is the wall's there is none. */
async function speedOf({ trpc, announcement }: Daemon): Promise<number | undefined> {
  if (HAS_A_SPEED[announcement.mode] !== true) return undefined;
  const read = speedSetting.safeParse(await trpc.system.config.query());
  return read.success ? read.data.demo.speed.value : undefined;
}

function stocksOf({ stocksOpen, stocksOpenNext }: DaemonStatus): ViewModel['stocks'] {
  if (stocksOpen === null) return undefined;
  return { isOpen: stocksOpen, nextOpen: stocksOpenNext === null ? undefined : (Date.parse(stocksOpenNext) as Instant) };
}

/** Each look remembers the equity for the curve. */
export function daemonView(home: string): (daemon: Daemon) => Promise<DaemonView> {
  const equityHistory: number[] = [];
  const named = homeToName(home);
  let speed: Promise<number | undefined> | undefined;
  return async (daemon) => {
    speed ??= speedOf(daemon);
    const [status, pace, orders, decisions] = await Promise.all([
      readStatus(daemon),
      speed,
      daemon.trpc.orders.list.query({ open: true }),
      daemon.trpc.decisions.list.query({ limit: SHOWN_DECISIONS }),
    ]);
    if (status.reconciled) equityHistory.push(Number(status.equity));
    if (equityHistory.length > KEPT_EQUITIES) equityHistory.shift();
    const { mode, killLevel, killSwitch, equity, cash, filledOrders, streams, reconciled, pid } = status;
    const model: ViewModel = {
      ...{ mode, killLevel, equity, cash, filledOrders, streams, reconciled, pid, equityHistory, home: named, speed: pace },
      marketTime: status.marketTime === null ? undefined : Date.parse(status.marketTime),
      stocks: stocksOf(status),
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
