#!/usr/bin/env python3
"""An HTTP/2 client that is honest and awkward, on Python's `h2`: a library that shares no line with ours.

    h2_client.py NAME PORT FOLDER [--authority FILE] [--stop PID]

NAME stands in the lines, FOLDER is what the server at PORT serves; with an authority it speaks TLS.
With --stop it only watches how that server takes its leave when it is asked to.

`h2` complains about every frame that RFC 9113 forbids, wherever it stands. What it does not count,
this client counts itself: what the server may send within the windows of each stream and of the
connection, to the byte, also when a window shrinks below what is in flight (RFC 9113 §6.9.2).
Nothing waits for time to pass: what the server must not do, it has not done when it answers a PING.
"""
import argparse, collections, contextlib, os, signal, socket, ssl, struct, sys
from pathlib import Path

import h2.config, h2.connection, h2.errors, h2.events, h2.exceptions, h2.settings
from hyperframe.frame import (ContinuationFrame, Frame, GoAwayFrame, HeadersFrame, PriorityFrame,
                              SettingsFrame)

Codes = h2.settings.SettingCodes
PATIENCE_S = 20
WINDOW = 65535
FRAME_BYTES_MAX = 16384


class Stream:
    """One request and what came back."""

    def __init__(self, window):
        self.window = window
        self.fields, self.body, self.reset = {}, bytearray(), None
        self.is_over = False

    @property
    def status(self):
        return int(self.fields[":status"])


class Client:
    """A connection: what it may be sent, and what was."""

    def __init__(self, target, settings=None, generous=True):
        self.target, self.generous = target, generous
        self.socket = target.connect()
        self.h2 = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
        self.streams = {}
        self.window, self.initial = WINDOW, WINDOW
        self.heard = b""
        self.announced = collections.deque()
        self.ended, self.pongs, self.goodbye, self.is_closed = [], [], None, False
        self.h2.initiate_connection()
        if settings:
            # Together with the opening words, before anything is asked.
            self.announce(settings)
        # What the first settings say is the default.
        self.announced.appendleft(WINDOW)

    # What is said.

    def announce(self, settings):
        self.h2.update_settings(settings)
        self.announced.append(settings.get(Codes.INITIAL_WINDOW_SIZE, None))
        self.flush()

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def raw(self, *frames):
        """Says frames that the library would not say by itself."""
        self.flush()
        self.socket.sendall(b"".join(frame if isinstance(frame, bytes) else frame.serialize()
                                     for frame in frames))

    def fields(self, path, method="GET", **more):
        common = [(":method", method), (":scheme", self.target.scheme), (":path", path),
                  (":authority", f"localhost:{self.target.port}")]
        return common + [(name.replace("_", "-"), value) for name, value in more.items()]

    def ask(self, path, method="GET", body=None, **more):
        number = self.h2.get_next_available_stream_id()
        self.streams[number] = Stream(self.initial)
        self.h2.send_headers(number, self.fields(path, method, **more), end_stream=body is None)
        if body:
            self.h2.send_data(number, body)
        return number

    def grant(self, count, number=None):
        self.h2.increment_flow_control_window(count, number)
        if number is None:
            self.window += count
        else:
            self.streams[number].window += count
        self.flush()

    # What is heard.

    def hear(self):
        """Hears what is there, and keeps the account."""
        said = self.socket.recv(65536)
        if not said:
            self.is_closed = True
            return
        self.heard += said
        while len(self.heard) >= 9 and len(self.heard) >= (end := 9 + int.from_bytes(self.heard[:3], "big")):
            frame, self.heard = self.heard[:end], self.heard[end:]
            # For the library a GOAWAY is the end of all. It is not: what was asked still comes.
            if frame[3] == GoAwayFrame.type:
                self.goodbye, _ = Frame.parse_frame_header(memoryview(frame[:9]))
                self.goodbye.parse_body(memoryview(frame[9:]))
                continue
            for event in self.h2.receive_data(frame):
                self.take(event)
        self.flush()

    def take(self, event):
        stream = self.streams.get(getattr(event, "stream_id", None))
        match event:
            case h2.events.ResponseReceived():
                stream.fields = dict(event.headers)
            case h2.events.DataReceived():
                self.take_data(event, stream)
            case h2.events.StreamEnded():
                stream.is_over = True
                self.ended.append(event.stream_id)
            case h2.events.StreamReset():
                stream.is_over, stream.reset = True, event.error_code
            case h2.events.SettingsAcknowledged():
                initial = self.announced.popleft()
                if initial is not None:
                    for other in self.streams.values():
                        other.window += initial - self.initial
                    self.initial = initial
            case h2.events.PingAckReceived():
                self.pongs.append(event.ping_data)
            case h2.events.PushedStreamReceived():
                raise AssertionError("a push that nobody wanted")

    def take_data(self, event, stream):
        count = event.flow_controlled_length
        stream.window -= count
        self.window -= count
        stream.body += event.data
        assert len(event.data) <= FRAME_BYTES_MAX, f"a frame of {len(event.data)} bytes"
        # An empty frame may come whatever the window is.
        assert count == 0 or stream.window >= 0, f"{-stream.window} bytes beyond a stream's window"
        assert self.window >= 0, f"{-self.window} bytes beyond the connection's window"
        if self.generous and count:
            self.grant(count)
            # Further frames of the same bytes may have ended it already.
            with contextlib.suppress(h2.exceptions.StreamClosedError):
                self.grant(count, event.stream_id)

    def until(self, done):
        while not done():
            assert not self.is_closed, "the server has closed"
            self.hear()

    def answer(self, number):
        self.flush()
        stream = self.streams[number]
        self.until(lambda: stream.is_over)
        return stream

    def get(self, path, **more):
        return self.answer(self.ask(path, **more))

    def pong(self):
        """Hears everything that was said before the server heard this."""
        word = len(self.pongs).to_bytes(8, "big")
        self.h2.ping(word)
        self.flush()
        self.until(lambda: word in self.pongs)

    def settled(self):
        self.flush()
        self.until(lambda: not self.announced)

    def close(self):
        """Leaves, and holds the server to having been content."""
        self.pong()
        assert self.goodbye is None, f"sent away: {self.goodbye}"
        self.socket.close()


