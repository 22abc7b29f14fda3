/** The network between one daemon's process and the exchange: it delays, loses, cuts and breaks, and carries real requests and frames. */
import type { Transport } from '#server/adapters/alpaca/transport.ts';
import { parseBody, type RestCall, serve } from '#server/exchange/wire/rest.ts';
import type { ReplyHead } from '#server/exchange/wire/send.ts';
import type { ExchangeService } from '#server/exchange/wire/service.ts';
import type { Chance } from '../machine/chance.ts';
import type { Owner, VirtualTime } from '../machine/virtual-time.ts';
import { asSdkSocket, asServerSocket, CLOSED, type End, opened, socketPair } from './socket-pair.ts';
import { Way } from './way.ts';
import type { Sent, WireLog } from './wire.ts';

/** What the weather of the network is now; mishaps change it for a time. */
export interface Weather {
  latencyMs: number;
  /** Chance that a request is lost on the way there, and its answer on the way back. */
  lossThere: number;
  lossBack: number;
  /** Chance that it arrives twice, and only the second one is answered. */
  twice: number;
  /** Nothing passes; frames wait, requests never end. */
  isCut: boolean;
  /** Connections are refused at once. */
  isRefused: boolean;
}

export const fairWeather = (latencyMs: number): Weather => ({
  latencyMs,
  lossThere: 0,
  lossBack: 0,
  twice: 0,
  isCut: false,
  isRefused: false,
});

export interface NetworkParts {
  readonly time: VirtualTime;
  readonly service: ExchangeService;
  readonly weather: Weather;
  readonly chance: Chance;
  readonly wire: WireLog;
  /** For the trace. */
  readonly note: (what: string) => void;
  readonly origin: string;
}

const REFUSED_MS = 2;
const KEYS_OF_MSGPACK = { 'content-type': 'application/msgpack' } as const;

/** A proxy that has lost its connection sends again at once: a part of what the way takes. */
const REPEATED_AFTER = 0.1;
const IGNORED = (): void => undefined;
const NO_MORE = { done: true, value: undefined } as const;
const ENCODER = new TextEncoder();

/** Read by name alone. */
class ReceivedHeaders {
  readonly #values: Readonly<Record<string, string>>;

  constructor(values: Readonly<Record<string, string>>) {
    this.#values = values;
  }

  get(name: string): string | null {
    return this.#values[name.toLowerCase()] ?? null;
  }

  has(name: string): boolean {
    return name.toLowerCase() in this.#values;
  }
}

