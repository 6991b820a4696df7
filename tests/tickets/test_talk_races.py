"""Two presses at the same moment are one, for everything one writes, attaches, follows and blanks."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from comanaged.vocabulary import Audience
from tests.cast import Cast
from tests.tickets.build import from_person
from tests.walls.test_races import at_once
from tickets import actions
from tickets.models import Attachment, Canned, Draft, Event, Kind, Presence, Redaction, Ticket, Watcher

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
TIMES = 4


@pytest.fixture
def ticket(cast: Cast, settings: Any, tmp_path: Path) -> Ticket:
    settings.FILES = tmp_path / "files"
    with cast.as_("Iris") as iris:
        return from_person(iris, at=timezone.now())


def press(cast: Cast, name: str, ticket: Ticket, more: str, **said: Any) -> list[int]:
    """Press the same button in several tabs of one person at once; return the answers."""
    browsers = [cast.browser(name) for _ in range(TIMES)]
    where = more if more.startswith("/") else f"/harbor-dental/tickets/{ticket.number}/{more}"

    def body() -> dict[str, Any]:
        files = {"files": SimpleUploadedFile("a.log", b"no space left")} if said.get("files") else {}
        return said | files

    return at_once(*(lambda one=browser: one.post(where, body()).status_code for browser in browsers))


def count(cast: Cast, model: Any, **which: Any) -> int:
    with cast.scope(side=cast.harbor):
        found: int = model.objects.for_tenant(cast.harbor).filter(**which).count()
        return found


@pytest.mark.parametrize(("verb", "kind"), [("reply/", Kind.REPLY), ("note/", Kind.NOTE)])
def test_h5_a_message_with_a_file_is_sent_once(cast: Cast, ticket: Ticket, verb: str, kind: str) -> None:
    assert set(press(cast, "Iris", ticket, verb, text="Look.", mode="public", once="a", files=True)) == {302}
    assert count(cast, Event, ticket=ticket.pk, kind=kind) == 1
    assert count(cast, Attachment) == 1


def test_h5_drafts_marks_and_followers_are_one_row_each(cast: Cast, ticket: Ticket) -> None:
    assert set(press(cast, "Iris", ticket, "draft/", text="Dear", mode="public")) == {204}
    assert set(press(cast, "Iris", ticket, "here/")) == {204}
    assert set(press(cast, "Iris", ticket, "watch/")) == {302}
    assert (count(cast, Presence), count(cast, Watcher)) == (1, 1)
    iris = cast.actor("Iris")
    with cast.scope(side=cast.harbor):
        assert Draft.objects.for_tenant(cast.harbor).count() == 0, "nobody's without that person"
        assert iris.user_id
    assert set(press(cast, "Iris", ticket, "unwatch/")) == {302}


def test_h5_a_secret_is_blanked_once(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Iris") as iris:
        actions.reply(ticket.pk, "hunter2", Audience.SHARED, by=iris, at=timezone.now())
        event = Event.objects.for_tenant(cast.harbor).of(ticket.pk).latest("id")
    assert set(press(cast, "Iris", ticket, f"blank/{event.pk}/", reason="A password was pasted here.")) == {302}
    assert count(cast, Redaction) == 1


def test_h5_a_canned_reply_is_kept_once(cast: Cast, ticket: Ticket) -> None:
    answers = press(cast, "Iris", ticket, "/harbor-dental/replies/new/", title="Thanks", text="Thank you.")
    assert sorted(answers)[0] == 302
    assert set(answers) <= {302, 422}
    assert count(cast, Canned) == 1
