"""Alpaca's own Python client, alpaca-py, unchanged but for `url_override`: trading, market data and all of its streams.

usage: alpaca_py.py URL CONTROL_URL    (of a running `tradar exchange --speed step` with stocks and a pair)
Needs `pip install alpaca-py`. Prints a line for each part that works; the first that does not ends it with 1.
"""
import json
import os
import sys
import threading
import time
import urllib.request
import uuid
from datetime import timedelta

from alpaca.common.exceptions import APIError
from alpaca.data.enums import DataFeed
from alpaca.data.historical import CryptoHistoricalDataClient, StockHistoricalDataClient
from alpaca.data.historical.corporate_actions import CorporateActionsClient
from alpaca.data.historical.news import NewsClient
from alpaca.data.historical.screener import ScreenerClient
from alpaca.data.live import CryptoDataStream, StockDataStream
from alpaca.data.live.news import NewsDataStream
from alpaca.data.requests import (
    CorporateActionsRequest,
    CryptoBarsRequest,
    CryptoLatestOrderbookRequest,
    MarketMoversRequest,
    MostActivesRequest,
    NewsRequest,
    StockBarsRequest,
    StockLatestQuoteRequest,
    StockLatestTradeRequest,
    StockQuotesRequest,
    StockSnapshotRequest,
    StockTradesRequest,
)
from alpaca.data.timeframe import TimeFrame
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import AssetClass, OrderClass, OrderSide, OrderStatus, QueryOrderStatus, TimeInForce
from alpaca.trading.requests import (
    ClosePositionRequest,
    CreateWatchlistRequest,
    GetAssetsRequest,
    GetCalendarRequest,
    GetOrdersRequest,
    GetPortfolioHistoryRequest,
    LimitOrderRequest,
    MarketOrderRequest,
    ReplaceOrderRequest,
    StopLossRequest,
    TakeProfitRequest,
    TrailingStopOrderRequest,
)
from alpaca.trading.stream import TradingStream

URL, CONTROL = sys.argv[1].rstrip("/"), sys.argv[2].rstrip("/")
WS = URL.replace("http", "ws", 1)
KEYS = (os.environ.get("APCA_API_KEY_ID", "a"), os.environ.get("APCA_API_SECRET_KEY", "b"))
DAY, GTC, BUY, SELL = TimeInForce.DAY, TimeInForce.GTC, OrderSide.BUY, OrderSide.SELL


def step(seconds):
    body = json.dumps({"ms": seconds * 1000}).encode()
    urllib.request.urlopen(urllib.request.Request(CONTROL + "/clock/step", body, method="POST"), timeout=20).read()


def done(what):
    print("ok", what, flush=True)


