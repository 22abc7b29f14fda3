/** Each fault on a stream: what a raw client hears, and what the SDK makes of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultRuleInput } from '#server/exchange/wire/faults-rule.ts';
import { flat, series, type Wire } from './harness.ts';
import { armed, dialRaw, listening, type RawLine, subscribed } from './plagued.ts';
import { inbox, KEYS, type Wired, wired } from './wire-harness.ts';

const MINUTE = 60_000;
let w: Wired;
const lines: RawLine[] = [];

beforeEach(async () => {
  w = await wired([series('AAPL', flat(100, 390)), series('MSFT', flat(50, 390))]);
  w.advance(6 * MINUTE);
});
afterEach(async () => {
  for (const { socket } of lines.splice(0)) socket.terminate();
  await w.server.close();
});

const kept = (line: RawLine): RawLine => {
  lines.push(line);
  return line;
};
const order = async (more: object = {}): Promise<Wire> => {
  const body = JSON.stringify({ symbol: 'AAPL', qty: '2', side: 'buy', type: 'market', time_in_force: 'day', ...more });
  return (await w.fetch('/v2/orders', { method: 'POST', body })).json();
};
/** What is heard up to a message that nothing strikes. */
async function heardUntil(line: RawLine, last: (message: Wire) => boolean): Promise<Wire[]> {
  const from = line.heard.all.length;
  await line.heard.next(last);
  return line.heard.all.slice(from);
}

/** An order that fills at once, and one that rests; the events that are heard of them, in their order. */
async function twoOrders(rule: FaultRuleInput): Promise<string[]> {
  const line = kept(await listening(w));
  armed(w, rule);
  const rest = heardUntil(line, ({ data }) => data.order?.symbol === 'MSFT');
  await order();
  await order({ symbol: 'MSFT', type: 'limit', limit_price: '40' });
  return (await rest).filter(({ data }) => data.order.symbol === 'AAPL').map(({ data }) => data.event);
}

describe('frames of /stream', () => {
  it('without a fault come once, in order', async () => {
    expect(await twoOrders({ fault: 'lostFrame', stream: '/v2/iex' })).toEqual(['pending_new', 'new', 'fill']);
  });
  it('lostFrame: one is missing', async () => {
    expect(await twoOrders({ fault: 'lostFrame', event: 'new', symbol: 'AAPL' })).toEqual(['pending_new', 'fill']);
  });
  it('duplicateFrame: one comes twice, with the same execution', async () => {
    expect(await twoOrders({ fault: 'duplicateFrame', event: 'fill' })).toEqual(['pending_new', 'new', 'fill', 'fill']);
  });
  it('reorderedFrames: the fill comes before the news of the order', async () => {
    expect(await twoOrders({ fault: 'reorderedFrames', event: 'new', next: 1 })).toEqual(['pending_new', 'fill', 'new']);
  });
  it('lateFrame: others overtake it', async () => {
    const line = kept(await listening(w));
    armed(w, { fault: 'lateFrame', event: 'new', ms: 30_000 });
    await order();
    await line.heard.next(({ data }) => data?.event === 'fill');
    w.wall.advance(30_000);
    await line.heard.next(({ data }) => data?.event === 'new');
    expect(line.heard.all.slice(-2).map(({ data }) => data.event)).toEqual(['fill', 'new']);
  });
  it('unknownEnum, missingField, extraField: the SDK hands them on', async () => {
    const updates = inbox<Wire>();
    const stream = w.alpaca.trading.stream({ url: `${w.server.wsUrl}/stream` });
    const ready = inbox<unknown>();
    stream.onTradeUpdate((update: Wire) => updates.put(update));
    stream.on('subscription', (names: unknown) => ready.put(names));
    stream.subscribeTradeUpdates();
    stream.connect();
    await ready.next();
    armed(w, { fault: 'unknownEnum', field: 'event', value: 'teleported', event: 'new' });
    armed(w, { fault: 'unknownEnum', event: 'fill' });
    armed(w, { fault: 'missingField', event: 'fill' });
    armed(w, { fault: 'extraField', event: 'fill' });
    await order();
    await updates.next(({ event }) => event === 'teleported');
    const fill = await updates.next();
    expect(fill.order).toMatchObject({ status: 'quantum_entangled' });
    expect(fill.order.filledQty ?? null).toBe(null);
    stream.disconnect();
  });
  it('missingLegEvents: of a bracket only the entry is heard', async () => {
    const line = kept(await listening(w));
    armed(w, { fault: 'missingLegEvents' });
    const bracket = { order_class: 'bracket', take_profit: { limit_price: '120' }, stop_loss: { stop_price: '80' } };
    const { id, legs } = await order(bracket);
    expect(legs.length).toBe(2);
    await w.fetch('/v2/orders', { method: 'DELETE' });
    await order({ symbol: 'MSFT' });
    await line.heard.next(({ data }) => data?.order?.symbol === 'MSFT');
    const about = line.heard.all.filter(({ data }) => data?.order?.symbol === 'AAPL').map(({ data }) => data.order.id);
    expect(new Set(about)).toEqual(new Set([id]));
    expect(w.server.faults.plan.fired(0).length).toBeGreaterThan(1);
  });
});

