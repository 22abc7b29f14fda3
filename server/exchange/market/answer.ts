/** Answers to requests for market data. */
import type { World } from '../world.ts';
import { getCorporateActions } from './corporate-actions.ts';
import { getLatest, getSnapshots } from './latest.ts';
import { conditionsOf, EXCHANGES } from './meta.ts';
import { getNews } from './news.ts';
import type { DataQuery } from './requests.ts';
import { mostActives, movers } from './screener.ts';
import { getSeries } from './series.ts';

export function answerData(world: World, query: DataQuery): unknown {
  switch (query.what) {
    case 'bars':
    case 'trades':
    case 'quotes':
    case 'auctions':
      return getSeries(world, query);
    case 'latest':
      return getLatest(world, query);
    case 'snapshots':
      return getSnapshots(world, query);
    case 'news':
      return getNews(world, query);
    case 'corporateActions':
      return getCorporateActions(world, query);
    case 'conditions':
      return conditionsOf(query.ticks, query.tape);
    case 'exchanges':
      return EXCHANGES;
    case 'mostActives':
      return mostActives(world, query.by, query.top);
    case 'movers':
      return movers(world, query.market, query.top);
    default:
      return query satisfies never;
  }
}