class Target:
    """Where the server is, and what it serves."""

    def __init__(self, port, folder, authority):
        self.port, self.folder = port, folder
        self.scheme = "https" if authority else "http"
        self.context = None
        if authority:
            self.context = ssl.create_default_context(cafile=authority)
            self.context.set_alpn_protocols(["h2"])

    def connect(self):
        tcp = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self.context:
            return tcp
        sealed = self.context.wrap_socket(tcp, server_hostname="localhost")
        assert sealed.selected_alpn_protocol() == "h2", "ALPN has not agreed on h2"
        return sealed

    def content(self, path):
        return (self.folder / path.lstrip("/")).read_bytes()


CHECKS = []


def check(what):
    def enter(function):
        CHECKS.append((what, function))
        return function
    return enter


def expect(stream, target, path):
    assert stream.reset is None, f"reset with {stream.reset}"
    assert stream.status == 200, f"{stream.status} for {path}"
    assert bytes(stream.body) == target.content(path), f"another body for {path}"


@check("its settings are such as RFC 9113 wants them")
def _(target):
    client = Client(target)
    client.pong()
    theirs = client.h2.remote_settings
    assert theirs.max_concurrent_streams >= 100, theirs.max_concurrent_streams
    assert theirs.max_frame_size == FRAME_BYTES_MAX and theirs.enable_push == 0 or \
        Codes.ENABLE_PUSH not in dict(theirs), dict(theirs)
    client.close()


@check("a large body, byte for byte")
def _(target):
    client = Client(target)
    expect(client.get("/big.bin"), target, "/big.bin")
    client.close()


@check("a hundred bodies at once on one connection")
def _(target):
    client = Client(target)
    paths = {client.ask(f"/many/{n}.txt"): f"/many/{n}.txt" for n in range(1, 101)}
    for number, path in paths.items():
        expect(client.answer(number), target, path)
    client.close()


@check("windows of 100 bytes, given one after the other")
def _(target):
    client = Client(target, {Codes.INITIAL_WINDOW_SIZE: 100}, generous=False)
    client.settled()
    number = client.ask("/page/style.css")
    stream = client.streams[number]
    client.flush()
    grants = 0
    while not stream.is_over:
        client.until(lambda: stream.is_over or stream.window == 0)
        if not stream.is_over:
            # Not a byte more has come by the time it answers.
            client.pong()
            client.grant(100, number)
            grants += 1
    expect(stream, target, "/page/style.css")
    assert grants == (len(stream.body) - 1) // 100, f"{grants} grants"
    client.close()


@check("the connection's window holds back what the streams' would let through")
def _(target):
    client = Client(target, {Codes.INITIAL_WINDOW_SIZE: 1 << 20}, generous=False)
    client.settled()
    numbers = [client.ask("/big.bin") for _ in range(3)]
    client.flush()
    client.until(lambda: client.window == 0)
    client.pong()
    client.grant(10_000_000)
    for number in numbers:
        client.grant(3_000_000, number)
    for number in numbers:
        expect(client.answer(number), target, "/big.bin")
    client.close()


