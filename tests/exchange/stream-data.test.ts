/** The market-data streams: every kind of message, every error code, and clients that are many, slow or rude. */
import { afterEach, describe, expect, it } from 'vitest';
import { type Candle, flat, OPEN, series, type Wire } from './harness.ts';
import { dial, type Format, type Line, listen } from './stream-harness.ts';
import { KEYS, type Wired, wired } from './wire-harness.ts';

const MINUTE = 60_000;
let w: Wired;
const lines: Line[] = [];

const start = async (settings: Parameters<typeof wired>[1] = {}, more: Parameters<typeof wired>[2] = {}): Promise<void> => {
  const jump: Candle[] = [...flat(100, 30), ...flat(110, 360)].map((price) => [price, price + 1, price - 1, price]);
  w = await wired(
    [series('AAPL', jump), series('MSFT', flat(50, 390)), series('BTC/USD', flat(5_000, 395), OPEN - 5 * MINUTE)],
    settings,
    more,
  );
};
const on = async (path: string, wishes: Record<string, readonly string[]>, format?: Format): Promise<Line> => {
  const line = await listen(`${w.server.wsUrl}${path}`, wishes, format);
  lines.push(line);
  return line;
};
const greeted = async (path: string): Promise<Line> => {
  const line = await dial(`${w.server.wsUrl}${path}`);
  lines.push(line);
  await line.next('success');
  return line;
};
const auth = { action: 'auth', key: KEYS.keyId, secret: KEYS.secretKey };
const ALL_STOCK = Object.fromEntries(
  ['trades', 'quotes', 'bars', 'updatedBars', 'dailyBars', 'statuses', 'lulds', 'imbalances'].map((channel) => [channel, ['*']]),
);
const keys = (item: Wire): string => {
  const names: string[] = Object.keys(item);
  return names.toSorted((a, b) => (a < b ? -1 : 1)).join(' ');
};
const kinds = (line: Line): string[] => [...new Set(line.heard.all.map((item) => item.T as string))].sort();

afterEach(async () => {
  for (const line of lines.splice(0)) line.socket.terminate();
  await w.server.close();
});

