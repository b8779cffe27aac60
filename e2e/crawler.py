#!/usr/bin/env python3
"""A crawler that trusts nobody: whatever is served of a tree is compared with the disk.

    crawler.py TREE --usual PORT --clear PORT --tls PORT --authority FILE

Python's own HTTP/1.1 and the library `h2` share no line with ours, and neither do the decoders.
What a link should lead to is decided by the disk alone: a file has to come whole, a folder without
its slash has to be sent to it, and what is not there has to be 404. Links that the tree itself has
broken are listed by name.
"""
import argparse, collections, concurrent.futures, hashlib, http.client, os, re, socket, ssl, sys, threading, time, zlib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

import brotli, h2.config, h2.connection, h2.events, h2.settings, zstandard

HOST = "localhost"
PATIENCE_S = 30
# As many as browsers have at once.
CONNECTIONS = 6
STREAMS = 50
WINDOW = 1 << 20
DIFFERENCES_TOLD = 10
BROKEN_TOLD = 20

# What a client says that takes a coding and nothing else, so that it need not ask twice.
CODINGS = {
    "identity": "identity",
    "gzip": "gzip, identity;q=0",
    "br": "br, identity;q=0",
    "zstd": "zstd, identity;q=0",
}

Answer = collections.namedtuple("Answer", "status fields body")


# --- what is on the disk ---------------------------------------------------------------------


class Tree:
    """The files, and what a path should lead to."""

    def __init__(self, root):
        self.root = os.fsencode(root)
        self.content = {}
        self.files, self.leading_out, self.hidden = [], [], []
        for folder, folders, names in os.walk(self.root, followlinks=False):
            for name in names + [name for name in folders if os.path.islink(os.path.join(folder, name))]:
                path = os.path.join(folder, name)
                target = quote(b"/" + os.path.relpath(path, self.root))
                if self.is_hidden(path):
                    self.hidden.append(target)
                elif os.path.isfile(path):
                    self.files.append(target)
                    if not os.path.realpath(path).startswith(self.root + b"/"):
                        self.leading_out.append(target)

    def is_hidden(self, path):
        names = os.path.relpath(path, self.root).split(b"/")
        return any(name.startswith(b".") and name != b"." for name in names)

    def read(self, path):
        if path not in self.content:
            self.content[path] = Path(os.fsdecode(path)).read_bytes()
        return self.content[path]

    def expected(self, target):
        """A file's path, an address to go to, or nothing."""
        names = unquote_to_bytes(urlsplit(target).path).lstrip(b"/")
        path = os.path.join(self.root, names)
        if self.is_hidden(path):
            return None
        if not os.path.isdir(path):
            # A slash behind a file's name asks for a folder.
            return path if os.path.isfile(path) and not names.endswith(b"/") else None
        if names and not names.endswith(b"/"):
            return urlsplit(target).path + "/"
        page = os.path.join(path, b"index.html")
        return page if os.path.isfile(page) else None


# --- links -----------------------------------------------------------------------------------

SOURCES = {"href", "src", "poster", "data", "action", "background", "cite", "longdesc", "formaction"}
# What CSS may fetch; comments are looked at, too: they hardly ever hold an address.
IN_STYLES = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')""")


class Links(HTMLParser):
    """The links of a page, as they stand there."""

    def __init__(self):
        super().__init__()
        self.links, self.base, self.is_in_style = [], None, False

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if not value:
                continue
            if tag == "base" and name == "href":
                self.base = value.strip()
            elif name in SOURCES:
                self.links.append(value.strip())
            elif name in ("srcset", "imagesrcset"):
                self.links += [part.split()[0] for part in value.split(",") if part.strip()]
            elif name == "style":
                self.links += in_style(value)
            elif tag == "meta" and name == "content" and "url=" in value.lower():
                self.links.append(re.split("url=", value, flags=re.I)[1].strip("'\" "))
        self.is_in_style = tag == "style"

    def handle_data(self, data):
        if self.is_in_style:
            self.links += in_style(data)

    def handle_endtag(self, tag):
        self.is_in_style = False


