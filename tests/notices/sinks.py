"""Real receivers on this machine: each counts who connects, keeps what it was sent, and answers as it is told."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Sink:
    """One receiver; `answers` are the statuses it gives, the last one for ever."""

    answers: list[int] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    drips: bool = False
    connects: int = 0
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0
    tls: ssl.SSLContext | None = None
    named: list[str] = field(default_factory=list)  # what callers said they want, when the line is encrypted
    then: Callable[[], object] | None = None  # what happens elsewhere before it answers
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"http://{self.place}/hook"

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.heard]


class Handler(BaseHTTPRequestHandler):
    """Answers for its server's sink."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        sink: Sink = self.server.sink  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if sink.hangs:
            sink.over.wait(30)
            return
        sink.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        if sink.then:
            sink.then()
        status = sink.answers.pop(0) if len(sink.answers) > 1 else sink.answers[0]
        if sink.drips:
            self._drip(sink)
            return
        self.send_response(status)
        for name, value in sink.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _drip(self, sink: Sink) -> None:
        """Say one letter after the other and never come to an end."""
        for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 10000:
            if sink.over.is_set():
                return
            self.wfile.write(bytes([letter]))
            self.wfile.flush()
            time.sleep(0.02)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Counts who connects."""

    daemon_threads = True
    sink: Sink

    def verify_request(self, *_: Any) -> bool:
        self.sink.connects += 1
        return True

    def handle_error(self, *_: Any) -> None:
        """Whoever hangs up is no fault."""


@contextmanager
def listening(sink: Sink | None = None) -> Iterator[Sink]:
    """Let a sink listen while the block lasts, on the port it had before if it had one."""
    sink = sink or Sink()
    server = Server(("127.0.0.1", sink.port), Handler)
    server.sink = sink
    if sink.tls:
        sink.tls.sni_callback = lambda line, name, context: sink.named.append(name)  # type: ignore[assignment]
        server.socket = sink.tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    sink.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        sink.over.set()
        server.shutdown()
        server.server_close()
