"""Has hello read its settings anew under load, and looks at what the load generators saw.

Everything is waited for in the journal (`--log json`): a reading is asked for when the one before is
told. Prints one line for each server, and what went wrong.
"""

import http.client
import json
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

PATIENCE = 60


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Server:
    """A hello whose file is written anew before each reading."""

    def __init__(self, hello: str, work: Path, is_sealed: bool):
        self.work, self.is_sealed = work, is_sealed
        self.name = "TLS" if is_sealed else "clear"
        self.port, self.other_port = free_port(), free_port()
        # Of a site: one that stays, and two of which one comes when the other goes.
        self.site_port, self.site_ports = free_port(), [free_port(), free_port()]
        self.file = work / f"{self.name}.toml"
        self.write(0)
        self.process = subprocess.Popen(
            [hello, "--config", self.file, "--log", "json"],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.readings = self.refused = 0
        self.changed = threading.Condition()
        self.is_open = threading.Event()
        threading.Thread(target=self.read_journal, daemon=True).start()
        if not self.is_open.wait(PATIENCE):
            sys.exit(f"{self.name}: hello does not listen")

    def write(self, number: int):
        """Rules, certificates, listeners, limits, logs and sites differ from one number to the next."""
        listen = [f"127.0.0.1:{self.port}"]
        if number % 2:
            listen.append(f"127.0.0.1:{self.other_port}")
        lines = [f"listen = {json.dumps(listen)}", 'serve = "site"']
        if self.is_sealed:
            name = ("one", "two")[number // 2 % 2]
            lines += [f'cert = "{name}.pem"', f'key = "{name}.key"']
        lines += ["[limits]", f'idle-timeout = "{30 + number % 7}s"', f"fields-max = {64 - number % 5}"]
        for rule in range(number % 10):
            lines += ["[[rule]]", f'path = "/old/{rule}/*"', f'redirect = "/new/{number}/{{*}}"']
        for log in range(number % 3):
            lines += ["[[access-log]]", f'to = "{self.name}-{(number + log) % 4}.log"', 'format = "{path}"']
        # Some sites come and others go with each reading; one has a log of its own now and then.
        for site in range(number % 3, number % 11):
            lines += ["[[site]]", f'host = "other-{site}.example"', 'serve = "site"']
            if (number + site) % 5 == 0:
                lines += ["[[site.access-log]]", f'to = "{self.name}-{site}.log"']
        own = [f"127.0.0.1:{port}" for port in (self.site_port, self.site_ports[number % 2])]
        lines += ["[[site]]", f"listen = {json.dumps(own)}", 'serve = "own"']
        self.file.write_text("\n".join(lines) + "\n")

    def read_journal(self):
        for line in self.process.stdout:
            event = json.loads(line)
            if event.get("event") == "listening":
                self.is_open.set()
            with self.changed:
                self.readings += event.get("notice") == "reloaded"
                self.refused += event.get("notice") == "not-reloaded"
                if "notice" in event:
                    self.changed.notify_all()

    def read_anew(self, number: int):
        self.write(number)
        self.process.send_signal(signal.SIGHUP)
        with self.changed:
            told = self.changed.wait_for(lambda: self.readings + self.refused >= number, PATIENCE)
        if not told or self.refused:
            sys.exit(f"{self.name}: reading {number} came to nothing")
        for folder, port in (("site", self.port), ("own", self.site_ports[number % 2])):
            if self.page(port) != (self.work / folder / "page.txt").read_bytes():
                sys.exit(f"{self.name}: after reading {number} another site answers at port {port}")
        gone, until = self.site_ports[1 - number % 2], time.monotonic() + PATIENCE
        with suppress(ConnectionRefusedError):
            while time.monotonic() < until:
                socket.create_connection(("127.0.0.1", gone), PATIENCE).close()
            sys.exit(f"{self.name}: after reading {number} port {gone} is still open")

    def page(self, port: int) -> bytes:
        if self.is_sealed:
            trusting = ssl.create_default_context()
            trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
            client = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=trusting)
        else:
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        client.request("GET", "/page.txt")
        return client.getresponse().read()

    def loads(self, seconds: int) -> list[subprocess.Popen]:
        scheme = "https" if self.is_sealed else "http"
        commands = []
        for port in (self.port, self.site_port):
            url = f"{scheme}://127.0.0.1:{port}/page.txt"
            commands.append(["wrk", "-t1", "-c8", f"-d{seconds}s", url])
            commands.append(["h2load", "-t1", "-c4", "-m8", f"-D{seconds}", url])
        return [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            for command in commands
        ]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)


def faults(told: str) -> list[str]:
    """What a load generator says that went wrong."""
    found = re.findall(r"Socket errors:.*|Non-2xx.*|unable to connect.*", told)
    counts = re.search(r"requests: .*?(\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout", told)
    if counts and any(int(count) for count in counts.groups()[1:]):
        found.append(counts.group(0))
    statuses = re.search(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx", told)
    if statuses and any(int(count) for count in statuses.groups()[1:]):
        found.append(statuses.group(0))
    return found


def answered(told: str) -> int:
    counts = re.search(r"(\d+) requests in|(\d+) succeeded", told)
    return int(counts.group(1) or counts.group(2)) if counts else 0


def main():
    hello, work, readings = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    wrong = []
    for is_sealed in (False, True):
        server = Server(hello, work, is_sealed)
        loads = server.loads(seconds=max(8, readings // 5))
        number = 0
        # As often as was asked for, and for as long as there is load.
        while number < readings or any(load.poll() is None for load in loads):
            number += 1
            server.read_anew(number)
        told = [load.communicate()[0] for load in loads]
        server.stop()
        total = [answered(text) for text in told]
        wrk, h2load = sum(total[::2]), sum(total[1::2])
        print(f"{server.name}: {server.readings} readings, {wrk} answers to wrk, {h2load} to h2load")
        wrong += [f"{server.name}: {fault}" for text in told for fault in faults(text)]
        if not all(total):
            wrong.append(f"{server.name}: a load generator got no answer\n" + "\n".join(told))
        if server.readings < readings:
            wrong.append(f"{server.name}: only {server.readings} readings")
    if wrong:
        sys.exit("\n".join(wrong))


main()