@check("a window that shrinks below what is in flight, and grows again")
def _(target):
    client = Client(target, generous=False)
    client.grant(10_000_000)
    number = client.ask("/big.bin")
    stream = client.streams[number]
    client.flush()
    client.until(lambda: stream.window == 0)
    client.announce({Codes.INITIAL_WINDOW_SIZE: 1000})
    client.settled()
    assert stream.window == 1000 - WINDOW, stream.window
    # Still below nothing: not a byte may come.
    client.grant(WINDOW - 1500, number)
    before = len(stream.body)
    client.pong()
    assert stream.window == -500 and len(stream.body) == before, stream.window
    client.grant(700, number)
    client.until(lambda: stream.window == 0)
    assert len(stream.body) == before + 200, len(stream.body) - before
    # Now for everybody, by settings.
    client.announce({Codes.INITIAL_WINDOW_SIZE: 1000 + 50_000})
    client.settled()
    client.until(lambda: stream.window == 0)
    assert len(stream.body) == before + 50_200, len(stream.body) - before
    client.grant(3_000_000, number)
    expect(client.answer(number), target, "/big.bin")
    client.close()


@check("a window of nothing is waited for, others are served")
def _(target):
    client = Client(target, {Codes.INITIAL_WINDOW_SIZE: 0}, generous=False)
    client.settled()
    starved, head = client.ask("/many/1.txt"), client.ask("/many/2.txt", "HEAD")
    fed = client.ask("/many/3.txt")
    client.grant(1000, fed)
    assert client.answer(head).status == 200
    expect(client.answer(fed), target, "/many/3.txt")
    assert not client.streams[starved].body
    client.grant(1000, starved)
    expect(client.answer(starved), target, "/many/1.txt")
    client.close()


@check("tables for fields that change in the middle, down to nothing and up again")
def _(target):
    client = Client(target)
    for size in (4096, 0, 64, 4096, 0, 65536):
        client.announce({Codes.HEADER_TABLE_SIZE: size})
        client.settled()
        # The decoder insists that the server says so before its next fields, and keeps to it.
        for n in (1, 2, 3):
            expect(client.get(f"/many/{n}.txt"), target, f"/many/{n}.txt")
    # Two changes before the next fields: the lower of them has to be said, too.
    client.announce({Codes.HEADER_TABLE_SIZE: 0})
    client.announce({Codes.HEADER_TABLE_SIZE: 4096})
    client.settled()
    expect(client.get("/many/4.txt"), target, "/many/4.txt")
    client.close()


@check("settings in the middle of an answer")
def _(target):
    client = Client(target)
    number = client.ask("/big.bin")
    client.flush()
    for turn in range(20):
        client.announce({Codes.MAX_CONCURRENT_STREAMS: turn + 1,
                         Codes.INITIAL_WINDOW_SIZE: WINDOW - turn})
    client.settled()
    expect(client.answer(number), target, "/big.bin")
    client.close()


@check("PING is answered in the middle of an answer")
def _(target):
    client = Client(target, generous=False)
    number = client.ask("/big.bin")
    client.flush()
    client.until(lambda: client.streams[number].body)
    client.pong()
    assert not client.streams[number].is_over
    client.grant(10_000_000)
    client.grant(10_000_000, number)
    expect(client.answer(number), target, "/big.bin")
    client.close()


@check("PRIORITY in every place: idle, open, half closed and closed streams")
def _(target):
    client = Client(target)
    tree = [PriorityFrame(number, depends_on=0, stream_weight=number) for number in (1, 3, 5, 101)]
    client.raw(*tree)
    number = client.ask("/big.bin")
    client.raw(PriorityFrame(number, depends_on=101, stream_weight=255, exclusive=True))
    expect(client.answer(number), target, "/big.bin")
    client.raw(PriorityFrame(number, depends_on=3, stream_weight=0), *tree)
    expect(client.get("/many/1.txt"), target, "/many/1.txt")
    client.close()


def unknown(kind, flags, number, payload):
    """A frame of a kind that is not in RFC 9113."""
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, number) + payload


