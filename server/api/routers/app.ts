/** All procedures by name. */
import { router } from '../trpc.ts';
import { accountRouter } from './account.ts';
import { decisionsRouter } from './decisions.ts';
import { eventsRouter } from './events.ts';
import { killSwitchRouter } from './kill-switch.ts';
import { locksRouter } from './locks.ts';
import { ordersRouter } from './orders.ts';
import { positionsRouter } from './positions.ts';
import { riskRouter } from './risk.ts';
import { signalsRouter } from './signals.ts';
import { systemRouter } from './system.ts';

export const appRouter = router({
  system: systemRouter,
  account: accountRouter,
  positions: positionsRouter,
  orders: ordersRouter,
  signals: signalsRouter,
  decisions: decisionsRouter,
  risk: riskRouter,
  killSwitch: killSwitchRouter,
  locks: locksRouter,
  events: eventsRouter,
});

/** For typed clients: `createTRPCClient<AppRouter>`. */
export type AppRouter = typeof appRouter;