def in_style(text):
    return [next(filter(None, found), "") for found in IN_STYLES.findall(text)]


def links_of(content, kind):
    """Links of a page or a style, as they stand there, and what they are relative to."""
    text = content.decode("utf-8", "replace")
    if kind == "text/css":
        return None, in_style(text)
    page = Links()
    page.feed(text)
    page.close()
    return page.base, page.links


# What a browser leaves as it is in an address, `%` because it is encoded already.
IN_ADDRESSES = "/%:@!$&'()*+,;=~-._"


class Library:
    """Links of each page, found once: the same bytes have the same links, whatever brought them."""

    def __init__(self):
        self.known = {}

    def read_ahead(self, tree):
        """Finds the links of what lies on the disk. What comes has to be the same to have them."""
        kinds = {".html": "text/html", ".css": "text/css"}
        for target in tree.files:
            if kind := kinds.get(os.path.splitext(target)[1]):
                self.links(target, tree.read(tree.expected(target)), kind)

    def links(self, target, content, kind):
        """Targets within the tree, how many links there are, and how many of them lead out of it."""
        key = (target, kind, hashlib.sha256(content).digest())
        if key not in self.known:
            self.known[key] = self.resolved(target, *links_of(content, kind))
        return self.known[key]

    def resolved(self, target, base, links):
        origin = f"http://{HOST}"
        here = urljoin(origin + target, base) if base else origin + target
        within, outside = {}, 0
        for link, count in collections.Counter(links).items():
            try:
                address = urlsplit(urljoin(here, link))
            except ValueError:
                outside += count
                continue
            if (address.scheme, address.netloc) != ("http", HOST):
                outside += count
                continue
            query = "?" + quote(address.query, safe=IN_ADDRESSES + "?") if address.query else ""
            within[quote(address.path or "/", safe=IN_ADDRESSES) + query] = None
        return list(within), len(links), outside


# --- clients ---------------------------------------------------------------------------------


class Http1:
    """Several connections, each of a thread of its own, as browsers have them."""

    def __init__(self, port, tls):
        self.port, self.tls = port, tls

    def connect(self):
        if not self.tls:
            return http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE_S)
        self.tls.set_alpn_protocols(["http/1.1"])
        return http.client.HTTPSConnection(HOST, self.port, timeout=PATIENCE_S, context=self.tls)

    def ask_all(self, work, accepted, take):
        """Asks for all that is in `work`, which grows while answers are taken."""
        state = threading.Condition()
        asked, busy, failed = set(), 0, []

        def talk():
            nonlocal busy
            connection = self.connect()
            while True:
                with state:
                    while not work and busy and not failed:
                        state.wait()
                    if not work or failed:
                        state.notify_all()
                        return
                    target = work.popleft()
                    if target in asked:
                        continue
                    asked.add(target)
                    busy += 1
                try:
                    connection.request("GET", target, headers={"Accept-Encoding": accepted})
                    reply = connection.getresponse()
                    fields = {name.lower(): value for name, value in reply.getheaders()}
                    answer = Answer(reply.status, fields, reply.read())
                    with state:
                        take(target, answer)
                except BaseException as error:
                    with state:
                        failed.append(error)
                with state:
                    busy -= 1
                    state.notify_all()

        threads = [threading.Thread(target=talk, daemon=True) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]