describe('the kinds of messages', () => {
  it.each(['json', 'msgpack'] as const)('of stocks, each with its keys, in %s', async (format) => {
    await start({ tapeErrorChance: 1 });
    const line = await on('/v2/sip', ALL_STOCK, format);
    w.advance(6 * MINUTE);
    w.server.driver.ask({ kind: 'setHalt', symbol: 'MSFT', halted: true }, () => undefined);
    w.advance(388 * MINUTE);
    await line.heard.next((item) => item.T === 'b' && Date.parse(new Date(item.t).toISOString()) >= OPEN + 385 * MINUTE);
    expect(kinds(line)).toEqual(['b', 'c', 'd', 'i', 'l', 'q', 's', 'subscription', 'success', 't', 'u', 'x']);
    const first = (kind: string): Wire => line.heard.all.find((item) => item.T === kind);
    expect(Object.fromEntries('t q b u d s l i c x'.split(' ').map((kind) => [kind, keys(first(kind))]))).toEqual({
      t: 'S T c i p s t x z',
      q: 'S T ap as ax bp bs bx c t z',
      b: 'S T c h l n o t v vw',
      u: 'S T c h l n o t v vw',
      d: 'S T c h l n o t v vw',
      s: 'S T rc rm sc sm t z',
      l: 'S T d i t u z',
      i: 'S T p t z',
      c: 'S T cc ci cp cs oc oi op os t x z',
      x: 'S T a i p s t x z',
    });
    for (const kind of 'tqbudslicx') expect(first(kind).t instanceof Date).toBe(format === 'msgpack');
    expect(first('s')).toMatchObject({ S: 'MSFT', sc: 'H' });
    const bands = line.heard.all.filter((item) => item.T === 'l' && item.S === 'AAPL');
    expect(bands[0]).toMatchObject({ u: 105, d: 95, i: 'B' });
    expect(bands.length).toBeGreaterThan(2);
    const daily = line.heard.all.filter((item) => item.T === 'd' && item.S === 'MSFT').at(-1);
    expect(daily.v).toBe(1_000 * line.heard.all.filter((item) => item.T === 'b' && item.S === 'MSFT').length);
    const updated = first('u');
    const bar = line.heard.all.find((item) => item.T === 'b' && item.S === updated.S && String(item.t) === String(updated.t));
    expect(updated.v).not.toBe(bar.v);
  });

  it('of crypto: a whole book first, then its changes, which add up to the book that REST tells', async () => {
    await start();
    w.advance(30_000);
    const line = await on('/v1beta3/crypto/us', {
      orderbooks: ['BTC/USD'],
      trades: ['BTC/USD'],
      quotes: ['*'],
      bars: ['*'],
      dailyBars: ['*'],
    });
    const whole = await line.next('o');
    expect(whole).toMatchObject({ S: 'BTC/USD', r: true });
    w.server.driver.ask({ kind: 'injectPrice', symbol: 'BTC/USD', price: '5010' }, () => undefined);
    w.advance(MINUTE);
    await line.next('b');
    const levels = { b: new Map<number, number>(), a: new Map<number, number>() };
    for (const book of line.heard.all.filter((item) => item.T === 'o')) {
      for (const side of ['b', 'a'] as const) {
        for (const { p, s } of book[side]) {
          if (s === 0) levels[side].delete(p);
          else levels[side].set(p, s);
        }
      }
    }
    const told: Wire = await (await w.fetch('/v1beta3/crypto/us/latest/orderbooks?symbols=BTC/USD')).json();
    const flatten = (side: { p: number; s: number }[]) => new Map(side.map(({ p, s }) => [p, s]));
    expect(levels.b).toEqual(flatten(told.orderbooks['BTC/USD'].b));
    expect(levels.a).toEqual(flatten(told.orderbooks['BTC/USD'].a));
    expect(keys(line.heard.all.find((item) => item.T === 't'))).toBe('S T i p s t tks');
    expect(keys(line.heard.all.find((item) => item.T === 'q'))).toBe('S T ap as bp bs t');
  });

  it('of news: the same articles that REST tells, as they appear', async () => {
    await start();
    const line = await on('/v1beta1/news', { news: ['*'] }, 'msgpack');
    w.advance(5 * MINUTE + 60 * MINUTE);
    const article = await line.next('n');
    expect(keys(article)).toBe('T author content created_at headline id source summary symbols updated_at url');
    expect(article.created_at).toEqual(new Date(OPEN + 12 * MINUTE));
    const { news }: Wire = await (await w.fetch('/v1beta1/news')).json();
    expect(news.at(-1).id).toBe(article.id);
  });

  it('of the test feed: FAKEPACA, by night as well', async () => {
    await start();
    w.advance(1);
    const line = await on('/v2/test', { trades: ['FAKEPACA'], quotes: ['FAKEPACA'], bars: ['*'] });
    w.advance(2 * MINUTE);
    expect(await line.next('b')).toMatchObject({ S: 'FAKEPACA', n: 60, v: 600 });
    expect(kinds(line)).toEqual(['b', 'q', 'subscription', 'success', 't']);
  });

  it('of the delayed feed come a quarter of an hour later', async () => {
    await start();
    const line = await on('/v2/delayed_sip', { bars: ['AAPL'] });
    const live = await on('/v2/sip', { bars: ['AAPL'] });
    w.advance(7 * MINUTE);
    expect((await live.next('b')).t).toBe('2019-02-11T14:30:00.000Z');
    w.advance(13 * MINUTE);
    expect(line.heard.all.filter((item) => item.T === 'b')).toEqual([]);
    w.advance(MINUTE);
    expect((await line.next('b')).t).toBe('2019-02-11T14:30:00.000Z');
    expect(line.heard.all.filter((item) => item.T === 'b').length).toBe(1);
  });

  it('of the overnight feeds are none by day', async () => {
    await start();
    const line = await on('/v1beta1/overnight', { bars: ['*'], quotes: ['*'] });
    w.advance(30 * MINUTE);
    line.say({ action: 'subscribe', trades: ['AAPL'] });
    expect(await line.heard.next()).toMatchObject({ T: 'subscription', trades: ['AAPL'] });
  });
});

