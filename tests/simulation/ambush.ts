/** Waits for a moment of the daemon's own work, and has something happen in the middle of it. */
import type { Put } from '#server/adapters/store/driver.ts';
import { serve } from '#server/exchange/wire/rest.ts';
import type { ReplyHead } from '#server/exchange/wire/send.ts';
import type { ExchangeService } from '#server/exchange/wire/service.ts';
import type { DiskState } from './daemon/disk.ts';
import { type Host, KEYS } from './daemon/host.ts';
import type { VirtualTime } from './machine/virtual-time.ts';
import { booksOf, type Durable } from './world/evidence.ts';
import type { Moment } from './world/mishaps.ts';
import { isOrderRequest, orderIn, type Sent, type WireLog } from './world/wire.ts';

export interface AmbushParts {
  readonly time: VirtualTime;
  readonly service: ExchangeService;
  readonly main: Host;
  readonly disk: DiskState;
  readonly wire: WireLog;
  readonly durable: Durable;
}

const TEXT = 4;
const OPENS = /"kind":"place".*"purpose":"open"/;
/** The broker counts by the minute. */
const SPENT_EVERY_MS = 60_000;
/** Then the moment did not come. */
const LASTS_MS = 60 * 60_000;
/** Of two hundred requests a minute, most: what is left is the reserve that orders may not touch. */
const SPENT_AT_ONCE = 175;

const UNREAD: ReplyHead = { setHeader: () => undefined, removeHeader: () => undefined, writeHead: () => ({ end: () => undefined }) };

interface Laid {
  readonly moment: Moment;
  readonly strike: () => void;
}

export class Ambush {
  readonly #parts: () => AmbushParts;
  readonly #armed: Laid[] = [];

  constructor(parts: () => AmbushParts) {
    this.#parts = parts;
  }

  /** The next time that the moment comes. */
  lay(moment: Moment, strike: () => void): void {
    const { time } = this.#parts();
    const laid = { moment, strike };
    this.#armed.push(laid);
    if (moment === 'waiting') this.#spend();
    time.after(LASTS_MS, () => this.#lift(laid), time.world);
  }

  #lift(laid: Laid): void {
    const place = this.#armed.indexOf(laid);
    if (place >= 0) this.#armed.splice(place, 1);
  }

  disarm(): void {
    this.#armed.length = 0;
  }

  /** A request leaves. */
  readonly hear = (sent: Sent): void => {
    if (this.#armed.length > 0 && isOrderRequest(sent) && sent.from === this.#parts().main.process?.owner)
      this.#spring(this.#armed.findIndex(({ moment }) => moment === 'sent'));
  };

  /** Something is written. */
  readonly see = (when: 'before' | 'after', puts: readonly Put[]): void => {
    if (this.#armed.length === 0) return;
    const { time, main } = this.#parts();
    if (time.current !== main.process?.owner) return;
    const texts = puts.flatMap(({ table, rows }) => (table === 'journal' ? rows.map((row) => String(row[TEXT])) : []));
    if (texts.length === 0) return;
    this.#spring(this.#armed.findIndex(({ moment }) => this.#isNow(moment, when, texts)));
  };

  #spring(nth: number): void {
    const [found] = nth < 0 ? [] : this.#armed.splice(nth, 1);
    if (found === undefined) return;
    found.strike();
  }

  #isNow(moment: Moment, when: 'before' | 'after', texts: readonly string[]): boolean {
    if (moment === 'sent') return false;
    if (moment === 'waiting') return when === 'before' && this.#anOrderWaits();
    return when === (moment === 'writing' ? 'before' : 'after') && texts.some((text) => OPENS.test(text));
  }

  /** One that opens: committed, under way by the books, and not on the wire. */
  #anOrderWaits(): boolean {
    const { main, wire, durable } = this.#parts();
    const left = (id: string): boolean => wire.requests.some((sent) => isOrderRequest(sent) && orderIn(sent).clientOrderId === id);
    for (const { openOrders } of booksOf(main.process)?.markets.values() ?? [])
      for (const { id, request, purpose } of openOrders)
        if (request === 'submitting' && purpose === 'open' && durable.placed.has(id) && !left(id)) return true;
    return false;
  }

  /** The write that is about to begin, and no other, takes up to so long. */
  prolong(ms: number): void {
    const { disk, time } = this.#parts();
    const { slowMs } = disk;
    disk.slowMs = ms;
    time.after(0, () => Object.assign(disk, { slowMs }), time.world);
  }

  /** Another program with the same keys leaves little of the minute's requests to us, until the moment has come. */
  #spend(): void {
    const { service, time } = this.#parts();
    if (!this.#armed.some(({ moment }) => moment === 'waiting')) return;
    const headers = { 'apca-api-key-id': KEYS.keyId, 'apca-api-secret-key': KEYS.secretKey };
    const call = {
      method: 'GET',
      url: '/v2/clock',
      headers,
      reply: UNREAD,
      readJson: async () => ({ value: undefined }),
      breakOff: () => undefined,
    };
    for (let nth = 0; nth < SPENT_AT_ONCE; nth++) void serve(service.rest, call);
    time.after(SPENT_EVERY_MS, () => this.#spend(), time.world);
  }
}
