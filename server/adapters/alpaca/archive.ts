/**
 * History in bulk: bars of one symbol page by page, splits and dividends. Patient where `bar-history.ts` is quick: an
 * answer that does not come is asked for again for minutes, since what was fetched before is kept anyway.
 */

import type { Adjustment } from '#server/domain/adjustment.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { isCryptoSymbol } from '#server/domain/instrument.ts';
import type { Log } from '#server/runtime/ports.ts';
import type { Answer } from './answer.ts';
import { type ActionsAnswer, ActionsPage, ArchiveBar, type BarOfPage } from './archive-schema.ts';
import type { AlpacaClient } from './client.ts';
import { explain } from './explain.ts';
import { BarsPage, ClockReading } from './market-schema.ts';
import type { StockFeed } from './origins.ts';
import { createReader, type Reader } from './schema.ts';

export interface ArchiveOptions {
  readonly client: AlpacaClient;
  readonly log: Log;
  readonly stockFeed: StockFeed;
  /** Resolves after so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  readonly barsPerPage?: number;
}

export interface ArchiveQuery {
  readonly symbol: AssetSymbol;
  /** As Alpaca spells it. */
  readonly timeframe: string;
  readonly adjustment: Adjustment;
  /** Bars that begin within [from, to), in milliseconds. */
  readonly from: number;
  readonly to: number;
}

export interface ArchivePage {
  /** In order of time. */
  readonly bars: readonly BarOfPage[];
  /** Bars that can not be true, and were left out. */
  readonly unreadable: number;
  readonly isLast: boolean;
}

export interface Archive {
  /** What the broker's clock shows: an exchange of this machine has a market time of its own. */
  now(): Promise<number>;
  pages(query: ArchiveQuery): AsyncGenerator<ArchivePage>;
  /** Everything that is processed between two dates, both included. */
  actions(symbol: AssetSymbol, from: string, to: string): Promise<readonly ActionsAnswer[]>;
}

/** What the broker did not give, in words with a remedy. */
export class ArchiveError extends Error {
  readonly code: 'historyRefused' | 'historySilent';
  readonly hint: string;
  constructor(code: ArchiveError['code'], message: string, hint: string) {
    super(`${message}; ${hint}`);
    this.name = 'ArchiveError';
    this.code = code;
    this.hint = hint;
  }
}

const MOST_A_PAGE = 10_000;
const MOST_ACTIONS = 1_000;
/** Each is three attempts of the client's; between them 2, 4, 8, 16 and 32 seconds. */
const ROUNDS = 6;
const FIRST_PAUSE_MS = 2_000;

export function createArchive(options: ArchiveOptions): Archive {
  const reader = createReader(options.log);
  return {
    now: () => clockOf(options, reader),
    pages: (query) => pagesOf(options, reader, query),
    actions: (symbol, from, to) => actionsOf(options, reader, symbol, from, to),
  };
}

/** Asks until there is an answer, a refusal, or no patience left. */
async function patiently({ client, pause, log }: ArchiveOptions, what: string, ask: () => Promise<Answer>): Promise<unknown> {
  for (let round = 1; ; round++) {
    const answer = await ask();
    if (answer.kind === 'ok') return answer.body;
    const { what: problem, remedy } = explain(client.origins.data, answer);
    if (answer.kind === 'refused') throw new ArchiveError('historyRefused', `${what}: ${problem}`, hintOf(answer.text, remedy));
    if (round === ROUNDS)
      throw new ArchiveError('historySilent', `${what}: ${problem}`, `${remedy}; the same command goes on where this one ended`);
    log.warn({ what, reason: answer.text, round }, 'history is asked for again');
    await pause(FIRST_PAUSE_MS * 2 ** (round - 1));
  }
}

const hintOf = (text: string, remedy: string): string =>
  /subscription/i.test(text) ? 'take --feed iex, or a --to that is more than 15 minutes ago' : remedy;

async function clockOf(options: ArchiveOptions, reader: Reader): Promise<number> {
  const what = "the broker's clock";
  const body = await patiently(options, what, () => options.client.read('poll', (alpaca) => alpaca.trading.clock.legacyClockRaw()));
  const reading = reader.read('clock', ClockReading, body);
  if (reading === undefined) throw new ArchiveError('historySilent', `${what} can not be read`, 'try again, or look for a newer version');
  return reading.timestamp;
}

function askBars({ client, stockFeed, barsPerPage }: ArchiveOptions, query: ArchiveQuery, pageToken: string | undefined): Promise<Answer> {
  const { symbol, timeframe, adjustment, from, to } = query;
  const common = {
    symbols: symbol,
    timeframe,
    start: new Date(from),
    // Theirs is included.
    end: new Date(to - 1),
    limit: barsPerPage ?? MOST_A_PAGE,
    sort: 'asc' as const,
    ...(pageToken === undefined ? {} : { pageToken }),
  };
  return client.readData('poll', (alpaca) =>
    isCryptoSymbol(symbol)
      ? alpaca.marketData.crypto.cryptoBarsRaw({ ...common, loc: 'us' })
      : alpaca.marketData.stocks.stockBarsRaw({ ...common, feed: stockFeed, adjustment }),
  );
}

async function* pagesOf(options: ArchiveOptions, reader: Reader, query: ArchiveQuery): AsyncGenerator<ArchivePage> {
  const what = `bars of ${query.symbol}`;
  let pageToken: string | undefined;
  do {
    const token: string | undefined = pageToken;
    const body = await patiently(options, what, () => askBars(options, query, token));
    const page = reader.read('page of bars', BarsPage, body);
    if (page === undefined)
      throw new ArchiveError('historySilent', `${what}: a page can not be read`, 'try again, or look for a newer version');
    const bars = page.bars.flatMap((item) => (item.symbol === query.symbol ? (reader.read('bar', ArchiveBar, item.raw) ?? []) : []));
    checkOrder(what, bars, query);
    pageToken = page.nextPageToken;
    yield { bars, unreadable: page.bars.length - bars.length, isLast: pageToken === undefined };
  } while (pageToken !== undefined);
}

/** What is stored is in order; and a page that goes back would be asked for without end. */
function checkOrder(what: string, bars: readonly BarOfPage[], { from, to }: ArchiveQuery): void {
  const isInOrder = bars.every(({ startsAt }, i) => startsAt >= from && startsAt < to && startsAt > (bars[i - 1]?.startsAt ?? 0));
  if (!isInOrder) throw new ArchiveError('historySilent', `${what}: they came out of order, or from another time`, 'try again');
}

async function actionsOf(options: ArchiveOptions, reader: Reader, symbol: AssetSymbol, from: string, to: string): Promise<ActionsAnswer[]> {
  const what = `splits and dividends of ${symbol}`;
  const found: ActionsAnswer[] = [];
  let pageToken: string | undefined;
  do {
    const query = {
      symbols: symbol,
      start: new Date(from),
      end: new Date(to),
      limit: MOST_ACTIONS,
      sort: 'asc' as const,
      ...(pageToken === undefined ? {} : { pageToken }),
    };
    const body = await patiently(options, what, () =>
      options.client.readData('poll', (alpaca) => alpaca.marketData.corporateActions.corporateActionsRaw(query)),
    );
    const page = reader.read('page of corporate actions', ActionsPage, body);
    if (page === undefined)
      throw new ArchiveError('historySilent', `${what}: a page can not be read`, 'try again, or look for a newer version');
    found.push(...page.actions.filter((action) => action.symbol === symbol));
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return found;
}
