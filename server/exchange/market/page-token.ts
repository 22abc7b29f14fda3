/** Page tokens: where a page ended, opaque to the client. */
import { badQuery } from '../refusal.ts';

/** The last item of a page: its symbol, its instant, and how many items of that instant were told before and with it. */
export interface PageEnd {
  readonly symbol: string;
  readonly at: number;
  readonly count: number;
}

export const writeToken = ({ symbol, at, count }: PageEnd): string => btoa(`${symbol}|${at}|${count}`);

export function readToken(text: string): PageEnd {
  const refuse = (): never => badQuery(`invalid page_token: ${text.slice(0, 40)}`);
  let plain: string;
  try {
    plain = atob(text);
  } catch {
    return refuse();
  }
  const [symbol, at, count, ...more] = plain.split('|');
  const isWhole = (value: string | undefined): boolean => value !== undefined && /^\d{1,16}$/.test(value);
  if (symbol === undefined || !isWhole(at) || !isWhole(count) || more.length > 0) return refuse();
  return { symbol, at: Number(at), count: Number(count) };
}
