/** Stretches of time, half open, and sets of them: what of a series was asked for and answered in full. */

/** [from, to) in milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The union, in order, touching ones made one, empty ones left out. */
export function unite(spans: readonly Span[]): Span[] {
  const united: Span[] = [];
  for (const { from, to } of spans.filter((span) => span.from < span.to).sort((a, b) => a.from - b.from)) {
    const last = united.at(-1);
    if (last !== undefined && from <= last.to) united[united.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else united.push({ from, to });
  }
  return united;
}

/** What of `wanted` is in none of the spans. */
export function missing(spans: readonly Span[], wanted: Span): Span[] {
  const holes: Span[] = [];
  let { from } = wanted;
  for (const span of unite(spans)) {
    if (span.to <= from) continue;
    if (span.from >= wanted.to) break;
    if (span.from > from) holes.push({ from, to: span.from });
    from = Math.max(from, span.to);
  }
  if (from < wanted.to) holes.push({ from, to: wanted.to });
  return holes;
}
