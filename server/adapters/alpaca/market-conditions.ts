/** What the stock stream says of the market's own brakes: halts and their ends, and the prices between which a symbol may trade. */
import type { Tell } from '#server/runtime/ports.ts';
import { bandOf, statusOf } from './market-schema.ts';
import type { CryptoStream, StockStream } from './sdk.ts';
import type { Link } from './stream-supervisor.ts';

/** Of one connection: what it told before is no news, what another one did may have been replaced since. */
export function hearConditions(stream: StockStream | CryptoStream, link: Link, symbols: ReadonlySet<string>, tell: Tell): void {
  const told = new Map<string, string>();
  const onStatus = (raw: unknown): void => {
    const status = statusOf(raw);
    if (status !== undefined && symbols.has(status.symbol)) tell({ kind: 'tradingStatus', ...status });
  };
  const onBand = (raw: unknown): void => {
    const band = bandOf(raw);
    if (band === undefined || !symbols.has(band.symbol)) return;
    const limits = `${band.down} ${band.up}`;
    if (told.get(band.symbol) === limits) return;
    told.set(band.symbol, limits);
    tell({ kind: 'priceBand', ...band });
  };
  stream.onStatus((raw) => link.guard(() => onStatus(raw)));
  stream.onLuld((raw) => link.guard(() => onBand(raw)));
  stream.subscribeForStatuses([...symbols]);
  stream.subscribeForLulds([...symbols]);
}
