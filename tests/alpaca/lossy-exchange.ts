/**
 * The exchange in this process, behind a network that loses: requests on their way there, answers on their way back; and what
 * stands in between may send a request twice. Everything else is real: the SDK, the adapter, the exchange's REST side.
 */
import type { Transport } from '#server/adapters/alpaca/transport.ts';
import { cryptoPair } from '#server/domain/instrument.ts';
import { parseMoney } from '#server/domain/money.ts';
import { instant, MINUTE_MS, plus } from '#server/domain/time.ts';
import { createExchange } from '#server/exchange/exchange.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { createManualClock } from '#server/exchange/wire/market-clock.ts';
import { parseBody, serve } from '#server/exchange/wire/rest.ts';
import type { ReplyHead } from '#server/exchange/wire/send.ts';
import { createExchangeService, type ExchangeService } from '#server/exchange/wire/service.ts';
import { barsOf } from '#tests/exchange/harness.ts';

export const PAIR = cryptoPair('BTC/USD');

/** Chances, of each request alike. */
export interface Weather {
  lostThere: number;
  lostBack: number;
  /** An answer that says nothing: 504 in HTML, half of the JSON. */
  garbled: number;
  /** A proxy sends it a second time and hands on the second answer. */
  sentTwice: number;
}

export const FAIR: Weather = { lostThere: 0, lostBack: 0, garbled: 0, sentTwice: 0 };

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

const STARTS_AT = instant(Date.parse('2025-03-03T00:00:00Z'));

const reset = (): Error => Object.assign(new TypeError('fetch failed'), { cause: new Error('read ECONNRESET') });

/** The request at the exchange, and all that it answers. */
const askedOf = (service: ExchangeService, url: string, init: RequestInit): Promise<Answer> =>
  new Promise((resolve) => {
    const headers: Record<string, string> = {};
    let status = 200;
    const end = (text = ''): void => resolve({ status, headers, text });
    const reply: ReplyHead = {
      setHeader: (name, value) => {
        headers[name] = String(value);
      },
      removeHeader: (name) => void delete headers[name],
      writeHead: (code, more = {}) => {
        status = code;
        for (const [name, value] of Object.entries(more)) headers[name] = String(value);
        return { end };
      },
    };
    const given = Object.entries((init.headers ?? {}) as Record<string, string>).map(([name, value]) => [name.toLowerCase(), value]);
    const { pathname, search } = new URL(url);
    const call = { method: init.method ?? 'GET', url: pathname + search, headers: Object.fromEntries(given), reply };
    const readJson = async () => parseBody(reply, typeof init.body === 'string' ? init.body : '');
    void serve(service.rest, { ...call, readJson, breakOff: () => resolve({ status: 502, headers, text: '' }) });
  });

function garbled(text: string, roll: () => number): Response {
  const what = roll() < 0.5 ? '<html>504 Gateway Time-out</html>' : text.slice(0, text.length / 2);
  return new Response(what, { status: roll() < 0.5 ? 504 : 200 });
}

interface Counts {
  /** What left the adapter, by client order id. */
  readonly posted: Map<string, number>;
  /** What the exchange took, whether or not anybody heard of it. */
  readonly taken: Map<string, number>;
}

const more = (counts: Map<string, number>, id: string): void => void counts.set(id, (counts.get(id) ?? 0) + 1);

function networkOver(service: ExchangeService, weather: Weather, { posted, taken }: Counts, roll: () => number): Transport['fetch'] {
  /** Answers overtake each other. */
  const someTurns = async (): Promise<void> => {
    for (let turns = Math.floor(roll() * 3); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
  };
  return async (url, init) => {
    const isOrder = init.method === 'POST';
    const id = isOrder ? (JSON.parse(String(init.body)) as { client_order_id: string }).client_order_id : '';
    const send = async (): Promise<Answer> => {
      const answer = await askedOf(service, url, init);
      if (isOrder && answer.status === 200) more(taken, id);
      return answer;
    };
    if (isOrder) more(posted, id);
    await someTurns();
    if (roll() < weather.lostThere) throw reset();
    if (roll() < weather.sentTwice) await send();
    const { status, headers, text } = await send();
    await someTurns();
    if (roll() < weather.lostBack) throw reset();
    if (roll() < weather.garbled) return garbled(text, roll);
    return new Response(status === 204 ? null : text, { status, headers });
  };
}

export function lossyExchange(minutes: number, roll: () => number) {
  const series = [
    {
      instrument: PAIR,
      bars: barsOf(
        'BTC/USD',
        Array.from({ length: minutes }, () => 100),
        STARTS_AT,
      ),
    },
  ];
  const settings = { partialFillChance: 0.1, cash: parseMoney('1000000000'), maxQuoteAgeMs: 3_600_000 };
  const exchange = createExchange({ tape: makeTape({ series }), settings });
  const clock = createManualClock(exchange.startsAt);
  const service = createExchangeService({ exchange, clock, requestsPerMinute: 0 });
  const weather: Weather = { ...FAIR };
  const counts: Counts = { posted: new Map(), taken: new Map() };
  const connect = (): never => {
    throw new Error('there are no streams here');
  };
  return {
    ...counts,
    weather,
    clock,
    transport: { fetch: networkOver(service, weather, counts, roll), connect } satisfies Transport,
    begin: () => {
      clock.jumpTo(plus(STARTS_AT, 5 * MINUTE_MS));
      service.turn();
    },
    advance: (ms: number) => {
      clock.advanceBy(ms);
      service.turn();
    },
    close: () => service.end(),
  };
}
