/** What the exchange sends has the keys, types and null habits of payloads that Alpaca and its SDKs have published. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { parseMoney } from '#server/domain/money.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { renderTradeUpdate } from '#server/exchange/view/order-view.ts';
import { at, flat, type Harness, harness, limit, market, series, type Wire } from '#tests/exchange/harness.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/captures');
const isThere = existsSync(join(FOLDER, 'order.json'));
const REASON = `../shared/captures is not beside this checkout: payloads are NOT compared with Alpaca's`;
if (!isThere) console.warn(REASON);

interface Capture {
  readonly source: string;
  readonly provenance: string;
  readonly payload: Wire;
}

/** Of a portfolio history only SDK authors have published one. */
const ALSO_FROM_TESTS = new Set(['portfolio_history']);

const load = (name: string): Capture[] =>
  JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')).filter(
    ({ provenance }: Capture) => ALSO_FROM_TESTS.has(name) || /official|copy-of-official/.test(provenance),
  );

/** Broker-API, local-currency, options and legacy (removed 2026-07) fields are not Alpaca's trading API of today. */
const OUT_OF_SCOPE: Readonly<Record<string, RegExp>> = {
  account:
    /^(cash_(withdrawable|transferable)|previous_close|last_(long|short|cash|initial|regt|daytrading|buying|daytrade)\w*|clearing_broker|memoposts|daytrad\w*|pattern_day_trader|usd|swap\w*|balance_asof|.*_day_trad.*|tax_.*|cash_interest|crypto_tier|account_type|trading_type|trusted_contact|.*_at)$/,
  order: /^(commission\w*|swap\w*|usd|qty_display|leverage|settle_date|expiration|ratio_qty)$/,
  position: /^(usd|swap_rate|avg_entry_swap_rate|prev_swap_rate)$/,
  asset:
    /^(last_close_pct_change|last_price|last_close|cusip|min_order_size|min_trade_increment|price_increment|maintenance_margin_requirement)$/,
  clock: /^$/,
  account_configuration: /^(dtbp_check|pdt_check|closing_transactions_only)$/,
  activity:
    /^(account_id|execution_id|swap_rate|settle_date|activity_sub_type|group_id|created_at|date|net_amount|description|status|per_share_amount|cusip|currency)$/,
  calendar_day: /^(exchange|name|status)$/,
  portfolio_history: /^$/,
  watchlist: /^$/,
  // Broker-API fields, and those that other kinds of non-trade activities have.
  non_trade: /^(account_id|cusip|qty|symbol|price|per_share_amount|group_id)$/,
  // Multi-leg orders only.
  trade_update: /^(legs|position_qtys)$/,
};

/** "null" fits anything: a value that is sometimes absent is sent as null. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function compare(name: string, ours: Record<string, unknown>, theirs: Record<string, unknown>): string[] {
  const faults: string[] = [];
  for (const [key, value] of Object.entries(theirs)) {
    if (OUT_OF_SCOPE[name]?.test(key)) continue;
    if (!(key in ours)) faults.push(`${key} is missing`);
    else {
      // Some documents print decimals without quotes; the API's schema and every recording have them as strings.
      const isDecimal = typeof ours[key] === 'string' && typeof value === 'number' && /^-?\d+(\.\d+)?$/.test(ours[key]);
      const [mine, other] = [kindOf(ours[key]), isDecimal ? 'string' : kindOf(value)];
      if (mine !== other && mine !== 'null' && other !== 'null') faults.push(`${key} is a ${mine}, captured as ${other}`);
    }
  }
  return faults;
}

function sample(): { h: Harness; made: Record<string, Record<string, unknown>> } {
  const h = harness([series('AAPL', flat(100, 390)), series('BTC/USD', flat(5_000, 390))]);
  const order = h.submit(market('AAPL', 'buy', '10'), at(1)).body;
  const made = {
    account: h.account(),
    order: h.order(order.id),
    position: h.position('AAPL'),
    asset: h.ask({ kind: 'getAsset', symbol: 'AAPL' }).body,
    clock: h.ask({ kind: 'getClock' }).body,
    account_configuration: h.ask({ kind: 'getConfigurations' }).body,
    activity: h.ask({ kind: 'listActivities', filter: { direction: 'asc', pageSize: 1 } }).body[0],
    calendar_day: h.ask({ kind: 'getCalendar' }).body[0],
    portfolio_history: h.ask({ kind: 'getPortfolioHistory', query: { reporting: 'market_hours', profitReset: 'per_day' } }).body,
    watchlist: h.ask({ kind: 'createWatchlist', content: { name: 'list', symbols: ['AAPL'] } }).body,
  };
  return { h, made };
}

/** Options, multi-leg orders and activities other than fills have other keys. */
const isComparable = (name: string, payload: Wire): boolean => {
  if (name === 'order') return payload.asset_class === 'us_equity' && payload.order_class !== 'mleg' && payload.id !== undefined;
  if (name === 'activity') return payload.activity_type === 'FILL' && payload.order_id !== undefined;
  if (name === 'asset') return payload.class === 'us_equity';
  return true;
};

