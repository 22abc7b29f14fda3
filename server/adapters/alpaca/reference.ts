/** What can be traded and when: the plan's instruments and the broker's calendar, told at the start and on each new day. */

import { z } from 'zod';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Instrument } from '#server/domain/instrument.ts';
import type { Session } from '#server/domain/session.ts';
import { DAY_MS } from '#server/domain/time.ts';
import type { Clock, Log, Tell } from '#server/runtime/ports.ts';
import type { AlpacaClient } from './client.ts';
import { Asset, CalendarDay } from './market-schema.ts';
import { newYorkDate, newYorkInstant } from './new-york-time.ts';
import { createReader, type Reader } from './schema.ts';

export interface ReferenceOptions {
  readonly client: AlpacaClient;
  readonly tell: Tell;
  readonly clock: Clock;
  readonly log: Log;
  readonly symbols: readonly AssetSymbol[];
  /** How far back bars are asked for, whose sessions must be known. */
  readonly reachMs?: number;
  /** Wall milliseconds between looks at the date. */
  readonly lookEveryMs?: number;
}

export interface Reference {
  /** Fetches and tells; rejects, naming the symbol and the remedy, when the plan can not be traded as it stands. */
  start(): Promise<void>;
  stop(): void;
  /** As last told. */
  sessions(): readonly Session[];
}

/** As far as missed bars are looked for, and a long weekend more. */
const DAYS_BACK = 42;
const DAYS_AHEAD = 30;
const LOOK_EVERY_MS = 15_000;

export async function fetchInstrument(client: AlpacaClient, reader: Reader, symbol: AssetSymbol): Promise<Instrument> {
  const answer = await client.read('ask', (alpaca) => alpaca.trading.assets.getV2AssetsSymbolOrAssetIdRaw({ symbolOrAssetId: symbol }));
  if (answer.kind === 'refused' && answer.status === 404) {
    throw new Error(`${symbol} is not an asset of ${client.origins.trading}; correct or remove it in the plan's symbols`);
  }
  if (answer.kind !== 'ok') throw new Error(`${client.origins.trading} did not say what ${symbol} is: ${answer.text}`);
  const instrument = reader.read('asset', Asset, answer.body);
  if (instrument === undefined) throw new Error(`what ${client.origins.trading} says of ${symbol} can not be read`);
  // "BTCUSD" is found too, but bars and orders come under the name with the slash.
  if (instrument.symbol !== symbol) throw new Error(`${symbol} is called ${instrument.symbol}; write it so in the plan's symbols`);
  return instrument;
}

export async function fetchSessions(
  { client, clock, reachMs = 0 }: Pick<ReferenceOptions, 'client' | 'clock' | 'reachMs'>,
  reader: Reader,
): Promise<Session[]> {
  const start = new Date(clock.now() - Math.max(reachMs, DAYS_BACK * DAY_MS));
  const end = new Date(clock.now() + DAYS_AHEAD * DAY_MS);
  const answer = await client.read('ask', (alpaca) => alpaca.trading.calendar.legacyCalendarRaw({ start, end }));
  if (answer.kind !== 'ok') throw new Error(`${client.origins.trading} did not give its calendar: ${answer.text}`);
  const days = reader.read('calendar', z.array(CalendarDay), answer.body);
  if (days === undefined) throw new Error(`the calendar of ${client.origins.trading} can not be read`);
  const sessions = days.map(({ date, open, close }) => ({
    date,
    opensAt: newYorkInstant(date, open),
    closesAt: newYorkInstant(date, close),
  }));
  return sessions.sort((a, b) => a.opensAt - b.opensAt);
}

export function createReference(options: ReferenceOptions): Reference {
  const { client, tell, clock, log, symbols } = options;
  const reader = createReader(log);
  let sessions: readonly Session[] = [];
  let fetchedOn = '';
  let timer: NodeJS.Timeout | undefined;

  const fetchAll = async (): Promise<readonly Instrument[]> => {
    const instruments = await Promise.all(symbols.map((symbol) => fetchInstrument(client, reader, symbol)));
    sessions = await fetchSessions(options, reader);
    fetchedOn = newYorkDate(clock.now());
    return instruments;
  };
  const publish = (instruments: readonly Instrument[]): void => {
    tell({ kind: 'instruments', instruments });
    tell({ kind: 'calendar', sessions });
  };
  const look = async (): Promise<void> => {
    try {
      // What stopped being tradable is told as such; the risk rules refuse it.
      if (newYorkDate(clock.now()) !== fetchedOn) publish(await fetchAll());
    } catch (error) {
      log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'instruments and calendar were not refreshed');
    }
    if (timer !== undefined) schedule();
  };
  const schedule = (): void => {
    timer = setTimeout(() => void look(), options.lookEveryMs ?? LOOK_EVERY_MS).unref();
  };
  return {
    start: async () => {
      const instruments = await fetchAll();
      const idle = instruments.filter(({ tradable }) => !tradable).map(({ symbol }) => symbol);
      if (idle.length > 0) {
        throw new Error(`${idle.join(', ')} can not be traded at ${client.origins.trading} now; remove it from the plan's symbols`);
      }
      publish(instruments);
      schedule();
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
    },
    sessions: () => sessions,
  };
}