class Http2:
    """One connection, many streams."""

    def __init__(self, port, tls):
        self.port, self.tls = port, tls

    def connect(self):
        plain = socket.create_connection((HOST, self.port), timeout=PATIENCE_S)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self.tls:
            return plain
        self.tls.set_alpn_protocols(["h2"])
        sealed = self.tls.wrap_socket(plain, server_hostname=HOST)
        assert sealed.selected_alpn_protocol() == "h2"
        return sealed

    def ask_all(self, work, accepted, take):
        channel = self.connect()
        talk = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        talk.initiate_connection()
        talk.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: WINDOW})
        talk.increment_flow_control_window(STREAMS * WINDOW)
        scheme = "https" if self.tls else "http"
        asked, running = set(), {}
        while work or running:
            while work and len(running) < STREAMS:
                target = work.popleft()
                if target in asked:
                    continue
                asked.add(target)
                number = talk.get_next_available_stream_id()
                running[number] = target, {}, []
                talk.send_headers(number, [
                    (":method", "GET"), (":scheme", scheme), (":authority", f"{HOST}:{self.port}"),
                    (":path", target), ("accept-encoding", accepted)], end_stream=True)
            channel.sendall(talk.data_to_send())
            if not running:
                continue
            said = channel.recv(1 << 16)
            assert said, f"closed with {len(running)} answers to come"
            for event in talk.receive_data(said):
                match event:
                    case h2.events.ResponseReceived():
                        running[event.stream_id][1].update(event.headers)
                    case h2.events.DataReceived():
                        running[event.stream_id][2].append(event.data)
                        talk.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    case h2.events.StreamEnded():
                        target, fields, pieces = running.pop(event.stream_id)
                        take(target, Answer(int(fields[":status"]), fields, b"".join(pieces)))
                    case h2.events.StreamReset() | h2.events.ConnectionTerminated():
                        raise ConnectionError(f"{event}")
        talk.close_connection()
        channel.sendall(talk.data_to_send())
        channel.close()


# --- a crawl ---------------------------------------------------------------------------------


class Crawl:
    """All of a tree, over one protocol, in one coding."""

    def __init__(self, tree, library, client, coding):
        self.tree, self.library, self.client, self.coding = tree, library, client, coding
        self.work = collections.deque()
        self.came_from = {"/": "the start"}
        self.pages = self.links = self.outside = self.files = self.by_links = self.coded = 0
        self.requests = self.sent_bytes = self.compared_bytes = 0
        self.broken, self.differences, self.seen = {}, [], set()

    def run(self):
        accepted = CODINGS[self.coding]
        self.work.append("/")
        self.client.ask_all(self.work, accepted, self.take)
        self.by_links = len(self.seen)
        # What no link leads to is there all the same.
        self.work.extend(target for target in self.tree.files if target not in self.came_from)
        self.client.ask_all(self.work, accepted, self.take)
        assert self.differences or self.files >= len(self.tree.files), "a file was never asked for"

    def take(self, target, answer):
        self.requests += 1
        self.sent_bytes += len(answer.body)
        expected = self.tree.expected(target)
        wrong = self.compare(target, expected, answer)
        if wrong:
            where = self.came_from.get(target, "the disk")
            self.differences.append(f"{target} (from {where}): {wrong}")

    def compare(self, target, expected, answer):
        """What is wrong with an answer; nothing, if it is as it should be."""
        length = answer.fields.get("content-length")
        if length is not None and int(length) != len(answer.body):
            return f"{len(answer.body)} bytes, announced as {length}"
        if expected is None:
            self.broken[target] = self.came_from.get(target, "the disk")
            return None if answer.status == 404 else f"{answer.status}, though nothing is there"
        if isinstance(expected, str):
            self.follow(expected, target)
            place = answer.fields.get("location", "").split("?")[0]
            return None if (answer.status, place) == (301, expected) else f"{answer.status} to {place!r}"
        if answer.status != 200:
            return f"{answer.status}, though it is there"
        coding = answer.fields.get("content-encoding")
        if coding not in (None, self.coding):
            return f"came as {coding}"
        try:
            content = decoded(answer.body, coding)
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            return f"no good {coding}: {error}"
        if content != self.tree.read(expected):
            return f"{len(content)} bytes, and not those on the disk"
        if coding and "accept-encoding" not in answer.fields.get("vary", ""):
            return f"came as {coding} without a word to caches"
        self.coded += coding is not None
        self.compared_bytes += len(content)
        is_new = expected not in self.seen
        self.files += is_new
        self.seen.add(expected)
        kind = answer.fields.get("content-type", "").split(";")[0]
        if is_new and kind in ("text/html", "text/css", "application/xhtml+xml"):
            self.pages += kind != "text/css"
            within, count, outside = self.library.links(target, content, kind)
            self.links += count
            self.outside += outside
            for link in within:
                self.follow(link, target)
        return None

    def follow(self, link, target):
        if link not in self.came_from:
            self.came_from[link] = target
            self.work.append(link)