describe.runIf(isThere)('captured payloads', () => {
  const { h, made } = sample();

  it.each(Object.keys(made))('%s has every key, in the same type', (name) => {
    const captures = load(name).filter(({ payload }) => isComparable(name, payload));
    expect(captures.length).toBeGreaterThan(0);
    const faults = new Map<string, string>();
    for (const { payload, source } of captures) for (const fault of compare(name, made[name] ?? {}, payload)) faults.set(fault, source);
    expect(Object.fromEntries(faults)).toEqual({});
  });

  it('fees and dividends have every key', () => {
    const day = 24 * 60;
    const dividend = {
      kind: 'cashDividend' as const,
      symbol: 'AAPL' as AssetSymbol,
      exDate: '2019-02-12',
      payableAfterDays: 0,
      rate: parseMoney('0.5'),
    };
    const tape = makeTape({
      series: [series('AAPL', flat(100, day + 30)), series('ETH/USD', flat(2_000, 2 * day))],
      corporateActions: [dividend],
    });
    const days = harness(tape);
    days.submit(market('AAPL', 'buy', '10'), at(1));
    days.submit(market('ETH/USD', 'buy', '1'));
    days.exchange.advance(at(day));
    const ours: Wire[] = days.ask({
      kind: 'listActivities',
      filter: { direction: 'asc', pageSize: 9, category: 'non_trade_activity' },
    }).body;
    const faults = new Set<string>();
    for (const type of ['CFEE', 'DIV']) {
      const mine = ours.find((entry) => entry.activity_type === type);
      const theirs = load('activity').filter(({ payload }) => payload.activity_type === type);
      expect(theirs.length).toBeGreaterThan(0);
      for (const { payload } of theirs) for (const fault of compare('non_trade', mine, payload)) faults.add(`${type}: ${fault}`);
    }
    expect([...faults]).toEqual([]);
  });

  it('trade updates have every key of the official frames', () => {
    h.submit(limit('AAPL', 'sell', '5', '101'));
    const updates = h.updates().map(renderTradeUpdate);
    const frames = load('stream_trade_updates').map(({ payload }) => payload.data);
    expect(frames.length).toBeGreaterThan(0);
    const faults = new Set<string>();
    for (const frame of frames) {
      const ours: Wire = updates.find((update) => update['event'] === frame.event);
      if (!ours) continue;
      for (const fault of compare('trade_update', ours, frame)) faults.add(`${frame.event}: ${fault}`);
      for (const fault of compare('order', ours.order, frame.order)) faults.add(`${frame.event}: order.${fault}`);
    }
    expect([...faults]).toEqual([]);
  });
});

if (!isThere) it.skip(REASON, () => undefined);
