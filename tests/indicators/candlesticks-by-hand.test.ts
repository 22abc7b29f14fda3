/** Candlestick patterns at their very bounds: bars that just show one, and bars that just do not. */
import { expect, test } from 'vitest';
import type { Instant } from '#server/domain/time.ts';
import { findIndicator } from '#server/indicators/registry.ts';
import type { Candle } from '#server/indicators/usable.ts';

type Shape = readonly [open: number, high: number, low: number, close: number];

const bar = ([open, high, low, close]: Shape): Candle => ({ startsAt: 0 as Instant, open, high, low, close, volume: 1 });

const indicator = findIndicator('candlestick')!;
const shown = (...shapes: readonly Shape[]): string[] => {
  const work = indicator.make({});
  // Bars before the pattern that are none themselves.
  const calm: Shape[] = Array.from({ length: 3 - shapes.length }, () => [50, 55, 45, 53]);
  const answer = [...calm, ...shapes].map((shape) => [...work.next(bar(shape))]).at(-1)!;
  return indicator.outputs.filter((_, nth) => answer[nth] === 1);
};

const riseOf10: Shape = [40, 52, 39, 50];
const fallOf10: Shape = [50, 51, 38, 40];
const cases: readonly (readonly [name: string, isShown: readonly Shape[], isNot: readonly (readonly Shape[])[]])[] = [
  ['doji', [[50, 55, 45, 51]], [[[50, 55, 45, 51.01]]]],
  ['bullishMarubozu', [[40, 60, 40, 59]], [[[40, 60, 40, 58.9]], [[59, 60, 40, 40]], [[50, 50, 50, 50]]]],
  ['bearishMarubozu', [[59, 60, 40, 40]], [[[58.9, 60, 40, 40]], [[40, 60, 40, 59]], [[50, 50, 50, 50]]]],
  ['hammer', [[54, 56, 46, 55]], [[[54, 57, 46, 55]], [[52, 56, 46, 55.1]], [[55, 56, 46, 55]]]],
  ['shootingStar', [[46, 55, 44, 45]], [[[46, 55, 43, 45]], [[48.5, 55, 44, 45]], [[45, 55, 44, 45]]]],
  [
    'bullishEngulfing',
    [fallOf10, [40, 56, 39, 50.5]],
    [
      [fallOf10, [40, 56, 39, 50]],
      [fallOf10, [40.5, 56, 39, 52]],
      [riseOf10, [40, 56, 39, 51]],
    ],
  ],
  [
    'bearishEngulfing',
    [riseOf10, [50, 51, 36, 39.5]],
    [
      [riseOf10, [50, 51, 36, 40]],
      [riseOf10, [49.5, 51, 36, 38]],
      [fallOf10, [50, 51, 36, 39]],
    ],
  ],
  [
    'bullishHarami',
    [
      [50, 51, 39, 40],
      [41, 50, 40, 45],
    ],
    [
      [
        [50, 57, 39, 40],
        [41, 50, 40, 45],
      ],
      [
        [50, 51, 39, 40],
        [41, 52, 40, 50.5],
      ],
    ],
  ],
  [
    'bearishHarami',
    [
      [40, 51, 39, 50],
      [49, 50, 40, 45],
    ],
    [
      [
        [40, 57, 39, 50],
        [49, 50, 40, 45],
      ],
      [
        [40, 51, 39, 50],
        [49, 50, 38, 39.5],
      ],
    ],
  ],
  [
    'piercingLine',
    [fallOf10, [37, 47, 36, 46]],
    [
      [fallOf10, [38, 47, 36, 46]],
      [fallOf10, [37, 47, 36, 45]],
      [fallOf10, [37, 51, 36, 50]],
    ],
  ],
  [
    'darkCloudCover',
    [riseOf10, [53, 54, 43, 44]],
    [
      [riseOf10, [52, 54, 43, 44]],
      [riseOf10, [53, 54, 43, 45]],
      [riseOf10, [53, 54, 39, 40]],
    ],
  ],
  [
    'morningStar',
    [fallOf10, [36, 40, 33, 39], [40, 50, 39, 46]],
    [
      [fallOf10, [36, 41, 33, 39.5], [40, 50, 39, 46]],
      [fallOf10, [36, 40, 33, 39], [40, 50, 39, 45]],
      [fallOf10, [39, 42, 36, 40], [40, 50, 39, 46]],
      [riseOf10, [36, 40, 33, 39], [40, 50, 39, 46]],
    ],
  ],
  [
    'eveningStar',
    [riseOf10, [54, 57, 50, 51], [50, 51, 40, 44]],
    [
      [riseOf10, [54, 57, 50, 50.5], [50, 51, 40, 44]],
      [riseOf10, [54, 57, 50, 51], [50, 51, 40, 45]],
      [riseOf10, [51, 54, 48, 50], [50, 51, 40, 44]],
      [fallOf10, [54, 57, 50, 51], [50, 51, 40, 44]],
    ],
  ],
  [
    'threeWhiteSoldiers',
    [
      [40, 50, 40, 46],
      [45, 55, 45, 51],
      [50, 60, 50, 56],
    ],
    [
      [
        [40, 50, 40, 46],
        [45, 55, 45, 51],
        [50, 60, 50, 55.9],
      ],
      [
        [40, 50, 40, 46],
        [40, 50, 40, 46],
        [50, 60, 50, 56],
      ],
      [
        [40, 50, 40, 46],
        [45, 55, 45, 51],
        [45, 55, 45, 51],
      ],
    ],
  ],
  [
    'threeBlackCrows',
    [
      [60, 60, 50, 54],
      [55, 55, 45, 49],
      [50, 50, 40, 44],
    ],
    [
      [
        [60, 60, 50, 54],
        [55, 55, 45, 49],
        [50, 50, 40, 44.1],
      ],
      [
        [60, 60, 50, 54],
        [60, 60, 50, 54],
        [50, 50, 40, 44],
      ],
      [
        [60, 60, 50, 54],
        [55, 55, 45, 49],
        [55, 55, 45, 49],
      ],
    ],
  ],
];

test('every pattern has a case here', () => expect(cases.map(([name]) => name)).toEqual(indicator.outputs));

test.each(cases)('%s', (name, isShown, isNot) => {
  expect(shown(...isShown)).toContain(name);
  for (const shapes of isNot) expect(shown(...shapes), JSON.stringify(shapes)).not.toContain(name);
});