@check("frames, flags and settings that nobody knows are ignored")
def _(target):
    client = Client(target)
    client.settled()
    client.raw(unknown(0xBB, 0, 0, b"?"), unknown(0xBC, 0xFF, 77, b""), unknown(0xBD, 1, 1, bytes(300)),
               unknown(6, 0xFE, 0, b"12345678"))
    client.raw(SettingsFrame(0, settings={0x7777: 1}))
    client.announced.append(None)
    client.settled()
    expect(client.get("/many/1.txt"), target, "/many/1.txt")
    # PRIORITY_UPDATE (RFC 9218) may be ignored, too.
    client.raw(unknown(0x10, 0, 0, b"\0\0\0\x05u=1"))
    expect(client.get("/many/2.txt"), target, "/many/2.txt")
    client.close()


def rewritten(client, number, rewrite):
    """What the library says about a request, its frames rewritten."""
    said, frames = client.h2.data_to_send(), []
    while said:
        frame, length = Frame.parse_frame_header(memoryview(said[:9]))
        frame.parse_body(memoryview(said[9:9 + length]))
        said = said[9 + length:]
        is_head = isinstance(frame, HeadersFrame) and frame.stream_id == number
        frames += rewrite(frame) if is_head else [frame]
    client.socket.sendall(b"".join(frame.serialize() for frame in frames))


@check("fields in a HEADERS and four CONTINUATION frames, one of them empty")
def _(target):
    client = Client(target)
    client.flush()
    number = client.ask("/many/7.txt", x_long="long" * 500)

    def rewrite(frame):
        block = frame.data
        cuts = [0, 1, 20, 20, len(block) - 1, len(block)]
        parts = [block[a:b] for a, b in zip(cuts, cuts[1:])]
        head = HeadersFrame(number, data=parts[0], flags=["END_STREAM"])
        rest = [ContinuationFrame(number, data=part) for part in parts[1:]]
        rest[-1].flags.add("END_HEADERS")
        return [head, *rest]

    rewritten(client, number, rewrite)
    expect(client.answer(number), target, "/many/7.txt")
    client.close()


@check("padding and a priority in HEADERS, padding in DATA")
def _(target):
    client = Client(target)
    client.flush()
    number = client.ask("/many/8.txt")

    def rewrite(frame):
        flags = ["END_STREAM", "END_HEADERS", "PADDED", "PRIORITY"]
        return [HeadersFrame(number, data=frame.data, flags=flags, pad_length=255,
                             depends_on=0, stream_weight=7, exclusive=True)]

    rewritten(client, number, rewrite)
    expect(client.answer(number), target, "/many/8.txt")
    posted = client.ask("/many/8.txt", "POST", body=b"", content_length="30")
    for _ in range(3):
        client.h2.send_data(posted, b"0123456789", pad_length=200)
    client.h2.send_data(posted, b"", end_stream=True)
    assert client.answer(posted).status == 405
    expect(client.get("/many/9.txt"), target, "/many/9.txt")
    client.close()


@check("a body with trailers is refused with 405, and the connection goes on")
def _(target):
    client = Client(target)
    for _ in range(3):
        number = client.ask("/many/1.txt", "POST", body=b"some content", trailer="x-sum")
        client.h2.send_headers(number, [("x-sum", "12")], end_stream=True)
        assert client.answer(number).status == 405
        expect(client.get("/many/1.txt"), target, "/many/1.txt")
    client.close()


@check("a body too long for nobody is cut short without an error")
def _(target):
    client = Client(target)
    number = client.ask("/many/1.txt", "PUT", body=b"", content_length=str(1 << 30))
    stream = client.streams[number]
    while not stream.is_over:
        window = client.h2.local_flow_control_window(number)
        if window:
            client.h2.send_data(number, bytes(min(window, FRAME_BYTES_MAX)))
            client.flush()
        else:
            client.hear()
        client.socket.setblocking(False)
        try:
            client.hear()
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        client.socket.settimeout(PATIENCE_S)
    assert stream.status == 405, stream.status
    assert stream.reset in (None, h2.errors.ErrorCodes.NO_ERROR), stream.reset
    expect(client.get("/many/2.txt"), target, "/many/2.txt")
    client.close()


@check("an answer given up in the middle; the connection goes on")
def _(target):
    client = Client(target)
    for _ in range(20):
        number = client.ask("/big.bin")
        client.flush()
        client.until(lambda: client.streams[number].body)
        client.h2.reset_stream(number, h2.errors.ErrorCodes.CANCEL)
        client.pong()
        # What was under way has used up the connection's window, and is nobody's any more.
        lost = WINDOW - client.h2.inbound_flow_control_window
        if lost > 0:
            client.grant(lost)
        client.window = WINDOW
        expect(client.get("/many/1.txt"), target, "/many/1.txt")
    client.close()


