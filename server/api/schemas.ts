/** The public shapes: what clients may rely on. Money, prices and quantities are decimal strings, times are ISO 8601, "nothing" is null. */
import { z } from 'zod';
import { KILL_LEVELS } from '#server/domain/kill.ts';
import { type KillScope, SCOPE_PATTERN } from '#server/domain/kill-scope.ts';
import { KILL_SOURCES } from '#server/runtime/desk.ts';

const MAX_PAGE = 100;
const DEFAULT_PAGE = 50;

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const time = z.iso.datetime();
const side = z.enum(['buy', 'sell']);
const direction = z.enum(['up', 'flat', 'down']);
const ORDER_TYPES = ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'] as const;
const orderType = z.enum(ORDER_TYPES);
/** A pair of which one is filled is one intent, and two orders. */
const intentType = z.enum([...ORDER_TYPES, 'oco']);
/** The rule of a portfolio's exits that it serves. */
const exit = z.enum(['stopLoss', 'takeProfit', 'trailingStop', 'breakEven', 'timeStop']).nullable();
const prices = {
  limitPrice: decimal.nullable(),
  stopPrice: decimal.nullable(),
  trailPrice: decimal.nullable(),
  trailPercent: decimal.nullable(),
};
const timeInForce = z.enum(['day', 'gtc', 'ioc']);
const purpose = z.enum(['open', 'reduce']);

const symbolInput = z
  .string()
  .min(1)
  .max(32)
  .regex(/^[A-Za-z0-9./-]+$/, 'a symbol is letters, digits, "." and "/"');

const page = {
  limit: z.int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  /** `nextCursor` of the page before. */
  cursor: z.string().min(1).max(64).nullish(),
};
/** Where a list by journal sequence goes on. */
const seqCursor = z
  .string()
  .regex(/^\d{1,15}$/, 'a cursor is the nextCursor of the page before')
  .nullish();

export const positionsInput = z.strictObject(page).prefault({});
export const signalsInput = z.strictObject({ ...page, cursor: seqCursor, symbol: symbolInput.optional() }).prefault({});
export const decisionsInput = signalsInput;
export const ordersInput = z
  .strictObject({ ...page, cursor: seqCursor, symbol: symbolInput.optional(), open: z.boolean().optional() })
  .prefault({});
export const idInput = z.strictObject({ id: z.string().min(1).max(64) });

const listOf = <Item extends z.ZodType>(items: Item) => z.object({ items: z.array(items), nextCursor: z.string().nullable() });

const killLevel = z.enum(KILL_LEVELS);

export const killLatch = z.object({
  level: killLevel,
  /** Names the latch in a release; 0 when armed. */
  latchId: z.int(),
  by: z.string(),
  reason: z.string(),
  at: time.nullable(),
});

export const killState = killLatch.extend({
  /** What must be typed to release the account's latch. */
  phrase: z.string().nullable(),
  /** Every engaged latch, the account's first. */
  scopes: z.array(killLatch.extend({ scope: z.string(), phrase: z.string() })),
  /** What each source says of the account by itself: the level in force is the highest. */
  sources: z.record(z.enum(KILL_SOURCES), killLevel),
});

/** `durable` false: closed in memory, the journal did not confirm it in time. */
export const engaged = killLatch.extend({ durable: z.boolean() });

export const drillReport = z.object({
  at: time,
  passed: z.boolean(),
  steps: z.array(z.object({ name: z.string(), milliseconds: z.number(), passed: z.boolean(), found: z.string() })),
});

/** What people write: the database has no half characters, and a row must come back as it was written. */
const written = z.string().overwrite((text) => text.toWellFormed());
const LONGEST_TEXT = 500;

export const engageInput = z.strictObject({
  level: killLevel.exclude(['armed']),
  /** `account`, `portfolio:ID`, `deployment:ID` or `symbol:SYMBOL`. */
  scope: z
    .custom<KillScope>(
      (value) => typeof value === 'string' && SCOPE_PATTERN.test(value) && value.length <= 80,
      'name account, portfolio:ID, deployment:ID or symbol:SYMBOL',
    )
    .default('account'),
  /** One that is too long is cut: it is no reason not to stop. */
  reason: written.overwrite((text) => text.trim().slice(0, LONGEST_TEXT).toWellFormed()).min(1),
});

