/** All built-in agents by name. A new agent is one file and one line here. */
import { adxTrend } from './adx-trend.ts';
import type { AgentKind } from './agent.ts';
import { atrBreakout } from './atr-breakout.ts';
import { bollingerReversion } from './bollinger-reversion.ts';
import { compositeTechnical } from './composite-technical.ts';
import { maCross } from './ma-cross.ts';
import { macdTrend } from './macd-trend.ts';
import { obvConfirm } from './obv-confirm.ts';
import { psarTrail } from './psar-trail.ts';
import { rsiReversion } from './rsi-reversion.ts';
import { stochasticSwing } from './stochastic-swing.ts';
import { vwapReversion } from './vwap-reversion.ts';

const kinds: readonly AgentKind[] = [
  maCross,
  rsiReversion,
  bollingerReversion,
  macdTrend,
  adxTrend,
  stochasticSwing,
  psarTrail,
  vwapReversion,
  obvConfirm,
  atrBreakout,
  compositeTechnical,
];

export const agents: Readonly<Record<string, AgentKind>> = Object.fromEntries(kinds.map((kind) => [kind.name, kind]));
