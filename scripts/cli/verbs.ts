/** All verbs. A verb's file is loaded only when it is asked for. */
import type { Verb } from './verb.ts';

export interface ListedVerb {
  readonly summary: string;
  load(): Promise<Verb>;
}

/** Verbs about one thing: "tradar data fetch". */
export interface VerbGroup {
  readonly summary: string;
  readonly verbs: Readonly<Record<string, ListedVerb>>;
}

export const verbs: Readonly<Record<string, ListedVerb | VerbGroup>> = {
  start: { summary: 'run the daemon until it is told to stop', load: async () => (await import('../start.ts')).start },
  status: { summary: 'how the running daemon stands', load: async () => (await import('../status.ts')).status },
  watch: { summary: 'the live view of the running daemon', load: async () => (await import('../watch.ts')).watch },
  controls: {
    summary: 'the risk controls: what each answers, its parameter, its test; or how near the daemon stands to each',
    load: async () => (await import('../controls.ts')).controls,
  },
  kill: { summary: 'engage the kill switch, or release it', load: async () => (await import('../kill.ts')).kill },
  lock: {
    summary: 'keep a symbol, a portfolio or an agent from opening anything: list, add, remove',
    verbs: {
      list: { summary: 'what is locked, until when and why', load: async () => (await import('../lock/list.ts')).lockList },
      add: { summary: 'lock something', load: async () => (await import('../lock/add.ts')).lockAdd },
      remove: { summary: 'take a lock away', load: async () => (await import('../lock/remove.ts')).lockRemove },
    },
  },
  token: {
    summary: 'the token of a role: viewer (reads, stops) or operator (everything)',
    load: async () => (await import('../token.ts')).token,
  },
  guard: {
    summary: 'the process that acts at the broker when the daemon does not work any more',
    load: async () => (await import('../guard.ts')).guard,
  },
  ready: {
    summary: 'what must be there before real money is traded, and what of it is',
    load: async () => (await import('../ready.ts')).ready,
  },
  arm: { summary: 'let the daemon be started with real money, for a time', load: async () => (await import('../arm.ts')).arm },
  doctor: { summary: 'check everything the daemon needs, and say what to do', load: async () => (await import('../doctor.ts')).doctor },
  config: {
    summary: 'the configuration in force, and where each value comes from',
    load: async () => (await import('../config.ts')).config,
  },
  exchange: {
    summary: 'a local exchange that every Alpaca client takes for the real one',
    load: async () => (await import('../exchange.ts')).exchange,
  },
  agents: {
    summary: 'the built-in agents with their settings',
    load: async () => (await import('../agents.ts')).agents,
  },
  indicators: {
    summary: 'an indicator over a file of bars, value by value',
    load: async () => (await import('../indicators.ts')).indicators,
  },
  data: {
    summary: 'bars of the past: fetch, import, list, verify, export, remove',
    verbs: {
      fetch: {
        summary: 'fetch bars from Alpaca, or an exchange of this machine',
        load: async () => (await import('../data/fetch.ts')).dataFetch,
      },
      import: { summary: 'take CSV files in', load: async () => (await import('../data/import.ts')).dataImport },
      list: { summary: 'what is stored', load: async () => (await import('../data/list.ts')).dataList },
      verify: { summary: 'what is wrong with it', load: async () => (await import('../data/verify.ts')).dataVerify },
      export: { summary: 'write a series as CSV', load: async () => (await import('../data/export.ts')).dataExport },
      remove: { summary: 'take series out', load: async () => (await import('../data/remove.ts')).dataRemove },
    },
  },
  backtest: {
    summary: 'an agent, a plan or scripted orders over bars of the past',
    load: async () => (await import('../backtest.ts')).backtest,
  },
  replay: {
    summary: 'tell the story of a run, or step over it again and compare every decision',
    load: async () => (await import('../replay.ts')).replay,
  },
  journal: {
    summary: 'the journal of a run: verify',
    verbs: {
      verify: {
        summary: 'whether anything of it was changed, taken out or cut off',
        load: async () => (await import('../journal/verify.ts')).journalVerify,
      },
    },
  },
  runs: { summary: 'the backtests that were kept', load: async () => (await import('../runs.ts')).runs },
  metrics: {
    summary: 'return, risk and trade metrics of any equity curve',
    load: async () => (await import('../metrics.ts')).metrics,
  },
  sweep: {
    summary: 'many parameters of an agent, and how much of the best is luck',
    load: async () => (await import('../sweep.ts')).sweep,
  },
  validate: {
    summary: "whether an agent's backtest can be believed",
    load: async () => (await import('../validate.ts')).validate,
  },
  keys: {
    summary: "the broker's keys, sealed on this disk: add, list, rotate, remove",
    verbs: {
      add: { summary: 'seal a key and store it', load: async () => (await import('../keys/add.ts')).keysAdd },
      list: { summary: 'which keys are stored; never what they are', load: async () => (await import('../keys/list.ts')).keysList },
      rotate: {
        summary: 'put a new key in the place of one, or change the master key',
        load: async () => (await import('../keys/rotate.ts')).keysRotate,
      },
      remove: { summary: 'forget a stored key', load: async () => (await import('../keys/remove.ts')).keysRemove },
    },
  },
  migrate: { summary: "bring the database to this version's tables", load: async () => (await import('../migrate.ts')).migrate },
};