export const releaseInput = z.strictObject({
  latchId: z.int().min(1),
  note: written.trim().min(1).max(LONGEST_TEXT),
  /** The `phrase` of that latch, typed by hand. */
  phrase: z.string().max(80),
});

export const healthOutput = z.object({
  status: z.enum(['ok', 'degraded', 'halted']),
  mode: z.string(),
  version: z.string(),
  startedAt: time,
  loopIdleMs: z.number(),
  journal: z.enum(['ok', 'failing']),
  reconciled: z.boolean(),
  streams: z.array(z.object({ name: z.string(), state: z.enum(['live', 'lost', 'off']) })),
  killLevel,
});

export const versionOutput = z.object({ name: z.literal('insydetradar'), version: z.string(), node: z.string() });

/** Whatever the configuration has, already without secrets. */
export const configOutput = z.record(z.string(), z.json());

export const account = z.object({
  mode: z.string(),
  runId: z.string(),
  account: z.string().nullable(),
  /** The last step behind these figures. */
  seq: z.int(),
  /** Market time. */
  at: time.nullable(),
  reconciled: z.boolean(),
  killLevel,
  equity: decimal,
  cash: decimal,
  dayProfitLoss: decimal.nullable(),
  unrealised: decimal,
  realised: decimal,
  grossExposure: decimal,
  /** As the broker's last statement had it. */
  buyingPower: decimal.nullable(),
  statementAt: time.nullable(),
  openOrders: z.int(),
  filledOrders: z.int(),
  /** Whether the stock session is open at this market time; crypto trades always. */
  stocksOpen: z.boolean().nullable(),
  stocksOpenNext: time.nullable(),
});

const position = z.object({
  symbol: z.string(),
  quantity: decimal,
  averageEntryPrice: decimal,
  lastPrice: decimal.nullable(),
  priceAt: time.nullable(),
  marketValue: decimal,
  unrealised: decimal,
  realised: decimal,
});

export const order = z.object({
  id: z.string(),
  seq: z.int(),
  symbol: z.string(),
  side,
  type: orderType,
  timeInForce,
  purpose,
  quantity: decimal,
  ...prices,
  exit,
  status: z.string(),
  brokerId: z.string().nullable(),
  filled: decimal,
  averageFillPrice: decimal.nullable(),
  reason: z.string(),
  refusal: z.string().nullable(),
  createdAt: time,
  updatedAt: time,
});

const signal = z.object({
  seq: z.int(),
  at: time,
  portfolio: z.string(),
  deployment: z.string(),
  symbol: z.string(),
  direction,
  confidence: z.number(),
  horizonMs: z.number().nullable(),
  reason: z.string(),
});

const intent = z.object({
  side,
  quantity: decimal,
  type: intentType,
  ...prices,
  timeInForce,
  purpose,
  exit,
  expectedPrice: decimal,
  reason: z.string(),
});

const target = z.object({
  action: z.enum(['enter', 'exit', 'hold']),
  stance: z.number(),
  score: z.number(),
  agreement: z.number(),
  quorum: z.number(),
  reason: z.string(),
});

const vote = z.object({
  deployment: z.string(),
  direction,
  confidence: z.number(),
  value: z.number(),
  weight: z.number(),
  reason: z.string(),
});

export const decision = z.object({
  id: z.string(),
  seq: z.int(),
  at: time,
  portfolio: z.string().nullable(),
  symbol: z.string(),
  summary: z.string(),
  verdict: z.enum(['approved', 'refused']).nullable(),
  refusals: z.array(z.object({ rule: z.string(), reason: z.string() })),
  intent: intent.nullable(),
  target: target.nullable(),
  votes: z.array(vote),
  order: z.string().nullable(),
});

export const positions = listOf(position);
export const orders = listOf(order);
export const signals = listOf(signal);
export const decisions = listOf(decision);
