/** All indicators by name. A new one is a definition and one line here, or in its family's list. */
import { averages } from './catalogue/averages.ts';
import { candlesticks } from './catalogue/candlesticks.ts';
import { charts } from './catalogue/charts.ts';
import { kernels } from './catalogue/kernels.ts';
import { momentum } from './catalogue/momentum.ts';
import { ranges } from './catalogue/ranges.ts';
import { trends } from './catalogue/trends.ts';
import { volumes } from './catalogue/volumes.ts';
import type { Indicator } from './indicator.ts';

const all: readonly Indicator[] = [...kernels, ...averages, ...momentum, ...trends, ...ranges, ...volumes, ...charts, ...candlesticks];

export const indicators: Readonly<Record<string, Indicator>> = Object.fromEntries(all.map((one) => [one.name, one]));

/** Names are taken as they are written elsewhere: "Bollinger-Bands", "STOCH". */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

export const findIndicator = (name: string): Indicator | undefined =>
  all.find((one) => [one.name, ...(one.aliases ?? [])].some((known) => plain(known) === plain(name)));