def decoded(body, coding):
    match coding:
        case None:
            return body
        case "gzip":
            return zlib.decompress(body, wbits=31)
        case "br":
            return brotli.decompress(body)
        case "zstd":
            return zstandard.ZstdDecompressor().decompressobj().decompress(body)


def usual(tree, port):
    """Without `--links anywhere` what leads out is not there, and what is hidden is so in any case."""
    differences = []

    def take(target, answer):
        if answer.status != 404:
            differences.append(f"{target}: {answer.status}, though it leads out or is hidden")

    Http1(port, None).ask_all(collections.deque(tree.leading_out + tree.hidden), "identity", take)
    return differences


ROW = "{:<13}{:<10}{:>6}{:>8}{:>8}{:>7}{:>10}{:>7}{:>8}{:>12}{:>16}{:>7}"


def of_server(tree, library, port, authority):
    """All crawls of one server, a row for each: what differed, what is broken, how much was asked."""
    differences, broken, requests = [], {}, 0
    for coding in CODINGS:
        for version, kind in (("HTTP/1.1", Http1), ("HTTP/2", Http2)):
            protocol = version + ("+TLS" if authority else "")
            context = ssl.create_default_context(cafile=authority) if authority else None
            crawl = Crawl(tree, library, kind(port, context), coding)
            begun = time.monotonic()
            try:
                crawl.run()
            except (OSError, AssertionError, http.client.HTTPException) as error:
                crawl.differences.append(f"the crawl ended: {type(error).__name__} {error}")
            print(ROW.format(protocol, coding, crawl.pages, crawl.links, crawl.outside, crawl.files,
                             crawl.by_links, crawl.coded, len(crawl.broken), crawl.sent_bytes,
                             crawl.compared_bytes, f"{time.monotonic() - begun:.1f}"), flush=True)
            differences += [f"{protocol} {coding} {difference}" for difference in crawl.differences]
            if (coding != "identity") != (crawl.coded > 0):
                differences.append(f"{protocol} {coding}: {crawl.coded} files came coded")
            broken |= crawl.broken
            requests += crawl.requests
    return differences, broken, requests


def main():
    wishes = argparse.ArgumentParser(usage=__doc__)
    wishes.add_argument("tree", type=Path)
    for name in ("usual", "clear", "tls"):
        wishes.add_argument(f"--{name}", type=int, required=True)
    wishes.add_argument("--authority", required=True)
    wish = wishes.parse_args()
    tree, library = Tree(wish.tree), Library()
    library.read_ahead(tree)
    differences = usual(tree, wish.usual)
    print(f"{len(tree.files)} files in {wish.tree}; {len(tree.leading_out)} of them behind links that lead out, "
          f"{len(tree.hidden)} hidden: 404 unless asked for", flush=True)
    print(ROW.format("protocol", "coding", "pages", "links", "abroad", "files", "by links", "coded", "broken",
                     "bytes sent", "bytes compared", "s"), flush=True)
    broken, requests = {}, 0
    # A process for each server: one of Python's keeps one core busy at most.
    with concurrent.futures.ProcessPoolExecutor(2) as processes:
        servers = [processes.submit(of_server, tree, library, wish.clear, None),
                   processes.submit(of_server, tree, library, wish.tls, wish.authority)]
        for server in servers:
            differing, broken_there, asked = server.result()
            differences += differing
            broken |= broken_there
            requests += asked
    print(f"{requests} requests; {len(broken)} links that the tree itself has broken (404)")
    for target, where in sorted(broken.items())[:BROKEN_TOLD]:
        print(f"  {target} (from {where})")
    if differences:
        print(f"FAIL {len(differences)} differences, the first of them:")
        for difference in differences[:DIFFERENCES_TOLD]:
            print(f"  {difference}")
        sys.exit(1)
    print("ok   every link answered, every byte as on the disk")


if __name__ == "__main__":
    main()
