/** What a list's input asks of the records. */
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { PageRequest } from '#server/runtime/records.ts';

interface ListInput {
  readonly limit: number;
  readonly cursor?: string | null | undefined;
  readonly symbol?: string | undefined;
}

export const recordsRequest = ({ limit, cursor, symbol }: ListInput): PageRequest => ({
  limit,
  cursor: cursor == null ? undefined : Number(cursor),
  symbol: symbol as AssetSymbol | undefined,
});
