/** Figures for people: shares as percent, dollars with commas. Programs get the numbers themselves. */
import type { Figure, Unit } from './definition.ts';

/** What is not defined. */
const NOTHING = '–';

export function formatFigure(value: Figure, unit: Unit): string {
  if (value === null) return NOTHING;
  if (unit === 'fraction') return `${plain(value * 100, 2)} %`;
  if (unit === 'dollars') return plain(value, 2);
  if (unit === 'count') return plain(value, 0);
  if (unit === 'days' || unit === 'years') return `${plain(value, 1)} ${unit}`;
  return Math.abs(value) < 0.01 && value !== 0 ? value.toPrecision(3) : plain(value, 3);
}

/** Fixed decimals with commas for thousands; very large and very small numbers by their power of ten. */
export function plain(value: number, decimals: number): string {
  if (Math.abs(value) >= 1e15) return value.toExponential(3);
  const text = value.toFixed(decimals);
  const [whole = '', fraction] = (Number(text) === 0 ? text.replace('-', '') : text).split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