describe('connections', () => {
  it('silentStall: no data, but pings are answered; afterwards it speaks again', async () => {
    const line = kept(await subscribed(w));
    armed(w, { fault: 'silentStall', stream: '/v2/iex', event: 'b', next: 1 });
    w.advance(5 * MINUTE);
    const pong = new Promise((done) => line.socket.once('pong', done));
    line.socket.ping();
    await pong;
    expect(line.heard.all.at(-1)).toMatchObject({ T: 'subscription' });
    expect(line.socket.readyState).toBe(line.socket.OPEN);
  });
  it('streamDrop: the connection breaks; the SDK comes back', async () => {
    const stream = w.alpaca.marketData.stockStream({ url: `${w.server.wsUrl}/v2/iex`, initialReconnectMs: 10 });
    const ready = inbox<Wire>();
    const bars = inbox<Wire>();
    stream.onBar((bar: Wire) => bars.put(bar));
    stream.on('subscription', (names: unknown) => ready.put(names));
    stream.subscribeForBars(['AAPL']);
    stream.connect();
    await ready.next();
    armed(w, { fault: 'streamDrop', stream: '/v2/iex', next: 1 });
    w.advance(MINUTE);
    await ready.next();
    w.advance(MINUTE);
    await bars.next();
    stream.disconnect();
  });
  it('halfDeadSlot: it breaks, and all that come within the time are told 406', async () => {
    const line = kept(await subscribed(w, true));
    armed(w, { fault: 'halfDeadSlot', stream: '/v2/iex', next: 1 });
    w.advance(MINUTE);
    expect(await line.heard.next(({ closed }) => closed)).toEqual({ closed: true });
    const again = kept(await dialRaw(w, '/v2/iex', true));
    again.say({ action: 'auth', key: KEYS.keyId, secret: KEYS.secretKey });
    expect(await again.heard.next(({ T }) => T === 'error')).toEqual({ T: 'error', code: 406, msg: 'connection limit exceeded' });
    w.wall.advance(89_999);
    const third = kept(await dialRaw(w, '/v2/iex', true));
    third.say({ action: 'auth', key: KEYS.keyId, secret: KEYS.secretKey });
    await third.heard.next(({ T }) => T === 'error');
    w.wall.advance(1);
    kept(await subscribed(w));
  });
  it('connectionLimit: 406 to a market-data connection, 429 to one for /stream', async () => {
    armed(w, { fault: 'connectionLimit', stream: '/stream', next: 1 });
    await expect(dialRaw(w, '/stream')).rejects.toThrow('429');
    kept(await listening(w));
    armed(w, { fault: 'connectionLimit', stream: '/v2/iex', next: 1 });
    const line = kept(await dialRaw(w, '/v2/iex'));
    line.say({ action: 'auth', key: KEYS.keyId, secret: KEYS.secretKey });
    expect(await line.heard.next(({ T }) => T === 'error')).toMatchObject({ code: 406 });
  });
  it('messages of one frame are struck one by one, in msgpack as in JSON', async () => {
    for (const packs of [false, true]) {
      const line = kept(await subscribed(w, packs));
      const id = armed(w, { fault: 'lostFrame', event: 'b', symbol: 'AAPL' });
      w.advance(MINUTE);
      expect(await line.heard.next()).toMatchObject({ T: 'b', S: 'MSFT' });
      w.server.faults.plan.disarm(id);
      w.advance(MINUTE);
      expect(await line.heard.next()).toMatchObject({ T: 'b', S: 'AAPL' });
      line.socket.terminate();
      await line.heard.next(({ closed }) => closed);
    }
  });
});