describe('errors', () => {
  it('404 for who does not say who it is in time', async () => {
    await start();
    const line = await greeted('/v2/iex');
    w.wall.advance(10_000);
    expect(await line.next('error')).toEqual({ T: 'error', code: 404, msg: 'auth timeout' });
    await line.next('closed');
  });

  it('405 beyond thirty symbols of the free feed, and what was subscribed stays', async () => {
    await start({}, { dataStreams: { plan: 'free' } });
    const thirty = Array.from({ length: 30 }, (_, index) => `S${index}`);
    const line = await on('/v2/iex', { trades: thirty, bars: ['*'] });
    line.say({ action: 'subscribe', quotes: ['AAPL'] });
    expect(await line.heard.next()).toEqual({ T: 'error', code: 405, msg: 'symbol limit exceeded' });
    line.say({ action: 'subscribe', trades: ['*'] });
    expect(await line.heard.next()).toMatchObject({ code: 405 });
    line.say({ action: 'subscribe', quotes: ['S0'] });
    expect(await line.heard.next()).toMatchObject({ T: 'subscription', trades: thirty, quotes: ['S0'], bars: ['*'] });
    const sip = await greeted('/v2/sip');
    sip.say(auth);
    expect(await sip.next('error')).toEqual({ T: 'error', code: 409, msg: 'insufficient subscription' });
  });

  it.each([
    [{ bars: ['BTC/USD'] }, 400, '/v2/iex'],
    [{ bars: ['aapl'] }, 400, '/v2/iex'],
    [{ bars: ['AAPL'], trades: 'AAPL' }, 400, '/v2/iex'],
    [{ orderbooks: ['AAPL'] }, 410, '/v2/iex'],
    [{ statuses: ['*'] }, 410, '/v1beta3/crypto/us'],
    [{ bars: ['BTCUSD'] }, 400, '/v1beta3/crypto/us'],
    [{ trades: ['*'] }, 410, '/v1beta1/news'],
  ])('subscribing to %o is %i on %s, and changes nothing', async (wishes, code, path) => {
    await start();
    const line = await on(path, {});
    line.say({ action: 'subscribe', ...wishes });
    expect(await line.heard.next()).toMatchObject({ T: 'error', code });
    line.say({ action: 'subscribe' });
    const now = await line.heard.next();
    expect(Object.values(now).flat()).toEqual(['subscription']);
  });

  it.each([408, 411, 500] as const)('%i when the switch says so', async (code) => {
    await start({}, { dataStreams: { refusals: { '/v2/iex': code } } });
    const line = await greeted('/v2/iex');
    line.say(auth);
    expect(await line.next('error')).toMatchObject({ code });
    await line.next('closed');
  });

  it('407 for a reader that does not keep up; another one hears everything', async () => {
    const symbols = Array.from({ length: 40 }, (_, index) => `S${index}`);
    const more = { dataStreams: { maxWaitingBytes: 100_000 }, maxDataConnections: 2 };
    w = await wired(
      symbols.map((symbol) => series(symbol, flat(100, 390))),
      {},
      more,
    );
    const slow = await on('/v2/sip', { trades: ['*'], quotes: ['*'], bars: ['*'], dailyBars: ['*'] });
    const quick = await on('/v2/sip', { bars: ['S7'] });
    slow.socket.pause();
    for (let minute = 0; minute < 395; minute++) {
      w.advance(MINUTE);
      // What is sent must be able to leave before more is.
      await new Promise(setImmediate);
    }
    await quick.heard.next((item) => item.T === 'b' && item.t === '2019-02-11T20:59:00.000Z');
    expect(quick.heard.all.filter((item) => item.T === 'b').length).toBe(390);
    slow.socket.resume();
    expect(await slow.next('error')).toEqual({ T: 'error', code: 407, msg: 'slow client' });
    await slow.next('closed');
    const again = await on('/v2/sip', {});
    expect(again.heard.all.at(-1)).toMatchObject({ T: 'subscription' });
  });

  it('a path of options or of nothing is not there', async () => {
    await start();
    for (const path of ['/v1beta1/opra', '/v1beta1/indicative', '/v2/nothing']) {
      await expect(dial(`${w.server.wsUrl}${path}`)).rejects.toThrow('404');
    }
  });
});

describe('many clients', () => {
  it('with the same wishes, and with others, each hear their own', async () => {
    await start({}, { maxDataConnections: 3 });
    const [one, two, three] = await Promise.all([
      on('/v2/iex', { bars: ['AAPL'] }),
      on('/v2/iex', { bars: ['AAPL'] }, 'msgpack'),
      on('/v2/iex', { bars: ['MSFT'], trades: ['AAPL'] }),
    ]);
    w.advance(6 * MINUTE);
    expect((await one.next('b')).S).toBe('AAPL');
    expect((await two.next('b')).S).toBe('AAPL');
    expect((await three.next('b')).S).toBe('MSFT');
    expect(kinds(one)).toEqual(['b', 'subscription', 'success']);
    expect(kinds(three)).toEqual(['b', 'subscription', 'success', 't']);
  });

  it('ten thousand symbols in one wish are no trouble', async () => {
    await start();
    const many = Array.from({ length: 10_000 }, (_, index) => `X${index}`);
    const line = await on('/v2/sip', { bars: [...many, 'AAPL'] });
    w.advance(6 * MINUTE);
    expect((await line.next('b')).S).toBe('AAPL');
  });

  it('pings are answered', async () => {
    await start();
    const line = await on('/v2/iex', {});
    const answered = new Promise((done) => line.socket.once('pong', done));
    line.socket.ping();
    await answered;
  });
});
