/** Puts the local exchange together and serves it: market, wire, control, certificate. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseMoney } from '#server/domain/money.ts';
import { createExchange } from '#server/exchange/exchange.ts';
import { stampSeconds } from '#server/exchange/stamp.ts';
import type { Tape } from '#server/exchange/tape.ts';
import { openBars } from '#server/exchange/wire/bar-sources.ts';
import { startControlServer } from '#server/exchange/wire/control.ts';
import { makeFolder } from '#server/exchange/wire/make-folder.ts';
import { createMarketClock } from '#server/exchange/wire/market-clock.ts';
import { startExchangeServer } from '#server/exchange/wire/server.ts';
import { settingsOf, streamOptionsOf, unusual } from '#server/exchange/wire/switches.ts';
import type { ExchangeOptions } from './exchange-options.ts';

export interface ExchangeFacts {
  readonly url: string;
  readonly wsUrl: string;
  readonly controlUrl: string;
  readonly tlsUrl: string | null;
  /** PEM file that clients must trust, when there is TLS. */
  readonly certificate: string | null;
  readonly symbols: readonly string[];
  readonly marketTime: string;
  readonly speed: number;
  readonly keys: 'any' | 'given';
  readonly state: string | null;
  readonly pid: number;
}

export interface ServedExchange {
  readonly facts: ExchangeFacts;
  close(): Promise<void>;
}

const OWNER_ONLY = 0o700;

export async function serveExchange(options: ExchangeOptions): Promise<ServedExchange> {
  const { host, port, controlPort, speed, seed, loops, keys, stateFolder, requestsPerMinute, switches } = options;
  const tape = openBars(options.bars, options.symbols, seed);
  const exchange = createExchange({ tape, settings: { ...settingsOf(switches), seed, loop: loops, cash: parseMoney(options.cash) } });
  const clock = createMarketClock({ startsAt: exchange.startsAt, speed, wall: () => performance.now() });
  const tls = options.tlsPort === undefined ? undefined : await makeTls(options.tlsPort, host, stateFolder);
  const server = await startExchangeServer({
    exchange,
    clock,
    host,
    port,
    requestsPerMinute,
    skipIdle: !options.keepsNights,
    faultSeed: seed,
    ...streamOptionsOf(switches),
    ...(keys ? { keys } : {}),
    ...(tls ? { tls } : {}),
    ...(stateFolder === undefined ? {} : { stateFolder, stateIdentity: identityOf(tape, options) }),
  });
  const control = await startControlServer({ exchange, clock, server, switches }, controlPort).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  return {
    facts: {
      url: server.url,
      wsUrl: server.wsUrl,
      controlUrl: control.url,
      tlsUrl: server.tlsUrl ?? null,
      certificate: tls?.file ?? null,
      symbols: tape.assets.all.map(({ instrument }) => instrument.symbol),
      marketTime: stampSeconds(clock.now()),
      speed,
      keys: keys ? 'given' : 'any',
      state: stateFolder === undefined ? null : resolve(stateFolder),
      pid: process.pid,
    },
    close: async () => {
      await control.close();
      await server.close();
      if (tls?.isTemporary) rmSync(join(tls.file, '..'), { recursive: true, force: true });
    },
  };
}

/** The certificate is written where clients can be told to trust it; the key stays here. */
async function makeTls(port: number, host: string, stateFolder: string | undefined) {
  const { makeCertificate } = await import('#server/exchange/wire/tls-certificate.ts');
  const certificate = makeCertificate([...new Set(['localhost', '127.0.0.1', host])], Date.now());
  if (stateFolder !== undefined) makeFolder(stateFolder, OWNER_ONLY);
  const file = join(resolve(stateFolder ?? mkdtempSync(join(tmpdir(), 'tradar-exchange-'))), 'exchange-ca.pem');
  writeFileSync(file, certificate.cert);
  return { certificate, port, file, isTemporary: stateFolder === undefined };
}

/** What must be the same for a state to go on. */
function identityOf(tape: Tape, { seed, cash, loops, switches }: ExchangeOptions): string {
  const symbols = tape.assets.all.map(({ instrument }) => instrument.symbol).join(' ');
  const span = `${stampSeconds(tape.firstAt)}..${stampSeconds(tape.lastAt)}`;
  const switched = Object.entries(unusual(switches)).map(([name, value]) => `, ${name}=${value}`);
  return `${symbols} ${span} ${tape.minutes.length} minutes, seed ${seed}, cash ${cash}${loops ? ', looped' : ''}${switched.join('')}`;
}