/** As much of a `Response` as the SDK and the adapter look at: a whole one costs more than all the rest of a request. */
class Received {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: Headers;
  readonly body: { getReader(): object; cancel(): Promise<void> };
  readonly #text: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(text: string, { status, headers }: Pick<Reply, 'status' | 'headers'>) {
    this.#text = text;
    this.status = status;
    this.ok = status >= 200 && status < 300;
    this.headers = new ReceivedHeaders(headers) as unknown as Headers;
    this.#headers = headers;
    let isRead = text === '';
    const read = async (): Promise<object> => {
      if (isRead) return NO_MORE;
      isRead = true;
      return { done: false, value: ENCODER.encode(text) };
    };
    const cancel = async (): Promise<void> => undefined;
    this.body = { cancel, getReader: () => ({ read, cancel, releaseLock: () => undefined }) };
  }

  async text(): Promise<string> {
    return this.#text;
  }

  async json(): Promise<unknown> {
    return JSON.parse(this.#text);
  }

  async arrayBuffer(): Promise<never> {
    throw new Error('nobody reads a reply as bytes');
  }

  readonly blob = this.arrayBuffer;
  readonly formData = this.arrayBuffer;

  clone(): Received {
    return new Received(this.#text, { status: this.status, headers: this.#headers });
  }
}

const received = (text: string, reply: Reply): Response => new Received(text, reply) as unknown as Response;

/** The reply of the exchange as it is written, and sent when it ends. */
class Reply implements ReplyHead {
  status = 0;
  readonly headers: Record<string, string> = {};
  readonly #done: (text: string) => void;

  constructor(done: (text: string) => void) {
    this.#done = done;
  }

  setHeader(name: string, value: string | number): void {
    this.headers[name.toLowerCase()] = String(value);
  }

  removeHeader(name: string): void {
    delete this.headers[name.toLowerCase()];
  }

  writeHead(status: number, headers: Readonly<Record<string, string | number>> = {}): this {
    this.status = status;
    for (const [name, value] of Object.entries(headers)) this.setHeader(name, value);
    return this;
  }

  end(text = ''): void {
    this.#done(text);
  }
}

export class Network {
  readonly #parts: NetworkParts;
  readonly #owner: Owner;
  /** Open connections of this process. */
  readonly #sockets = new Set<End>();
  readonly #waiting: (() => void)[] = [];

  constructor(parts: NetworkParts, owner: Owner) {
    this.#parts = parts;
    this.#owner = owner;
  }

  readonly transport: Transport = {
    fetch: (url, init) => this.#fetch(url, init),
    connect: (url, codec) => asSdkSocket(this.#connect(url, codec)),
  };

  /** The process is gone: the machine says goodbye for it. */
  vanish(): void {
    for (const client of this.#sockets) {
      const server = client.other;
      this.#parts.time.after(this.#parts.weather.latencyMs, () => server?.vanish(), this.#parts.time.world);
    }
    this.#sockets.clear();
  }

  /** The cut is over: what waited goes on. */
  healed(): void {
    for (const deed of this.#waiting.splice(0)) deed();
  }

  #latency(): number {
    const { weather, chance } = this.#parts;
    return weather.latencyMs * (0.5 + chance.roll());
  }

  #fetch(url: string, init: RequestInit): Promise<Response> {
    const { time, wire, origin, weather, chance } = this.#parts;
    const { method = 'GET' } = init;
    const body = typeof init.body === 'string' ? init.body : '';
    // Killed within this very turn: what it still does, nobody hears.
    if (!this.#owner.isAlive) return new Promise(() => undefined);
    const sent = wire.note({ at: time.now, from: this.#owner, method, url: url.slice(origin.length), body });
    return new Promise((resolve, reject) => {
      const fail = (words: string): void => reject(Object.assign(new TypeError('fetch failed'), { cause: new Error(words) }));
      if (weather.isRefused) {
        time.after(REFUSED_MS, () => fail('connect ECONNREFUSED'), this.#owner);
        return;
      }
      if (weather.isCut) return;
      if (chance.happens(weather.lossThere)) {
        time.after(this.#latency(), () => fail('read ECONNRESET'), this.#owner);
        return;
      }
      let thereMs = this.#latency();
      if (weather.twice > 0 && chance.happens(weather.twice)) {
        time.after(thereMs, () => this.#arrive(sent, init, IGNORED, IGNORED), time.world);
        thereMs += this.#latency() * REPEATED_AFTER;
      }
      time.after(thereMs, () => this.#arrive(sent, init, resolve, fail), time.world);
    });
  }

  /** The request is at the exchange. */
  #arrive(sent: Sent, init: RequestInit, resolve: (response: Response) => void, fail: (words: string) => void): void {
    const { time, service, weather, chance, note, wire } = this.#parts;
    const back = (deed: () => void): void => {
      // Lost, or never to be heard of: the caller's patience ends it.
      if (weather.isCut) return;
      if (chance.happens(weather.lossBack)) time.after(this.#latency(), () => fail('read ECONNRESET'), this.#owner);
      else time.after(this.#latency(), deed, this.#owner);
    };
    const reply = new Reply((text) => {
      sent.status = reply.status;
      note(`${sent.method} ${sent.url} ${sent.body} -> ${reply.status} ${text}`);
      wire.onAnswered(sent);
      const hasBody = reply.status !== 204;
      back(() => resolve(received(hasBody ? text : '', reply)));
    });
    const call: RestCall = {
      method: sent.method,
      url: sent.url,
      headers: lowered(init.headers),
      reply,
      readJson: async () => parseBody(reply, sent.body),
      breakOff: () => {
        note(`${sent.method} ${sent.url} ${sent.body} -> broken off`);
        back(() => fail('other side closed'));
      },
    };
    void serve(service.rest, call);
  }

  #connect(url: string, codec: string): End {
    const { time, service, weather, origin, wire, chance } = this.#parts;
    if (this.#owner.isAlive) wire.onConnect(this.#owner, url);
    const ways = { there: new Way(time, chance), back: new Way(time, chance) };
    const carrier = (way: keyof typeof ways, owner: Owner) => (deed: () => void) => {
      const go = (): void => ways[way].send(deed, owner, () => this.#latency());
      if (weather.isCut) this.#waiting.push(go);
      else go();
    };
    const { client, server } = socketPair(carrier('there', time.world), carrier('back', this.#owner), () => weather.isCut);
    const fail = (words: string): void => {
      if (client.readyState === CLOSED) return;
      client.tell('error', new Error(words));
      client.vanish();
    };
    this.#sockets.add(client);
    client.on('close', () => this.#sockets.delete(client));
    if (weather.isRefused) {
      time.after(REFUSED_MS, () => fail('connect ECONNREFUSED'), this.#owner);
      return client;
    }
    const toServer = carrier('there', time.world);
    const toClient = carrier('back', this.#owner);
    toServer(() => {
      if (client.readyState === CLOSED) return;
      const headers = codec === 'msgpack' ? KEYS_OF_MSGPACK : {};
      const entrance = service.streams.enter({ url: url.replace('ws', 'http').slice(origin.length), headers });
      if (entrance.refusal !== undefined) {
        toClient(() => fail(`Unexpected server response: ${entrance.refusal}`));
        return;
      }
      toClient(() => opened(client));
      entrance.take(asServerSocket(server));
    });
    return client;
  }
}

function lowered(headers: RequestInit['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries((headers ?? {}) as Record<string, string>).map(([name, value]) => [name.toLowerCase(), value]));
}
