/** Laws that hold in every session: money and coins are conserved, runs repeat, a restored exchange goes on as if nothing had been. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feeOf } from '#server/domain/fees.ts';
import { notional, type Price, parseFixed, parseMoney, type Quantity } from '#server/domain/money.ts';
import type { OutgoingEvent } from '#server/exchange/events.ts';
import { createExchange } from '#server/exchange/exchange.ts';
import type { Tape } from '#server/exchange/tape.ts';
import type { Wire } from './harness.ts';
import { anySession, anyTape, playSession } from './random-session.ts';

const RUNS = Number(process.env['FC_RUNS'] ?? 200);
const settings = (seed: number) => ({
  seed,
  partialFillChance: 0.4,
  publishTicks: false,
  multiplier: 2 as const,
  cryptoMakerBasisPoints: 25,
});
const text = (events: readonly OutgoingEvent[]): string =>
  JSON.stringify(events, (_key, value) => (typeof value === 'bigint' ? `${value}n` : value));

const session = { tape: anyTape, steps: anySession, seed: fc.nat({ max: 1_000 }) };
const check = (name: string, law: (tape: Tape, steps: Parameters<typeof playSession>[1], seed: number) => void): void => {
  it(name, { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.record(session), ({ tape, steps, seed }) => law(tape, steps, seed)),
      { numRuns: RUNS },
    );
  });
};

describe('in every session', () => {
  check(
    'cash is what was there, less purchases, plus sales, less fees, to the billionth; holdings are the fills less their fees',
    (tape, steps, seed) => {
      const exchange = createExchange({ tape, settings: settings(seed) });
      playSession(exchange, steps);
      let cash: bigint = parseMoney('100000');
      const held = new Map<string, bigint>();
      let fills = 0;
      for (const event of exchange.drain()) {
        if (event.kind !== 'tradeUpdate' || !event.execution) continue;
        fills += 1;
        const { price, quantity, positionQuantity } = event.execution;
        const { side, symbol, assetClass } = event.order;
        const fee = feeOf({ cryptoTakerBasisPoints: 25 }, assetClass, { side, quantity, price });
        cash += side === 'buy' ? -notional(price, quantity) : notional(price, quantity) - fee.cash;
        held.set(symbol, (held.get(symbol) ?? 0n) + (side === 'buy' ? quantity - fee.quantity : -quantity));
        expect(held.get(symbol)).toBe(positionQuantity);
      }
      const read = (request: Parameters<typeof exchange.handle>[0]): Wire => exchange.handle(request, exchange.now()).json();
      expect(parseFixed(read({ kind: 'getAccount' }).cash)).toBe(cash);
      const positions = new Map<string, bigint>(read({ kind: 'listPositions' }).map((p: Wire) => [p.symbol, parseFixed(p.qty)]));
      for (const [symbol, quantity] of held) expect(positions.get(symbol.replace('/', '')) ?? 0n).toBe(quantity);
      const activities = read({ kind: 'listActivities', filter: { direction: 'asc', pageSize: 1_000_000 } });
      expect(activities.length).toBe(fills);
    },
  );

  check('the same tape, seed and requests give the same words, byte for byte, however time is cut up', (tape, steps, seed) => {
    const run = (fine: boolean): string => {
      const exchange = createExchange({ tape, settings: settings(seed) });
      const said = playSession(exchange, steps, () => {
        if (fine) for (let ms = 1; ms <= 3; ms++) exchange.advance(exchange.now());
      });
      return `${said.join('\n')}\n${text(exchange.drain())}\n${exchange.snapshot()}`;
    };
    expect(run(true)).toBe(run(false));
  });

  check('an exchange restored from a snapshot goes on as the one it was taken from', (tape, steps, seed) => {
    const whole = createExchange({ tape, settings: settings(seed) });
    const cut = Math.floor(steps.length / 2);
    const middle: string[] = [];
    const all = playSession(whole, steps, (index) => {
      if (index === cut) {
        whole.drain();
        middle.push(whole.snapshot());
      }
    });
    const restored = createExchange({ tape, settings: settings(seed) });
    restored.restore(middle[0] ?? '');
    expect(restored.snapshot()).toBe(middle[0]);
    const rest = playSession(restored, steps.slice(cut + 1));
    expect(all.slice(all.length - rest.length)).toEqual(rest);
    expect(restored.snapshot()).toBe(whole.snapshot());
    expect(text(restored.drain())).toBe(text(whole.drain()));
  });

  check('no one holds coins they do not have, nor more stock orders than stock', (tape, steps, seed) => {
    const exchange = createExchange({ tape, settings: settings(seed) });
    playSession(exchange, steps, () => {
      const read = (request: Parameters<typeof exchange.handle>[0]): Wire => exchange.handle(request, exchange.now()).json();
      for (const position of read({ kind: 'listPositions' })) {
        const quantity = parseFixed(position.qty);
        const available = parseFixed(position.qty_available);
        if (position.asset_class === 'crypto') expect(quantity > 0n).toBe(true);
        expect(quantity > 0n ? available >= 0n && available <= quantity : available <= 0n && available >= quantity).toBe(true);
      }
    });
  });

  check('a purchase is let in only when its cost is within the buying power', (tape, steps, seed) => {
    const exchange = createExchange({ tape, settings: settings(seed) });
    let power = 0n;
    let cashPower = 0n;
    const read = (): void => {
      const account: Wire = exchange.handle({ kind: 'getAccount' }, exchange.now()).json();
      power = parseFixed(account.buying_power);
      cashPower = parseFixed(account.non_marginable_buying_power);
    };
    for (const step of steps) {
      read();
      const before = exchange.now();
      exchange.drain();
      playSession(exchange, [step]);
      if (step.kind !== 'ask' || step.request.kind !== 'submitOrder' || before !== exchange.now()) continue;
      const entry = exchange.drain().find((event) => event.kind === 'tradeUpdate');
      if (entry?.kind !== 'tradeUpdate' || entry.order.reservePrice === 0n) continue;
      const { order } = entry;
      const cost = order.notional ?? notional(order.reservePrice as Price, (order.quantity ?? 0n) as Quantity);
      expect(cost <= (order.assetClass === 'crypto' ? cashPower : power)).toBe(true);
    }
  });
});