def until(is_so, what, seconds=15, moves=30):
    """Market time goes on until something is so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"{what} did not come"
        step(moves)
        time.sleep(0.02)


def refused(status, request):
    try:
        request()
    except APIError as error:
        assert error.status_code == status and isinstance(error.message, str), error
        return
    raise AssertionError(f"a {status} was expected")


step(20 * 60)
client = TradingClient(*KEYS, paper=True, url_override=URL)
stock = next(a.symbol for a in client.get_all_assets(GetAssetsRequest(asset_class=AssetClass.US_EQUITY)) if a.tradable)
pair = client.get_all_assets(GetAssetsRequest(asset_class=AssetClass.CRYPTO))[0].symbol
assert client.get_clock().is_open and float(client.get_account().equity) > 0
now = client.get_clock().timestamp
assert client.get_calendar(GetCalendarRequest(start=now.date(), end=now.date()))[0].date == now.date()
assert client.get_asset(pair).symbol == pair
done("account, clock, calendar, assets")

heard = {}


def collecting(name):
    async def put(item):
        heard.setdefault(name, []).append(item)

    return put


updates = TradingStream(*KEYS, paper=True, url_override=WS + "/stream")
updates.subscribe_trade_updates(collecting("updates"))
stocks = StockDataStream(*KEYS, feed=DataFeed.IEX, url_override=WS + "/v2/iex")
stocks.subscribe_trades(collecting("trades"), stock)
stocks.subscribe_quotes(collecting("quotes"), stock)
stocks.subscribe_bars(collecting("bars"), "*")
coins = CryptoDataStream(*KEYS, url_override=WS + "/v1beta3/crypto/us")
coins.subscribe_quotes(collecting("pair quotes"), pair)
coins.subscribe_bars(collecting("pair bars"), pair)
coins.subscribe_orderbooks(collecting("orderbooks"), pair)
articles = NewsDataStream(*KEYS, url_override=WS + "/v1beta1/news")
articles.subscribe_news(collecting("news"), "*")
streams = (updates, stocks, coins, articles)
threads = [threading.Thread(target=stream.run, daemon=True) for stream in streams]
for thread in threads:
    thread.start()
for name in ("trades", "quotes", "bars", "pair quotes", "pair bars", "orderbooks"):
    until(lambda: name in heard, name)
assert heard["bars"][0].high >= heard["bars"][0].low and heard["orderbooks"][0].bids
done("streams of stocks and pairs")

bought = client.submit_order(MarketOrderRequest(symbol=stock, qty=3, side=BUY, time_in_force=DAY, client_order_id=str(uuid.uuid4())))
fills = lambda: [u for u in heard.get("updates", []) if u.event == "fill" and u.order.id == bought.id]
until(fills, "the fill")
assert fills()[0].price and fills()[0].execution_id
assert client.get_order_by_client_id(bought.client_order_id).status == OrderStatus.FILLED
assert float(client.get_open_position(stock).qty) == 3
price = float(fills()[0].price)
low = LimitOrderRequest(symbol=stock, qty=1, side=BUY, time_in_force=GTC, limit_price=round(price / 2, 2))
placed = client.submit_order(low)
replaced = client.replace_order_by_id(placed.id, ReplaceOrderRequest(qty=2))
assert replaced.replaces == placed.id
client.cancel_order_by_id(replaced.id)
exits = {"take_profit": TakeProfitRequest(limit_price=round(price * 2, 2)), "stop_loss": StopLossRequest(stop_price=round(price / 2, 2))}
bracket = client.submit_order(MarketOrderRequest(symbol=stock, qty=1, side=BUY, time_in_force=DAY, order_class=OrderClass.BRACKET, **exits))
assert len(bracket.legs) == 2
client.submit_order(TrailingStopOrderRequest(symbol=stock, qty=1, side=SELL, time_in_force=GTC, trail_percent=20))
client.submit_order(MarketOrderRequest(symbol=pair, notional=50, side=BUY, time_in_force=GTC))
assert {o.symbol for o in client.get_orders(GetOrdersRequest(status=QueryOrderStatus.ALL, nested=True))} == {stock, pair}
refused(403, lambda: client.submit_order(MarketOrderRequest(symbol=stock, qty=1_000_000, side=BUY, time_in_force=DAY)))
refused(404, lambda: client.get_order_by_id(uuid.uuid4()))
until(lambda: len(client.get_all_positions()) == 2, "the second position")
client.cancel_orders()
client.close_position(stock, ClosePositionRequest(percentage="50"))
assert all(item.status == 200 for item in client.close_all_positions(cancel_orders=True))
done("orders and positions")

watchlist = client.create_watchlist(CreateWatchlistRequest(name=str(uuid.uuid4()), symbols=[stock]))
assert [a.symbol for a in client.add_asset_to_watchlist_by_id(watchlist.id, pair).assets] == [stock, pair]
client.delete_watchlist_by_id(watchlist.id)
history = client.get_portfolio_history(GetPortfolioHistoryRequest(period="1D", timeframe="5Min"))
assert len(history.timestamp) == len(history.equity)
done("watchlists, portfolio history")

data = StockHistoricalDataClient(*KEYS, url_override=URL)
hour = {"symbol_or_symbols": stock, "start": now - timedelta(hours=1)}
assert len(data.get_stock_bars(StockBarsRequest(timeframe=TimeFrame.Minute, **hour))[stock]) > 5
assert not data.get_stock_bars(StockBarsRequest(timeframe=TimeFrame.Minute, **hour)).df.empty
assert data.get_stock_quotes(StockQuotesRequest(limit=20, **hour))[stock]
assert data.get_stock_trades(StockTradesRequest(limit=20, **hour))[stock]
assert data.get_stock_latest_trade(StockLatestTradeRequest(symbol_or_symbols=[stock]))[stock].price > 0
assert data.get_stock_latest_quote(StockLatestQuoteRequest(symbol_or_symbols=stock))[stock].bid_price > 0
assert data.get_stock_snapshot(StockSnapshotRequest(symbol_or_symbols=stock))[stock].latest_trade
crypto = CryptoHistoricalDataClient(url_override=URL)
assert crypto.get_crypto_bars(CryptoBarsRequest(symbol_or_symbols=pair, timeframe=TimeFrame.Hour, start=now - timedelta(hours=5)))[pair]
assert crypto.get_crypto_latest_orderbook(CryptoLatestOrderbookRequest(symbol_or_symbols=pair))[pair].asks
NewsClient(*KEYS, url_override=URL).get_news(NewsRequest(limit=3))
screener = ScreenerClient(*KEYS, url_override=URL)
assert screener.get_most_actives(MostActivesRequest(top=1)).most_actives and screener.get_market_movers(MarketMoversRequest(top=1))
CorporateActionsClient(*KEYS, url_override=URL).get_corporate_actions(CorporateActionsRequest(start=now.date()))
done("history, latest, snapshots, news, screener, corporate actions")

until(lambda: "news" in heard, "an article", moves=600)
for stream in streams:
    stream.stop()
for thread in threads:
    thread.join(10)
    assert not thread.is_alive(), "a stream does not end"
done("news, and the end of all streams")
