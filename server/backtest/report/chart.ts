/** Curves as inline SVG that stretches to its room, with the labels beside it in HTML so that they stay readable on a phone. */
import { DAY_MS } from '#server/domain/time.ts';
import { stampSeconds } from '#server/exchange/stamp.ts';
import { formatFigure } from '../metrics/format.ts';
import { type Bucket, buckets } from './buckets.ts';
import { type Html, html, joined, jsonData, NOTHING } from './html.ts';
import { HEIGHT, type Scale, scaleOf, scaleWithZero, type Tick, valueTicks, WIDTH, xOf, yOf } from './scale.ts';

/** Of what the values are. */
export type Format = 'fraction' | 'dollars' | 'number';

export interface Curve {
  readonly id: string;
  readonly title: string;
  /** Below the title, in words. */
  readonly note: string;
  readonly values: ArrayLike<number>;
  /** Of each value: milliseconds since the epoch. */
  readonly timestamp: ArrayLike<number>;
  readonly format: Format;
  /** An area between the line and zero, and zero in the picture. */
  readonly fromZero: boolean;
  readonly tone: 'accent' | 'bad';
}

export function curveChart(curve: Curve): Html {
  const parts = buckets(curve.values);
  if (parts.length === 0) return NOTHING;
  const [low, high] = [Math.min(...parts.map((one) => one.low)), Math.max(...parts.map((one) => one.high))];
  const scale = curve.fromZero ? scaleWithZero(low, high) : scaleOf(low, high);
  const count = curve.values.length;
  const line = linePath(parts, scale, count);
  const [first, last] = [parts[0] as Bucket, parts.at(-1) as Bucket];
  const zero = yOf(scale, 0);
  const said = (value: number): string => formatFigure(value, curve.format);
  const area = curve.fromZero
    ? html`<path class="area" d="${line}L${xOf(last.to, count)} ${zero}L${xOf(first.from, count)} ${zero}Z"/>`
    : NOTHING;
  return chartFrame({
    ...curve,
    label: `${curve.title}, at the end ${said(last.last)}; lowest ${said(low)}, highest ${said(high)}`,
    picture: html`${area}<path class="line" d="${line}"/>`,
    ticks: valueTicks(scale, curve.format),
    times: timeTicks(curve.timestamp),
    data: readout(curve, parts, scale),
  });
}

/** Through the lowest and highest point of each bucket, in their order. */
function linePath(parts: readonly Bucket[], scale: Scale, count: number): string {
  const points = parts.flatMap(({ from, to, low, high, last, isLowFirst }) => {
    if (from === to) return [`${xOf(to, count)} ${yOf(scale, last)}`];
    const [one, other] = isLowFirst ? [low, high] : [high, low];
    return [`${xOf(from, count)} ${yOf(scale, one)}`, `${xOf(to, count)} ${yOf(scale, other)}`];
  });
  return `M${points.join('L')}`;
}

/** What the script shows for the place that is pointed at: share of the width, share of the height, stamp, last, low, high. */
function readout({ timestamp, format, values }: Curve, parts: readonly Bucket[], scale: Scale): Html {
  const short = (value: number): number => Number(value.toPrecision(8));
  const columns = {
    format,
    x: parts.map(({ to }) => Number(xOf(to, values.length)) / WIDTH),
    y: parts.map(({ last }) => Number(yOf(scale, last)) / HEIGHT),
    at: parts.map(({ to }) => timestamp[to]),
    last: parts.map(({ last }) => short(last)),
    low: parts.map(({ low }) => short(low)),
    high: parts.map(({ high }) => short(high)),
  };
  return html`<script type="application/json">${jsonData(columns)}</script>`;
}

const PLACES = [0, 0.25, 0.5, 0.75, 1];

/** Five stamps at even steps; dates, or times of day when it is all within two days. */
export function timeTicks(timestamp: ArrayLike<number>): Tick[] {
  const last = timestamp.length - 1;
  if (last < 0) return [];
  const span = (timestamp[last] as number) - (timestamp[0] as number);
  const cut: readonly [number, number] = span > 2 * DAY_MS ? [0, 10] : [11, 16];
  const places = last === 0 ? [0.5] : PLACES;
  return places.map((at) => {
    const index = Math.round(last * at);
    return { value: index, at, text: stampSeconds(timestamp[index] as number).slice(...cut) };
  });
}

export interface Frame {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** For who can not see it. */
  readonly label: string;
  readonly tone: 'accent' | 'bad';
  readonly picture: Html;
  readonly ticks: readonly Tick[];
  readonly times: readonly Tick[];
  /** For the script, or nothing. */
  readonly data: Html;
}

const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`;

export function chartFrame({ id, title, note, label, tone, picture, ticks, times, data }: Frame): Html {
  const lines = ticks.map(({ at }) => html`<path class="grid" d="M0 ${Math.round(at * HEIGHT)}H${WIDTH}"/>`);
  const zero = ticks
    .filter(({ value }) => value === 0)
    .map(({ at }) => html`<path class="zero" d="M0 ${Math.round(at * HEIGHT)}H${WIDTH}"/>`);
  return html`<figure class="chart ${tone}" id="${id}">
<figcaption><h2>${title}</h2><p>${note}</p></figcaption>
<div class="plot"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">
${joined([...lines, ...zero])}${picture}</svg>
${joined(ticks.map(({ at, text }) => html`<span class="y" style="top:${percent(at)}">${text}</span>`))}${data}</div>
<div class="times">${joined(times.map(({ at, text }) => html`<span style="left:${percent(at)}">${text}</span>`))}</div>
</figure>`;
}