@check("who is given up before it was answered is forgotten")
def _(target):
    client = Client(target)
    for n in range(1, 11):
        number = client.ask(f"/many/{n}.txt")
        client.h2.reset_stream(number, h2.errors.ErrorCodes.CANCEL)
        expect(client.get(f"/many/{n}.txt"), target, f"/many/{n}.txt")
    client.close()


@check("what is urgent comes first, and small answers do not wait behind large ones")
def _(target):
    client = Client(target)
    late = client.ask("/big.bin", priority="u=7")
    small = client.ask("/many/1.txt", priority="u=3")
    soon = client.ask("/page/style.css", priority="u=0")
    for number in (late, small, soon):
        client.answer(number)
    assert client.ended == [soon, small, late], client.ended
    client.close()


@check("HEAD, a range, 304, 404 and 416 with as many bytes as they announce")
def _(target):
    client = Client(target)
    head = client.get("/big.bin", method="HEAD")
    assert head.status == 200 and not head.body
    size = len(target.content("/big.bin"))
    assert int(head.fields["content-length"]) == size
    part = client.get("/big.bin", range="bytes=1000-1999")
    assert part.status == 206 and bytes(part.body) == target.content("/big.bin")[1000:2000]
    assert part.fields["content-range"] == f"bytes 1000-1999/{size}"
    fresh = client.get("/big.bin", if_none_match=head.fields["etag"])
    assert fresh.status == 304 and not fresh.body
    assert client.get("/nothing").status == 404
    assert client.get("/big.bin", range=f"bytes={size}-").status == 416
    client.close()


@check("words that arrive one byte at a time")
def _(target):
    client = Client(target)
    number = client.ask("/many/5.txt")
    for byte in client.h2.data_to_send():
        client.socket.sendall(bytes([byte]))
    expect(client.answer(number), target, "/many/5.txt")
    client.close()


@check("a client that says GOAWAY gets what it asked for, and the connection ends")
def _(target):
    client = Client(target)
    numbers = [client.ask("/big.bin"), client.ask("/many/1.txt")]
    client.raw(GoAwayFrame(0, last_stream_id=0, error_code=0))
    expect(client.answer(numbers[1]), target, "/many/1.txt")
    expect(client.answer(numbers[0]), target, "/big.bin")
    while not client.is_closed:
        client.hear()
    goodbye = client.goodbye
    assert goodbye is None or goodbye.error_code == 0, goodbye


@check("a client that breaks a rule hears which")
def _(target):
    client = Client(target)
    client.get("/many/1.txt")
    client.raw(ContinuationFrame(1, data=b"", flags=["END_HEADERS"]))
    while not client.is_closed:
        client.hear()
    assert client.goodbye.error_code == h2.errors.ErrorCodes.PROTOCOL_ERROR, client.goodbye


def stop(target, process):
    """A server that is asked to stop says so, and finishes what it has begun."""
    client = Client(target, generous=False)
    number = client.ask("/big.bin")
    stream = client.streams[number]
    client.flush()
    client.until(lambda: stream.window == 0)
    os.kill(process, signal.SIGTERM)
    client.until(lambda: client.goodbye)
    assert client.goodbye.error_code == 0, client.goodbye
    assert not stream.is_over
    client.grant(10_000_000)
    client.grant(10_000_000, number)
    expect(client.answer(number), target, "/big.bin")
    while not client.is_closed:
        client.hear()
    assert client.goodbye.last_stream_id >= number, client.goodbye


def main():
    wishes = argparse.ArgumentParser(usage=__doc__)
    wishes.add_argument("name")
    wishes.add_argument("port", type=int)
    wishes.add_argument("folder", type=Path)
    wishes.add_argument("--authority")
    wishes.add_argument("--stop", type=int)
    wish = wishes.parse_args()
    target = Target(wish.port, wish.folder, wish.authority)
    checks = CHECKS
    if wish.stop:
        checks = [("asked to stop, it says GOAWAY and finishes its answer",
                   lambda target: stop(target, wish.stop))]
    has_failed = False
    for what, function in checks:
        try:
            function(target)
            print(f"ok   {wish.name} · {what}", flush=True)
        except Exception as error:
            has_failed = True
            place = error.__traceback__
            while place.tb_next:
                place = place.tb_next
            where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}"
            print(f"FAIL {wish.name} · {what}\n     {type(error).__name__} in {where}: {error}", flush=True)
    sys.exit(1 if has_failed else 0)


if __name__ == "__main__":
    main()
