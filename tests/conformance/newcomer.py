"""A newcomer's bot in Python's standard library alone: REST, server-sent events, and a WebSocket client of its own.

usage: newcomer.py URL CONTROL_URL    (of a running `tradar exchange --speed step`; keys: APCA_API_KEY_ID, APCA_API_SECRET_KEY)
Prints a line for each thing that works; the first that does not ends it with 1.
"""
import base64
import json
import os
import socket
import struct
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timedelta

URL, CONTROL = sys.argv[1].rstrip("/"), sys.argv[2].rstrip("/")
KEY, SECRET = os.environ.get("APCA_API_KEY_ID", "a"), os.environ.get("APCA_API_SECRET_KEY", "b")
KEYS = {"APCA-API-KEY-ID": KEY, "APCA-API-SECRET-KEY": SECRET}


def call(method, path, body=None, headers=KEYS, base=URL, **query):
    """(status, JSON) of a request; what is refused is no exception here."""
    address = base + path + ("?" + urllib.parse.urlencode(query) if query else "")
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {**headers, "Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            text = reply.read()
            return reply.status, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def get(path, **query):
    status, body = call("GET", path, **query)
    assert status == 200, (path, status, body)
    return body


def order(**more):
    return call("POST", "/v2/orders", {"symbol": STOCK, "qty": "2", "side": "buy", "type": "market", "time_in_force": "day", **more})


def step(seconds):
    return call("POST", "/clock/step", {"ms": seconds * 1000}, headers={}, base=CONTROL)


def instant(text):
    """Nanoseconds are cut off, as datetime has none."""
    head, _, rest = text.replace("Z", "+00:00").partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return datetime.fromisoformat(head + ("." + digits[:6].ljust(6, "0") if digits else "") + rest[len(digits) :])


class Stream:
    """RFC 6455 as far as a client needs it."""

    def __init__(self, path):
        host = urllib.parse.urlsplit(URL)
        self.socket = socket.create_connection((host.hostname, host.port), timeout=20)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {host.netloc}", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        self.file = self.socket.makefile("rb")
        self.waiting = []
        assert b" 101 " in self.file.readline()
        while self.file.readline().strip():
            pass

    def send(self, message, opcode=1):
        data = message if isinstance(message, bytes) else json.dumps(message).encode()
        mask = os.urandom(4)
        length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
        self.socket.sendall(bytes([0x80 | opcode]) + length + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def frame(self):
        first, second = self.file.read(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", self.file.read(2))
        if length == 127:
            (length,) = struct.unpack(">Q", self.file.read(8))
        return first & 0x0F, self.file.read(length)

    def next(self, fits):
        """The next message that fits; market data comes as lists of them."""
        while True:
            while self.waiting:
                message = self.waiting.pop(0)
                if fits(message):
                    return message
            opcode, data = self.frame()
            if opcode == 9:
                self.send(data, 10)
            elif opcode == 8:
                raise AssertionError(f"closed: {data}")
            elif opcode in (1, 2):
                heard = json.loads(data)
                self.waiting += heard if isinstance(heard, list) else [heard]

    def close(self):
        self.send(b"", 8)
        self.socket.close()


def follow_events(heard):
    request = urllib.request.Request(URL + "/v2/events/trades", headers={**KEYS, "Accept": "text/event-stream"})
    reply = urllib.request.urlopen(request, timeout=20)
    assert reply.headers["Content-Type"].startswith("text/event-stream")

    def read():
        for line in reply:
            if line.startswith(b"data:"):
                heard.append(json.loads(line[5:]))
                if heard[-1]["event"] == "fill":
                    return

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread


def done(what):
    print("ok", what, flush=True)


step(20 * 60)
assert get("/v2/clock")["is_open"], "the market must be open twenty minutes after it began"
NOW = instant(get("/v2/clock")["timestamp"])
STOCK = next(asset["symbol"] for asset in get("/v2/assets", asset_class="us_equity") if asset["tradable"])
PAIR = next((asset["symbol"] for asset in get("/v2/assets", asset_class="crypto")), None)
account = get("/v2/account")
assert account["status"] == "ACTIVE" and float(account["buying_power"]) > 0 and not account["trading_blocked"]
done("account, clock and assets")

trading = Stream("/stream")
trading.send({"action": "auth", "key": KEY, "secret": SECRET})
assert trading.next(lambda m: m["stream"] == "authorization")["data"]["status"] == "authorized"
trading.send({"action": "listen", "data": {"streams": ["trade_updates"]}})
assert trading.next(lambda m: m["stream"] == "listening")["data"]["streams"] == ["trade_updates"]
prices = Stream("/v2/iex")
assert prices.next(lambda m: True)["msg"] == "connected"
prices.send({"action": "auth", "key": KEY, "secret": SECRET})
assert prices.next(lambda m: True)["msg"] == "authenticated"
prices.send({"action": "subscribe", "trades": [STOCK], "quotes": [STOCK], "bars": ["*"]})
assert prices.next(lambda m: m["T"] == "subscription")["trades"] == [STOCK]
events = []
follower = follow_events(events)
done("three streams")

status, bought = order(client_order_id="newcomer-1")
assert status == 200 and bought["status"] in ("accepted", "pending_new", "new"), bought
step(60)
fill = trading.next(lambda m: m["data"].get("event") == "fill")["data"]
assert fill["order"]["id"] == bought["id"] and float(fill["price"]) > 0 and fill["position_qty"] == "2", fill
assert prices.next(lambda m: m["T"] == "q")["bp"] > 0
assert prices.next(lambda m: m["T"] == "t")["S"] == STOCK
assert instant(prices.next(lambda m: m["T"] == "b")["t"]) >= NOW - timedelta(minutes=2)
follower.join(20)
assert events and events[-1]["event"] == "fill" and events[-1]["order"]["id"] == bought["id"], events
assert get("/v2/orders:by_client_order_id", client_order_id="newcomer-1")["status"] == "filled"
position = get("/v2/positions/" + STOCK)
assert position["qty"] == "2" and position["side"] == "long", position
done("a market order, told by all streams")

price = float(fill["price"])
status, low = order(type="limit", limit_price=str(round(price / 2, 2)), time_in_force="gtc")
assert status == 200, low
status, higher = call("PATCH", "/v2/orders/" + low["id"], {"limit_price": str(round(price / 1.9, 2))})
assert status == 200 and higher["replaces"] == low["id"], higher
assert call("DELETE", "/v2/orders/" + higher["id"]) == (204, None)
exits = {"take_profit": {"limit_price": str(round(price * 2, 2))}, "stop_loss": {"stop_price": str(round(price / 2, 2))}}
status, bracket = order(order_class="bracket", **exits)
assert status == 200 and len(bracket["legs"]) == 2, bracket
status, canceled = call("DELETE", "/v2/orders")
assert status == 207 and all(item["status"] == 200 for item in canceled), canceled
status, closed = call("DELETE", "/v2/positions", cancel_orders="true")
assert status == 207, closed
done("limit, replacement, bracket, all canceled and closed")

for body, refusal in (
    ({"symbol": "NOSUCH"}, (422, 42210000)),
    ({"qty": "1000000"}, (403, 40310000)),
    ({"qty": "-1"}, (422, None)),
    ({"type": "limit"}, (422, 40010001)),
):
    status, said = order(**body)
    assert (status, said["code"]) == refusal or (status == refusal[0] and refusal[1] is None), (body, status, said)
    assert isinstance(said["message"], str)
assert call("GET", "/v2/orders/00000000-0000-4000-8000-000000000000")[0] == 404
assert call("GET", "/v2/account", headers={})[0] == 401
done("refusals in JSON")

bars, token = [], None
while True:
    query = {"timeframe": "1Min", "start": (NOW - timedelta(minutes=15)).isoformat(), "limit": 4, **({"page_token": token} if token else {})}
    page = get(f"/v2/stocks/{STOCK}/bars", **query)
    bars += page["bars"]
    token = page["next_page_token"]
    if not token:
        break
times = [instant(bar["t"]) for bar in bars]
assert len(bars) > 5 and times == sorted(set(times)), times
assert get("/v2/stocks/snapshots", symbols=STOCK)[STOCK]["latestTrade"]["p"] > 0
if PAIR:
    assert call("GET", "/v1beta3/crypto/us/latest/orderbooks", headers={}, symbols=PAIR)[1]["orderbooks"][PAIR]["b"]
done("history by pages, snapshots, crypto without keys")

trading.close()
prices.close()
