/** The configuration: one strict schema with every key, its bounds and its default, and the type that the rest of the program reads. */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { limits } from './limits.ts';
import { fees, portfolio } from './portfolios.ts';
import { Secret } from './secret.ts';
import { dollars } from './values.ts';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export const MODES = ['demo', 'paper', 'live'] as const;
export type Mode = (typeof MODES)[number];

const BUNDLED_BARS = fileURLToPath(new URL('./demo-bars', import.meta.url));

/** A URL that may hold a password: checked, then wrapped. The complaint never repeats the value. */
const secretUrl = (protocols: readonly string[], what: string, isComplete: (url: URL) => boolean) =>
  z
    .string()
    .refine((text) => {
      const url = URL.parse(text);
      return url !== null && protocols.includes(url.protocol) && url.hostname !== '' && isComplete(url);
    }, `must be ${what}`)
    .transform((text) => new Secret(text));

const secretText = z
  .string()
  .regex(/^\S{1,256}$/, 'must be 1 to 256 characters without blanks')
  .transform((text) => new Secret(text));

const keys = z.strictObject({
  id: secretText.describe('key id of the account at Alpaca, paper or live as the mode is'),
  secret: secretText.describe('its secret key'),
});

const databaseUrl = secretUrl(
  ['mysql:', 'mariadb:', 'tidb:'],
  'mysql://user:password@host:3306/database',
  (url) => url.pathname.length > 1,
);
const redisUrl = secretUrl(['redis:', 'rediss:'], 'redis://host:6379 or rediss://user:password@host:6379', () => true);

const api = z.strictObject({
  host: z.string().min(1).max(253).default('127.0.0.1').describe('address the control plane listens on'),
  port: z.int().min(0).max(65_535).default(7717).describe('its port; 0 takes any free one; the default port gives way to a free one'),
  allowedHosts: z.array(z.string().min(1)).max(50).default([]).describe('names beside the loopback that a Host header may carry'),
  allowedOrigins: z.array(z.string().min(1)).max(50).default([]).describe('origins of pages that may call'),
});

const shutdown = z.strictObject({
  openOrders: z.enum(['leave', 'cancel']).default('leave').describe('what becomes of open orders when the daemon is stopped'),
  drainMs: z.int().min(0).max(60_000).default(5000).describe('how long it waits for requests under way'),
});

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The daemon of a demo must not be talked into trading elsewhere. */
const loopbackUrl = z
  .string()
  .refine((text) => {
    const url = URL.parse(text);
    return url?.protocol === 'http:' && LOOPBACK.test(url.hostname);
  }, 'must be an http address of this machine, such as http://127.0.0.1:8790')
  .transform((text) => new URL(text).origin);

const demo = z.strictObject({
  speed: z.number().min(0.01).max(100_000).default(240).describe('market seconds in a second of the wall'),
  seed: z.int().min(0).max(4_294_967_295).default(1).describe('seed of all chance in the built-in exchange'),
  cash: dollars.default('100000').describe('dollars at the beginning'),
  barsFolder: z.string().min(1).default(BUNDLED_BARS).describe('folder with the recorded bars and their manifest.json'),
  exchangePort: z.int().min(0).max(65_535).default(0).describe('port of the built-in exchange on the loopback; 0 takes any free one'),
  exchangeUrl: loopbackUrl
    .optional()
    .describe('an exchange that runs already on this machine (`tradar exchange`); nothing: one of its own, which ends with the daemon'),
  skipIdle: z.boolean().default(true).describe('jump over the hours without a session'),
});

const kill = z.strictObject({
  coolDownMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .default(60_000)
    .describe('how old a latch of the kill switch must be, in market time, before it may be released'),
});

const guard = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe('whether `tradar guard` runs beside: without a sign of it for ten seconds nothing is opened'),
});

const rehearsal = z.strictObject({
  exchangeUrl: loopbackUrl
    .optional()
    .describe(
      "an exchange of this machine (`tradar exchange`) in Alpaca's place, to rehearse paper or live; what it proves counts for rehearsals alone",
    ),
});

const live = z.strictObject({
  minPaperHours: z.int().min(1).max(10_000).default(120).describe('live: hours that the paper run must have been heard from'),
  minCleanSessions: z.int().min(1).max(250).default(10).describe('live: sessions of paper that ended with books as the broker has them'),
  evidenceMaxAgeDays: z.int().min(1).max(365).default(30).describe('live: age beyond which a drill, a replay or a session proves nothing'),
  armingHours: z.int().min(1).max(168).default(24).describe('live: how long `tradar arm` lets the daemon be started'),
});

const feed = z.strictObject({
  stocks: z.enum(['iex', 'sip']).default('iex').describe("Alpaca's stock feed; sip needs a subscription"),
  quotes: z.boolean().default(false).describe('also listen to quotes; the free plan of iex allows 30 symbols'),
  staleAfterMs: z.int().min(1000).max(3_600_000).default(90_000).describe('silence of a stream after which it counts as lost'),
  warmUpBars: z.int().min(0).max(10_000).default(120).describe('minute bars of history that agents see before they may trade'),
});

export const settings = z.strictObject({
  mode: z
    .enum(MODES)
    .default('demo')
    .describe('demo: built-in exchange, recorded bars; paper: your paper account at Alpaca; live: real money'),
  home: z.string().min(1).default('./data').describe('folder of all state; one daemon each'),
  databaseUrl: databaseUrl.optional().describe('MySQL, MariaDB or TiDB instead of SQLite under the home'),
  redisUrl: redisUrl.optional().describe('Redis that holds the lease of the account'),
  keys: keys.optional(),
  api: api.prefault({}),
  logLevel: z.enum(LOG_LEVELS).default('info').describe('least important line that is logged'),
  shutdown: shutdown.prefault({}),
  reconcileEveryMs: z
    .int()
    .min(1000)
    .max(3_600_000)
    .default(30_000)
    .describe("how often the books are compared with the broker's statement"),
  guard: guard.prefault({}),
  kill: kill.prefault({}),
  demo: demo.prefault({}),
  rehearsal: rehearsal.prefault({}),
  live: live.prefault({}),
  portfolios: z.array(portfolio).min(1).max(100).describe('slices of the account, see below'),
  limits: limits.prefault({}),
  fees: fees.prefault({}),
  feed: feed.prefault({}),
});

export type Settings = z.output<typeof settings>;

/** What the program runs on; read only. */
export interface Config extends Omit<Settings, 'api'> {
  readonly api: Settings['api'] & {
    /** Nobody asked for this port: when it is taken, another one will do. */
    readonly portIsDefault: boolean;
  };
}
