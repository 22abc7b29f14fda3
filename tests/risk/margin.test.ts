/** The broker's table of maintenance margins, row by row. */
import { expect, test } from 'vitest';
import { maintenanceOf } from '#server/risk/margin.ts';

test.each([
  [0.5, 1000],
  [2.49, 1000],
  [2.5, 500],
  [6, 500],
  [6.01, 300],
  [100, 300],
])('1,000 dollars of shares at $%f take %f', (price, dollars) => {
  expect(maintenanceOf(1000, 0, price)).toBe(dollars);
});

test.each([
  // Two and a half dollars a share: 1,000 dollars are 1,000 shares, and so on.
  [1, 2500],
  [2, 1250],
  [2.5, 1000],
  [4, 1000],
  [5, 1000],
  // Five dollars a share.
  [10, 500],
  [16, 312.5],
  [20, 300],
])('1,000 dollars sold short at $%f take %f', (price, dollars) => {
  expect(maintenanceOf(0, -1000, price)).toBe(dollars);
});

test('regression: of what can become long or short the dearer counts, also where that is the smaller', () => {
  // At ten dollars 1,000 long take 300, and 900 short 450.
  expect(maintenanceOf(1000, -900, 10)).toBe(450);
  expect(maintenanceOf(1000, -500, 10)).toBe(300);
  expect(maintenanceOf(1000, 400, 10)).toBe(300);
  expect(maintenanceOf(-400, -1000, 10)).toBe(500);
  expect(maintenanceOf(0, 0, 10)).toBe(0);
});

test('without a price all that it cost is taken', () => {
  expect(maintenanceOf(1000, 0, Number.NaN)).toBe(1000);
  expect(maintenanceOf(0, -1000, Number.NaN)).toBe(1000);
  expect(maintenanceOf(200, -300, Number.NaN)).toBe(300);
});
