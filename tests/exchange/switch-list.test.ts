/** The list of switches: all there are, with the core's defaults, each in the documents, and each where it belongs. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { DEFAULT_SETTINGS } from '#server/exchange/settings.ts';
import { settingsOf, streamOptionsOf, switches, unusual } from '#server/exchange/wire/switches.ts';
import { flat, series } from './harness.ts';
import { dialRaw } from './plagued.ts';
import { KEYS, type Wired, wired } from './wire-harness.ts';

const page = readFileSync(new URL('../../docs/exchange.md', import.meta.url), 'utf8');
/** These have flags of their own, or none. */
const APART = ['seed', 'cash', 'loop', 'publishTicks'];

describe('the switches', () => {
  it('are all that the core has, with its defaults', () => {
    const rest = Object.entries(DEFAULT_SETTINGS).filter(([name]) => !APART.includes(name));
    expect(settingsOf(switches.parse({}))).toEqual(Object.fromEntries(rest));
  });

  it('are told in docs/exchange.md with their defaults', () => {
    for (const [name, value] of Object.entries(switches.parse({}))) expect(page).toContain(`| \`${name}\` | ${value} |`);
  });

  it('that are not as usual are named, so that a state is not continued without them', () => {
    expect(unusual(switches.parse({}))).toEqual({});
    expect(unusual(switches.parse({ stopTrigger: 'quote', dataConnections: 5 }))).toEqual({ stopTrigger: 'quote' });
  });

  it.each([{ stopTrigger: 'bid' }, { washTradeStatus: 404 }, { partialFillChance: 2 }, { seed: 1 }, { unheardOf: true }])(
    'refuse %o',
    (wrong) => expect(switches.safeParse(wrong).success).toBe(false),
  );
});

describe('/stream', () => {
  let w: Wired;
  afterEach(() => w.server.close());

  it('takes as many connections at once as are allowed, and a new one when one has gone', async () => {
    w = await wired([series('AAPL', flat(100, 390))], {}, streamOptionsOf(switches.parse({ tradingConnections: 1 })));
    const first = await dialRaw(w, '/stream');
    await expect(dialRaw(w, '/stream')).rejects.toThrow('429');
    first.socket.close();
    const second = await dialRaw(w, '/stream');
    second.socket.terminate();
  });

  it.each(['binary', 'text'] as const)('sends %s frames when that is set', async (tradeUpdateFrames) => {
    w = await wired([series('AAPL', flat(100, 390))], {}, streamOptionsOf(switches.parse({ tradeUpdateFrames })));
    const socket = new WebSocket(`${w.server.wsUrl}/stream`);
    await new Promise((done) => socket.once('open', done));
    socket.send(JSON.stringify({ action: 'auth', key: KEYS.keyId, secret: KEYS.secretKey }));
    const isBinary = await new Promise((done) => socket.once('message', (_, binary) => done(binary)));
    expect(isBinary).toBe(tradeUpdateFrames === 'binary');
    socket.terminate();
  });
});
