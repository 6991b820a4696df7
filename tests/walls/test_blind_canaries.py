"""Before blind answers open, whatever others say changes not one byte of what anybody else can be shown, on any address, by any wall alone."""

import re
from contextlib import nullcontext
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from comanaged import walls
from comanaged.vocabulary import Side
from responsibilities.models import BlindAnswer
from responsibilities.models.attesting import BlindAnswerRows, BlindQuestionRows
from tests.cast import Cast
from tests.responsibilities.attesting import ask, opened, say
from tests.walls.rooms import Rooms, furnish
from tests.walls.test_canaries import WALLS, unscoped
from tests.walls.test_routes import API, DESK, PAGES, knocks

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
ASKED = ("Iris", "Ivo", "Tess", "Tariq")
EVERYONE = (*ASKED, "Lena", "Auditor", "Provider administrator", "Pine's manager", "Olga")
DUTY = "support.first-line"
CHANGING = re.compile(r"[A-Za-z0-9]{64}|[0-9a-f]{32}|reference [\w-]+")  # tokens
WORDS = ("us", "them", "nobody")
MORE = (
    f"/harbor-dental/matrix/{DUTY}/",
    f"/harbor-dental/blind/ask/?duty={DUTY}",
    "/harbor-dental/blind/?show=internal-provider",
    "/harbor-dental/findings/?view=draft",
    "/harbor-dental/findings/?view=closed",
)


@pytest.fixture
def rooms(cast: Cast) -> Rooms:
    found = furnish(cast)
    ask(cast, DUTY, people=ASKED, at=timezone.now())
    return found


def stand_still(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Let no clock move between two looks."""
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


def forget_who(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every query about blind answers forget whose it wants and whether they are open."""
    monkeypatch.setattr(BlindAnswerRows, "opened", lambda rows: rows)
    monkeypatch.setattr(BlindAnswerRows, "of_person", lambda rows, user: rows)
    monkeypatch.setattr(BlindQuestionRows, "opened", lambda rows: rows)


def looks(cast: Cast, rooms: Rooms, name: str, keys: tuple[str, ...] = ()) -> dict[str, str]:
    """Return everything that one person, and these keys, can be shown; that somebody looked is taken back, because history tells it."""
    browser, clients = cast.browser(name), {secret: cast.api(secret) for secret in keys}
    with transaction.atomic():
        found = {path: shown(browser.get(path)) for _, path, method, _ in knocks(PAGES + DESK, rooms) if method == "GET"}
        found |= {path: shown(browser.get(path)) for path in MORE}
        for secret, client in clients.items():
            for _, path, method, _ in knocks(API, rooms):
                if method == "GET":
                    found[f"{secret[:11]} {path}"] = shown(client.get(f"{path}?client=harbor-dental&duty={DUTY}"))
        transaction.set_rollback(True)
    return found


def shown(answer: Any) -> str:
    """Return an answer without what differs each time."""
    headers = {word: value for word, value in answer.headers.items() if word != "Expires"}  # by the machine's own clock
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return CHANGING.sub("", f"{answer.status_code} {body.decode(errors='replace')} {headers}")


def answer(cast: Cast, *names: str, at: datetime) -> None:
    """Let some of those asked answer; somebody of each side is missing still."""
    for number, name in enumerate(names):
        say(cast, name, WORDS[number], duty=DUTY, at=at)
    assert not opened(cast, DUTY)


def moved(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> list[str]:
    return [f"{name}: {address}" for name, shown in before.items() for address in shown if shown[address] != after[name][address]]


@pytest.mark.parametrize(
    ("answering", "readers"),
    [
        (("Ivo", "Tess"), ("Iris", "Tariq", "Lena", "Auditor", "Provider administrator", "Pine's manager", "Olga")),
        (("Iris", "Tariq"), ("Ivo", "Tess")),
    ],
)
def test_e3_e7_nothing_anybody_is_shown_moves_by_what_others_answered(
    cast: Cast, rooms: Rooms, monkeypatch: pytest.MonkeyPatch, answering: tuple[str, ...], readers: tuple[str, ...]
) -> None:
    at = stand_still(monkeypatch)
    keys = (cast.key(cast.harbor, "k_read"), cast.key(cast.harbor, "k_desk", Side.INTERNAL), cast.key(cast.northwind, "k_desk"))
    before = {name: looks(cast, rooms, name, keys) for name in readers}
    answer(cast, *answering, at=at)
    after = {name: looks(cast, rooms, name, keys) for name in readers}
    assert moved(before, after) == []
    assert all(len(shown) > 60 for shown in before.values())


@pytest.mark.parametrize("wall", WALLS[1:])
def test_e7_each_wall_alone_keeps_them(cast: Cast, rooms: Rooms, monkeypatch: pytest.MonkeyPatch, wall: str) -> None:
    at = stand_still(monkeypatch)

    def look() -> dict[str, dict[str, str]]:
        with monkeypatch.context() as bare, walls.as_owner() if wall == "the managers alone" else nullcontext():
            if wall == "the database alone":
                forget_who(bare)
                unscoped(bare)
            return {name: looks(cast, rooms, name) for name in ("Iris", "Tariq")}

    before = look()
    answer(cast, "Ivo", "Tess", at=at)
    assert moved(before, look()) == []


def test_e7_without_any_wall_the_difference_is_seen(cast: Cast, rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    at = stand_still(monkeypatch)
    browser = cast.browser("Iris")

    def page() -> str:
        with monkeypatch.context() as bare, walls.as_owner():
            forget_who(bare)
            return CHANGING.sub("", browser.get("/harbor-dental/blind/").content.decode())

    before = page()
    answer(cast, "Ivo", "Tess", at=at)
    assert page() != before


def test_e7_every_query_of_everybody_in_their_own_scope_finds_nothing(cast: Cast, rooms: Rooms) -> None:
    answer(cast, "Ivo", "Tess", at=timezone.now())
    for name in EVERYONE[:-2]:
        with cast.as_(name):
            shut = BlindAnswer.unscoped.filter(question__opened_at=None)
            assert list(shut) == [], name


@pytest.mark.parametrize("name", ["Iris", "Ivo", "Tess", "Tariq"])
def test_the_page_that_asks_says_nothing_of_what_is_written(cast: Cast, rooms: Rooms, name: str) -> None:
    page: Any = cast.browser(name).get("/harbor-dental/blind/answer/").content.decode()
    main = page[page.index("<main") :]
    assert DUTY in main
    assert not re.search(r"accountable|does it|answers first|in force|signed|version|side-of|nobody answered", main)
