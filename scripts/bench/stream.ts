/**
 * Messages a second from the stream's socket through the official SDK into the engine and its journal: quotes, of which the
 * newest counts, bars and order updates, of which each counts. Beside it, in turn, the SDK alone with listeners that do nothing.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Quote } from '#server/domain/quote.ts';
import type { Entry } from '#server/engine/command.ts';
import { type BenchReport, type BenchResult, machine, median } from './machine.ts';
import { clientOf, listen } from './stream-daemon.ts';

const MARKET = fileURLToPath(new URL('stream-market.ts', import.meta.url));
const ROUNDS = 3;
const OWED_PER_SECOND = 200_000;
const SYMBOLS = Array.from({ length: 100 }, (_, nth) => `S${nth}` as AssetSymbol);
const WANTED = { minutes: 20, symbols: SYMBOLS.length, quotesAMinute: 199, orderUpdates: 500 };
const BARS = WANTED.minutes * WANTED.symbols;
const MARKET_MESSAGES = BARS * (WANTED.quotesAMinute + 1);

interface Market {
  readonly child: ChildProcess;
  readonly url: string;
}

/** A new process with its frames made, so that each round begins alike. */
function openMarket(perFrame: number): Promise<Market> {
  const child = fork(MARKET, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.send({ prepare: { ...WANTED, perFrame } });
  return new Promise((resolve, reject) => {
    let url: string | undefined;
    let isReady = false;
    child.once('exit', (code) => reject(new Error(`the market ended with ${code}`)));
    child.on('message', (message: { url?: string; isReady?: boolean }) => {
      url = message.url ?? url;
      isReady ||= message.isReady === true;
      if (url !== undefined && isReady) resolve({ child, url });
    });
  });
}

function close({ child }: Market): void {
  child.removeAllListeners('exit');
  child.disconnect();
}

/** What the journal has of it, held against what was sent: bars and order updates all, quotes the newest before each bar. */
class Ledger {
  readonly done = Promise.withResolvers<void>();
  readonly #quotes = new Map<AssetSymbol, Quote>();
  #bars = 0;
  #updates = 0;
  quotes = 0;

  readonly note = ({ event }: Entry): void => {
    if (event.kind === 'quote') {
      this.quotes += 1;
      this.#quotes.set(event.quote.symbol, event.quote);
    } else if (event.kind === 'orderSeen') this.#updates += 1;
    else if (event.kind === 'bar') this.#onBar(event.bar);
    if (this.#bars === BARS && this.#updates === WANTED.orderUpdates) this.done.resolve();
  };

  #onBar({ symbol, startsAt }: { symbol: AssetSymbol; startsAt: number }): void {
    this.#bars += 1;
    const newest = startsAt + WANTED.quotesAMinute - 1;
    // A bar that waited for history has newer ones before it.
    if ((this.#quotes.get(symbol)?.at ?? 0) < newest)
      this.done.reject(new Error(`the bar of ${symbol} at ${startsAt} came without the newest quote before it`));
  }
}

/** Of this process alone, so it stays what it is when others want the machine. */
function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function measureWhole(perFrame: number): Promise<{ perSecond: number; cpu: number; quotes: number }> {
  const home = mkdtempSync(join(tmpdir(), 'tradar-bench-'));
  const market = await openMarket(perFrame);
  const ledger = new Ledger();
  const listening = await listen(market.url, SYMBOLS, home, ledger.note);
  try {
    await listening.live;
    const [began, cpuBefore] = [performance.now(), cpuMicroseconds()];
    market.child.send({});
    await ledger.done.promise;
    const seconds = (performance.now() - began) / 1_000;
    const messages = MARKET_MESSAGES + WANTED.orderUpdates;
    return { perSecond: messages / seconds, cpu: (cpuMicroseconds() - cpuBefore) / messages, quotes: ledger.quotes };
  } finally {
    await listening.stop();
    close(market);
    rmSync(home, { recursive: true, force: true });
  }
}

async function measureSdk(perFrame: number): Promise<{ perSecond: number; cpu: number }> {
  const market = await openMarket(perFrame);
  const { stream, end } = clientOf(market.url).openStocks('sip');
  const done = Promise.withResolvers<void>();
  let left = MARKET_MESSAGES;
  const count = (): void => {
    left -= 1;
    if (left === 0) done.resolve();
  };
  stream.onBar(count);
  stream.onQuote(count);
  stream.subscribeForBars([...SYMBOLS]);
  stream.subscribeForQuotes([...SYMBOLS]);
  const subscribed = new Promise((resolve) => stream.on('subscription', resolve));
  stream.connect();
  await subscribed;
  const [began, cpuBefore] = [performance.now(), cpuMicroseconds()];
  market.child.send({});
  await done.promise;
  const seconds = (performance.now() - began) / 1_000;
  const cpu = (cpuMicroseconds() - cpuBefore) / MARKET_MESSAGES;
  end();
  close(market);
  return { perSecond: MARKET_MESSAGES / seconds, cpu };
}

async function measure(perFrame: number): Promise<BenchResult[]> {
  const whole: Awaited<ReturnType<typeof measureWhole>>[] = [];
  const sdk: Awaited<ReturnType<typeof measureSdk>>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    sdk.push(await measureSdk(perFrame));
    whole.push(await measureWhole(perFrame));
  }
  const perSecond = (of: readonly { perSecond: number }[]): number => Math.round(median(of.map((one) => one.perSecond)));
  const cpu = (of: readonly { cpu: number }[]): number => Math.round(median(of.map((one) => one.cpu)) * 100) / 100;
  const [value, limit] = [perSecond(whole), perSecond(sdk)];
  const per = `${perFrame}PerFrame`;
  return [
    {
      ...{ what: `intoTheEngine${per}`, value, unit: 'messages/s' },
      ...{ versus: `${OWED_PER_SECOND.toLocaleString('en-US')} messages/s`, ratio: OWED_PER_SECOND / value, owed: 1 },
    },
    {
      what: `sdkAlone${per}`,
      value: limit,
      unit: 'messages/s',
      versus: `${value.toLocaleString('en-US')} messages/s`,
      ratio: limit / value,
    },
    { what: `cpuPerMessage${per}`, value: cpu(whole), unit: 'µs', versus: `${cpu(sdk)} µs of the SDK alone`, ratio: cpu(whole) / cpu(sdk) },
    {
      what: `quotesJournalled${per}`,
      value: median(whole.map((one) => one.quotes)),
      unit: `of ${(MARKET_MESSAGES - BARS).toLocaleString('en-US')}`,
    },
  ];
}

export async function benchStream(): Promise<BenchReport> {
  return { bench: 'stream', machine: machine(), results: [...(await measure(10)), ...(await measure(1))] };
}
