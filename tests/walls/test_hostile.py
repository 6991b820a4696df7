"""Whatever is sent, the answer is never a fault of ours; and nothing that opens something is written down."""

import base64
import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client

from comanaged import logs
from comanaged.accounts import api_auth
from comanaged.vocabulary import Side
from tests.cast import Cast
from tests.walls.described import HERE, described
from tests.walls.rooms import Rooms, furnish
from tests.walls.routes import Address
from tests.walls.test_routes import API, DESK, PAGES, knocks

pytestmark = pytest.mark.django_db
VALUES = (
    r'"\u0000"',
    r'"\ud800"',
    "1e999",
    "9" * 30,
    "[]",
    "{}",
    "null",
    "true",
    "NaN",
    '"9999-12-31T23:59:59Z"',
    '"' + "x" * 30_000 + '"',
)
WORDS = ("\x00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "9" * 30, "-1", "٣", "²", "[" * 3000, "1e999", "/etc/passwd")
ASKED = [
    "q",
    "act",
    "ticket",
    "line",
    "after",
    "text",
    "title",
    "duty",
    "once",
    "seen",
    "mode",
    "priority",
    "asset",
    "mapping",
    "name",
    "kind",
    "reason",
    "party",
    "letter",
    "hours",
    "packed",
    "as_of",
    "date_order",
    "zone",
    "rpo_hours",
    "grace_hours",
    "streak",
    "email",
    "role",
    "days",
    "after",
    "before",
    "at",
    "view",
    "back",
    "state",
    "side",
    "taken",
    "client",
    "severity",
    "ticket",
    "next",
    "comment",
    "authority",
    "first_steps",
    "place",
    "site",
    "line",
    "choice",
    "was",
    "also",
    "marks",
    "table",
    "column-0",
    "lines",
    "draft",
    "row",
    "first",
    "fill",
    "company",
    "message",
    "manager",
    "about",
    "category",
    "people",
    "canned",
    "began",
    "was",
    "shown",
    "since",
    "minutes",
    "day",
    "other",
    "tie",
    "required",
    "what",
    "why",
    "cost",
    "approver",
    "stand_in",
    "answer_by",
    "answer",
    "over_count",
    "over_minutes",
    "every",
    "first_on",
    "clock",
    "steps",
    "parts",
]
CURSORS: tuple[list[Any], ...] = (
    ["\x00", "2026-01-01T00:00:00+00:00", 1],
    ["\ud800", "2026-01-01T00:00:00+00:00", 1],
    ["P1", "0001-01-01T00:00:00+23:59", 1],
    ["P1", "9999-12-31T23:59:59-23:59", 1],
    ["P1", "2026-01-01T00:00:00+00:00", 2**63],
    [],
)


@pytest.fixture
def rooms(cast: Cast) -> Rooms:
    return furnish(cast)


def bodies(fields: dict[str, Any]) -> Iterator[bytes]:
    """Yield what no program of ours would send to an address that takes these fields, each with what it may be sent."""
    yield from (b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000, b'{"title": "\xff\xfe"}', b"", b"[]", b"null")
    yield b'{"\\u0000": 1, "\\ud800": 2, "title": "t", "text": "x"}'
    yield b'{"version": ' + b"9" * 5000 + b"}"
    for value in VALUES:
        yield ("{" + ",".join(f'"{name}": {value}' for name in fields) + "}").encode()
        for name, good in fields.items():
            yield json.dumps(fields | {name: HERE}).replace(f'"{HERE}"', value).encode()
            for inner in good if isinstance(good, dict) else ():
                yield json.dumps(fields | {name: good | {inner: HERE}}).replace(f'"{HERE}"', value).encode()


def quiet(client: Client) -> Client:
    """Let a fault answer with 500 as it does outside, instead of raising here."""
    client.raise_request_exception = False
    return client


def test_a10_no_body_makes_the_api_fail(cast: Cast, rooms: Rooms) -> None:
    desk, evidence = (quiet(cast.api(cast.key(cast.harbor, kind, Side.INTERNAL))) for kind in ("k_desk", "k_evidence"))
    wrong, own = [], described()
    for one, path, method, action in knocks(API, rooms):
        client = evidence if action == "evidence.upload" else desk
        wrong += [
            f"{path}: {body[:60]!r}"
            for body in (bodies(own[one.braced, method].body) if method in {"POST", "PUT"} else ())
            if client.generic(method, path, body, content_type="application/json").status_code >= 500
        ]
    assert wrong == []


@pytest.mark.parametrize("charset", ["zlib", "hex", "utf-16", "idna", "undefined", "no-such"])
def test_a10_a_strange_charset_is_no_fault_and_unpacks_nothing(cast: Cast, rooms: Rooms, charset: str) -> None:
    desk, iris = quiet(cast.api(cast.key(cast.harbor, "k_desk"))), quiet(cast.browser("Iris"))
    form = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nabc\r\n--x--\r\n'
    for path, client, kind, body in (
        ("/api/v1/tickets/", desk, "application/json", b'{"title": "t", "text": "x"}'),
        ("/api/v1/tickets/", desk, "multipart/form-data; boundary=x", form),
        ("/harbor-dental/tickets/new/", iris, "multipart/form-data; boundary=x", form),
        ("/harbor-dental/tickets/new/", iris, "application/x-www-form-urlencoded", b"title=a"),
        ("/sign-in/", quiet(Client()), "multipart/form-data; boundary=x", form),
    ):
        assert client.generic("POST", path, body, content_type=f"{kind}; charset={charset}").status_code < 500, f"{path} {kind}"


def test_a10_no_word_in_an_address_or_a_header_makes_the_api_fail(cast: Cast, rooms: Rooms) -> None:
    own, provider = quiet(cast.api(cast.key(cast.harbor, "k_desk"))), quiet(cast.api(cast.key(cast.northwind, "k_desk")))
    names, known = ("client", "cursor", "limit", "duty", "state", "code", "at", "number", "severity", "ticket", "side", "zone"), described()
    wrong = [
        f"{path}?{query}"
        for one, path, method, _ in knocks(API, rooms)
        if method == "GET"
        for query in [*queries(known[one.braced, "GET"].query), *(urlencode(dict.fromkeys(names, word)) for word in WORDS)]
        for client in (own, provider)
        if client.get(f"{path}?{query}").status_code >= 500
    ]
    assert wrong == []
    for secret in ("\x00" * 20, "ck_\x00\x00", "é", "ck_" + "a" * 100_000, "ck_aaaaaaaa_" + "é" * 43):
        assert quiet(Client(headers={"Authorization": f"Bearer {secret}"})).get("/api/v1/tickets/").status_code == 401


def queries(names: tuple[str, ...]) -> Iterator[str]:
    """Yield strange words for each of these names, and places in a list that no list gave out."""
    yield from (f"{name}={quote(word)}" for name in names for word in WORDS)
    if "cursor" in names:
        yield from (f"state={state}&cursor={packed(place)}" for place in CURSORS for state in ("to_do", "all"))
        yield from ("cursor=" + quote(word) for word in ("cD0lMDA=", "bz0tMQ==", "W" * 200, "cD1hYmM="))


def packed(place: list[Any]) -> str:
    """Return a cursor as the list of tickets would write it."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


@pytest.mark.parametrize("name", ["Iris", "Tess"])
def test_a10_no_form_and_no_address_makes_a_page_fail(cast: Cast, rooms: Rooms, name: str) -> None:
    client, wrong = quiet(cast.browser(name)), []
    words = WORDS[name == "Tess" :: 2]  # each word comes from one of the two
    for one, path, method, _ in knocks(PAGES + DESK, rooms):
        for word in words[:1] if is_file(one) else words:  # a file is made anew each time, whatever is asked
            if method == "GET":
                status = client.get(path, dict.fromkeys(ASKED, word[:300])).status_code
            elif "remove" not in one.name and "revoke" not in one.name:
                status = client.post(path, dict.fromkeys(ASKED, word)).status_code
            if status >= 500:
                wrong.append(f"{method} {path} {word[:20]!r}")
    assert wrong == []


def is_file(one: Address) -> bool:
    """Say whether an address is that of a download."""
    return "." in one.route.rsplit("/", 1)[1]


@pytest.mark.parametrize("path", ["/account/2fa/webauthn/login/", "/sign-in/", "/account/password/reset/"])
def test_a10_a_form_nested_without_end_is_the_senders_fault(path: str) -> None:
    deep = "[" * 100_000
    assert quiet(Client()).post(path, {"credential": deep, "login": deep, "email": deep}).status_code < 500


def test_c4_a_json_body_over_the_limit_is_not_read(cast: Cast) -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= api_auth.BIGGEST + 1, "the whole body was asked for"
            Endless.taken += size
            return b" " * size

    client = cast.api(cast.key(cast.harbor, "k_desk"))
    said: dict[str, Any] = {"CONTENT_LENGTH": str(api_auth.BIGGEST * 10), "CONTENT_TYPE": "application/json", "wsgi.input": Endless()}
    answer = client.generic("POST", "/api/v1/tickets/", b"", **said)
    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"
    assert Endless.taken <= api_auth.BIGGEST + 1


@pytest.mark.parametrize("path", ["/sign-in/", "/invite/x/", "/api/v1/tickets/", "/api/v1/evidence/backup/"])
def test_c4_an_announced_giant_is_refused_before_anyone_reads_it(path: str) -> None:
    class Untouched(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("read")

    said: dict[str, Any] = {
        "CONTENT_LENGTH": str(5 * 1024**3),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "wsgi.input": Untouched(),
    }
    assert Client().generic("POST", path, b"", **said).status_code == 413


@pytest.mark.parametrize(
    "line",
    [
        "POST /api/v1/in/{} HTTP/1.1",
        "Not Found: /api/v1/in//{}/",
        "/api/v1/in/ab%63{}",
        "/sign-in/?next=/invite/{}/",
        "/sign-in/?next=%2Finvite%2F{}%2F",
        "https://portal.example.test/account/password/reset/key/{}/",
        "Authorization: Bearer ck_0123abcd_{}",
    ],
)
def test_f7_no_line_of_the_log_holds_what_opens_something(line: str) -> None:
    secret = "S3cret-part_of_a-key"  # noqa: S105 - nobody's
    record = logging.LogRecord("gunicorn.error", logging.ERROR, "x", 1, "%s", (line.format(secret),), None)
    logs.MaskKeys().filter(record)
    assert secret not in logs.OneLine().format(record)


def test_f7_the_web_servers_own_lines_are_masked_too() -> None:
    for name in ("gunicorn.error", "gunicorn.access", "django.server"):
        handlers = [one for one in logging.getLogger(name).handlers if type(one) is logging.StreamHandler]  # pytest adds its own
        assert handlers
        assert all(any(isinstance(one, logs.MaskKeys) for one in handler.filters) for handler in handlers)


def test_f6_the_link_to_reset_begins_with_our_address_whatever_host_was_named(cast: Cast, mailoutbox: list[Any], settings: Any) -> None:
    settings.ADDRESS = "https://portal.example.test"
    for host in ("testserver:1337", "127.0.0.1"):
        mailoutbox.clear()
        Client(headers={"Host": host}).post("/account/password/reset/", {"email": "iris@example.test"})
        (sent,) = mailoutbox
        assert "https://portal.example.test/account/password/reset/key/" in sent.body
        assert host not in sent.body


@pytest.mark.parametrize(
    "next_page",
    [
        "//evil.test",
        "\\\\evil.test",
        "https:evil.test",
        "https://evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
        "///evil.test",
        "\t//evil.test",
    ],
)
def test_f6_signing_in_leads_nowhere_else(cast: Cast, next_page: str) -> None:
    browser = Client()
    answer = browser.post(
        "/sign-in/?next=" + quote(next_page), {"login": "iris@example.test", "password": "a harbour full of boats", "next": next_page}
    )
    assert answer["Location"] == "/"


def test_e9_a_refusal_is_kept_by_nobody_either(cast: Cast) -> None:
    answer = cast.browser("Ivo").get("/harbor-dental/keys/")
    assert answer.status_code == 403
    assert "no-store" in answer["Cache-Control"]


def test_csrf_every_form_wants_its_token_and_a_key_needs_none(cast: Cast, rooms: Rooms) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = cast.browser("Iris").cookies
    for one, path, method, _ in knocks(PAGES + DESK, rooms):
        if method == "POST" and client.post(path).status_code not in {403, 405}:
            raise AssertionError(f"{one.route} takes a form without its token")
    strict = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {cast.key(cast.harbor, 'k_desk')}"})
    sent = strict.post("/api/v1/tickets/", {"title": "t", "text": "x"}, content_type="application/json")
    assert sent.status_code == 201


def test_a_session_is_no_key(cast: Cast) -> None:
    assert cast.browser("Iris").get("/api/v1/tickets/").status_code == 401
