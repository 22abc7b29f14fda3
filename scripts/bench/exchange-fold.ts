/** The exchange without its wire: a million order events in one fold, and whether the last ones cost more than the first. */
import { instant, MINUTE_MS, plus } from '#server/domain/time.ts';
import { createExchange } from '#server/exchange/exchange.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { type BenchResult, median } from './machine.ts';
import { sessionSeries } from './session-series.ts';

const SYMBOLS = 4;
const EVENTS = 1_000_000;
/** Taken as new, active, filled. */
const EVENTS_AN_ORDER = 3;
const PARTS = 20;
const OPEN = instant(Date.parse('2019-02-11T14:30:00Z'));

export function measureFold(): BenchResult[] {
  const tape = makeTape({ series: Array.from({ length: SYMBOLS }, (_, index) => sessionSeries(index, OPEN)) });
  const exchange = createExchange({ tape, settings: { partialFillChance: 0 } });
  const symbols = tape.assets.all.map(({ instrument }) => instrument.symbol);
  const at = plus(OPEN, MINUTE_MS);
  exchange.advance(at);
  exchange.drain();
  const nanoseconds: number[] = [];
  let orders = 0;
  let events = 0;
  for (let part = 0; part < PARTS; part++) {
    const began = performance.now();
    const before = events;
    while (events < ((part + 1) * EVENTS) / PARTS) {
      const side = Math.floor(orders / SYMBOLS) % 2 === 0 ? 'buy' : 'sell';
      const order = {
        symbol: symbols[orders % SYMBOLS] ?? '',
        qty: '1',
        side,
        type: 'market',
        timeInForce: 'day',
        clientOrderId: `o-${orders}`,
      };
      exchange.handle({ kind: 'submitOrder', order }, at);
      events += exchange.drain().length;
      orders += 1;
    }
    nanoseconds.push(((performance.now() - began) * 1e6) / (events - before));
  }
  if (events !== orders * EVENTS_AN_ORDER) throw new Error(`${orders} orders made ${events} events`);
  const early = median(nanoseconds.slice(1, 1 + PARTS / 4));
  const late = median(nanoseconds.slice(-PARTS / 4));
  const seconds = (nanoseconds.reduce((sum, one) => sum + one, 0) / PARTS) * EVENTS * 1e-9;
  return [
    { what: 'foldMillionOrderEvents', value: Number(seconds.toFixed(2)), unit: 's' },
    { what: 'foldLateOrderEvent', value: Math.round(late), unit: 'ns', versus: 'the first ones', ratio: late / early },
  ];
}
