/** News: on each trading day of the tape the invented articles appear, about symbols that take turns. */

import { newYorkDay, newYorkInstant } from '../../domain/new-york.ts';
import type { Instant } from '../../domain/time.ts';
import { badQuery } from '../refusal.ts';
import { stampSeconds } from '../stamp.ts';
import type { WriteTime } from '../view/market-view.ts';
import type { World } from '../world.ts';
import { INVENTED_ARTICLES, type InventedArticle } from './invented-news.ts';
import { readToken, writeToken } from './page-token.ts';
import type { NewsQuery } from './requests.ts';

const MAX_LIMIT = 50;
const DAYS_BACK = 400;

export interface Article {
  readonly id: number;
  readonly at: Instant;
  readonly symbols: readonly string[];
  readonly headline: string;
  readonly summary: string;
  readonly content: string;
}

/** The articles that appear within (after, until], oldest first. */
export function articlesBetween(world: World, after: number, until: number): Article[] {
  const found: Article[] = [];
  const last = newYorkDay(until);
  const first = Math.max(newYorkDay(Math.max(after, world.tape.firstAt)), last - DAYS_BACK);
  for (let day = first; day <= last; day++) {
    if (!world.sessions.on(day)) continue;
    INVENTED_ARTICLES.forEach((article, index) => {
      const at = newYorkInstant(day, article.minute);
      if (at > after && at <= until && at >= world.tape.firstAt) found.push(written(world, article, day, index));
    });
  }
  return found;
}

function written(world: World, article: InventedArticle, day: number, index: number): Article {
  const { all } = world.tape.assets;
  const first = (day * INVENTED_ARTICLES.length + index) % all.length;
  const symbols = Array.from({ length: article.symbols }, (_, next) => all[(first + next) % all.length]?.instrument.symbol ?? '');
  const fill = (text: string): string => text.replaceAll('{0}', symbols[0] ?? '').replaceAll('{1}', symbols[1] ?? symbols[0] ?? '');
  return {
    id: day * 100 + index,
    at: newYorkInstant(day, article.minute),
    symbols: [...new Set(symbols)],
    headline: fill(article.headline),
    summary: fill(article.summary),
    content: fill(article.content),
  };
}

export const renderArticle = (article: Article, time: WriteTime = stampSeconds): Record<string, unknown> => ({
  id: article.id,
  headline: article.headline,
  summary: article.summary,
  author: 'Invented Newsdesk',
  created_at: time(article.at),
  updated_at: time(article.at),
  url: `https://news.invalid/${article.id}`,
  content: article.content,
  symbols: article.symbols.map((symbol) => symbol.replace('/', '')),
  source: 'invented',
});

/** The page after the token; the SDKs' default order is the newest first. */
export function getNews(world: World, query: NewsQuery): Record<string, unknown> {
  if (query.limit > MAX_LIMIT) badQuery(`invalid limit: larger than the allowed maximum of ${MAX_LIMIT}`);
  const from = (query.start ?? world.tape.firstAt) - 1;
  const wanted = query.symbols?.map((symbol) => symbol.replace('/', ''));
  const rows = articlesBetween(world, from, Math.min(query.end ?? world.now, world.now)).filter(
    ({ symbols, content }) =>
      (!wanted || symbols.some((symbol) => wanted.includes(symbol.replace('/', '')))) && !(query.excludeContentless && content === ''),
  );
  if (query.direction === 'desc') rows.reverse();
  const token = query.pageToken === undefined ? undefined : readToken(query.pageToken);
  const begin = token ? rows.findIndex(({ id }) => id === token.count) + 1 : 0;
  const page = rows.slice(begin, begin + query.limit);
  const last = page.at(-1);
  const next = last && begin + page.length < rows.length ? writeToken({ symbol: '', at: last.at, count: last.id }) : null;
  const news = page.map((article) => ({ ...renderArticle(article), ...(query.includeContent ? {} : { content: '' }), images: [] }));
  return { news, next_page_token: next };
}
