/** The volatility that sizing goes by: a series worked out by hand, bars that can not be used, and a memory that goes on. */
import { expect, test } from 'vitest';
import { EwmaVolatility } from '#server/indicators/ewma-volatility.ts';
import { bar } from '#tests/support/builders.ts';

const closes = (...prices: number[]) => prices.map((price, nth) => bar(nth, price));
const E = Math.E;

test('seeded with the mean of the first squared returns, then decaying', () => {
  const measure = new EwmaVolatility(2, 0.94);
  // Logarithmic returns: 0.1, −0.2, 0.3, 0.
  const prices = [100, 100 * E ** 0.1, 100 * E ** -0.1, 100 * E ** 0.2, 100 * E ** 0.2];
  const answers = closes(...prices).map((one) => measure.next(one));
  expect(answers.slice(0, 2)).toEqual([Number.NaN, Number.NaN]);
  expect(answers[2]).toBeCloseTo(Math.sqrt((0.01 + 0.04) / 2), 12);
  const third = 0.94 * 0.025 + 0.06 * 0.09;
  expect(answers[3]).toBeCloseTo(Math.sqrt(third), 12);
  expect(answers[4]).toBeCloseTo(Math.sqrt(0.94 * third), 12);
});

test('a bar that can not be used changes nothing, and is no return of zero', () => {
  const [whole, holed] = [new EwmaVolatility(2, 0.94), new EwmaVolatility(2, 0.94)];
  const prices = [100, 103, 101, 99, 104];
  for (const one of closes(...prices)) whole.next(one);
  for (const one of closes(...prices)) {
    expect(holed.next({ ...one, close: Number.NaN })).toBeNaN();
    expect(holed.next({ ...one, close: 0 })).toBeNaN();
    holed.next(one);
  }
  expect(holed.save()).toEqual(whole.save());
});

test('from its memory it goes on with the same values', () => {
  const prices = closes(100, 103, 101, 99, 104, 102);
  const whole = new EwmaVolatility(3, 0.9);
  const expected = prices.map((one) => whole.next(one));
  for (let cut = 0; cut < prices.length; cut++) {
    const before = new EwmaVolatility(3, 0.9);
    for (const one of prices.slice(0, cut)) before.next(one);
    const after = new EwmaVolatility(3, 0.9);
    after.load(JSON.parse(JSON.stringify(before.save())));
    expect(prices.slice(cut).map((one) => after.next(one))).toEqual(expected.slice(cut));
  }
});
