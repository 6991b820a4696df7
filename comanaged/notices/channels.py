"""The only module that calls other systems by HTTP: a name is resolved once, its number is judged, and exactly that number is called.

There is no redirect, no proxy, no second look-up; the whole call has one deadline, also against who answers letter by letter.
"""

import contextlib
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpcore
from django.conf import settings

from comanaged.notices.domain import outside
from comanaged.notices.domain.outside import NotOutside, Number, Target

__all__ = ["Answer", "NoAnswer", "NotOutside", "post", "resolved", "target_of"]

MOST = 64 * 1024  # bytes that are read of an answer
PIECE = 16 * 1024
TRIED = 3  # of the numbers of one name
Resolve = Callable[[str, int], Iterable[str]]


class NoAnswer(Exception):
    """The other system did not answer, or not in time; the text says what happened, for who looks after the channel."""


@dataclass(frozen=True)
class Answer:
    """What the other system said."""

    status: int
    retry_after: str = ""


def target_of(address: str) -> Target:
    """Return where an address leads; raise NotOutside for one that our server does not call."""
    return outside.target_of(address, settings.HOOKS_INSIDE)


def resolved(host: str, port: int) -> list[str]:
    """Return the numbers of a name as the system's resolver knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def post(
    address: str, body: bytes, headers: Mapping[str, str], *, resolve: Resolve = resolved, context: ssl.SSLContext | None = None
) -> Answer:
    """Send a body once and return the answer; raise NotOutside where the name leads inside, NoAnswer where nothing came back."""
    until = time.monotonic() + settings.HOOKS_SECONDS
    target = target_of(address)
    numbers = numbers_of(target, until, resolve)
    url = httpcore.URL(
        scheme=b"https" if target.secure else b"http", host=target.host.encode(), port=target.port, target=target.path.encode()
    )
    said = [
        (b"Host", target.place.encode()),
        (b"User-Agent", b"Comanaged"),
        (b"Accept", b"*/*"),
        *((name.encode(), value.encode()) for name, value in headers.items()),
    ]
    pool = httpcore.ConnectionPool(ssl_context=context or trusted(), network_backend=Pinned(numbers, until), max_connections=1, retries=0)
    try:
        with pool, pool.stream("POST", url, headers=said, content=body) as answer:
            _drain(answer.iter_stream())
            return Answer(answer.status, _header(answer, b"retry-after"))
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, ssl.SSLError, OSError) as trouble:
        raise NoAnswer(_words(trouble)) from trouble


def numbers_of(target: Target, until: float, resolve: Resolve) -> list[str]:
    """Return the numbers to call for a target. One number inside refuses them all: who owns the name plays with it."""
    number = None if target.inside else outside.number_of(target.host)
    found = [str(number)] if number else _looked_up(target, until, resolve)
    if target.inside:
        return found[:TRIED]
    judged = [_judged(word) for word in found]
    if not all(judged):
        raise NotOutside(f"The name {target.host} leads to a number inside a network, so nothing was sent there.")
    return [str(number) for number in judged if number][:TRIED]


def _judged(word: str) -> Number | None:
    """Return the number to connect to for one answer of the resolver."""
    try:
        return outside.outside(ipaddress.ip_address(word))
    except ValueError:
        return None


def _looked_up(target: Target, until: float, resolve: Resolve) -> list[str]:
    """Ask the resolver once, in a thread of its own: it knows no deadline."""
    told: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def look() -> None:
        try:
            told.put(list(resolve(target.host, target.port)))
        except Exception as trouble:
            told.put(trouble)

    threading.Thread(target=look, daemon=True).start()
    try:
        found = told.get(timeout=max(0.0, until - time.monotonic()))
    except queue.Empty:
        raise NoAnswer(f"The name {target.host} was not found in time.") from None
    if isinstance(found, Exception) or not found:
        raise NoAnswer(f"The name {target.host} is not known.")
    return found


@lru_cache(maxsize=1)
def trusted() -> ssl.SSLContext:
    """Return whom we believe that they are who they say: the public authorities, and those of this machine."""
    return httpcore.default_ssl_context()


class Pinned(httpcore.NetworkBackend):
    """Connects to these numbers, whatever name it is given; the name is for the certificate and the Host header alone."""

    def __init__(self, numbers: list[str], until: float) -> None:
        self.numbers, self.until = numbers, until

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None, socket_options: Any = None
    ) -> httpcore.NetworkStream:
        trouble: OSError = OSError("no number to call")
        for left, number in zip(range(len(self.numbers), 0, -1), self.numbers, strict=True):
            try:
                return Stream(socket.create_connection((number, port), timeout=_left(self.until) / left), self.until)
            except OSError as why:
                trouble = why
        raise httpcore.ConnectError(str(trouble)) from trouble


class Stream(httpcore.NetworkStream):
    """A connection on which every step has what is left of the one deadline."""

    def __init__(self, line: socket.socket, until: float) -> None:
        self.line, self.until = line, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.line.settimeout(_left(self.until))
        return self.line.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        while buffer:
            self.line.settimeout(_left(self.until))
            buffer = buffer[self.line.send(buffer[:PIECE]) :]

    def close(self) -> None:
        self.line.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self.line.settimeout(_left(self.until))
        try:
            self.line = ssl_context.wrap_socket(self.line, server_hostname=server_hostname)
        except Exception:
            self.close()
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        return self.line if info == "socket" else None


def _left(until: float) -> float:
    """Return the seconds that are left; raise once there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time is over")
    return left


def _drain(pieces: Iterable[bytes]) -> None:
    """Let the other system finish what it says, within measure; its words are not kept, so nobody reads through us what lies behind it."""
    heard = 0
    with contextlib.suppress(httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError):
        for piece in pieces:
            heard += len(piece)
            if heard >= MOST:
                break


def _header(answer: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1").strip()[:100] for key, value in answer.headers if key.lower() == name), "")


def _words(trouble: BaseException) -> str:
    """Say what went wrong, without the other system's own words."""
    if isinstance(trouble, TimeoutError | httpcore.TimeoutException):
        return "It did not answer in time."
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return f"Its certificate is not to be trusted: {trouble.verify_message}."
    if isinstance(trouble, ssl.SSLError):
        return "It speaks no encryption that we know."
    if isinstance(trouble, httpcore.ConnectError):
        return "It could not be reached."
    return "It broke the connection off, or answered in no way that we know."
