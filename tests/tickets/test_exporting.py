"""A client's tickets as one file for either side: all of them, with that side's own notes only, written by a worker, fetched once more than asked."""

import csv
import io
import json
import uuid
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from comanaged import background
from comanaged.audit.models import Entry
from comanaged.celery import app
from comanaged.vocabulary import Audience, Side
from tests.cast import Cast
from tests.tickets.build import a_file, from_person
from tickets import actions
from tickets.actions import exporting
from tickets.models import Export
from tickets.queries import exporting as reading

app.loader.import_default_modules()

PAGE = "/harbor-dental/tickets/export/"
OURS, THEIRS = "the vault code is heron", "their tone annoys us"


@pytest.fixture
def story(cast: Cast) -> Cast:
    """Two tickets: one with a note and a file of each side, one with a title that a spreadsheet would run."""
    at = timezone.now()
    with cast.as_("Iris") as iris:
        ticket = from_person(iris, title="The viewer will not open", at=at)
        from_person(iris, title="=HYPERLINK(1)", side=Side.INTERNAL, at=at)
        actions.reply(ticket.pk, "It began this morning.", Audience.PUBLIC, by=iris, at=at, files=[a_file("both.log", b"for both\n")])
        actions.note(ticket.pk, OURS, by=iris, at=at, files=[a_file("ours.log", b"ours alone\n")])
    with cast.as_("Tess") as tess:
        actions.note(ticket.pk, THEIRS, by=tess, at=at, files=[a_file("theirs.log", b"theirs alone\n")])
    return cast


def fetched(cast: Cast, name: str) -> zipfile.ZipFile:
    """Ask, let a worker write, and fetch, as a browser does."""
    browser = cast.browser(name)
    assert browser.post(f"{PAGE}ask/").status_code == 302
    assert background.sweep_table("tickets.export") == 1
    answer: Any = browser.post(f"{PAGE}1/fetch/")
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def stories(packed: zipfile.ZipFile) -> list[dict[str, Any]]:
    return [json.loads(line) for line in packed.read("tickets.jsonl").decode().splitlines()]


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
@pytest.mark.parametrize(
    ("name", "own", "others"),
    [("Iris", (OURS, b"ours alone\n"), (THEIRS, b"theirs")), ("Tess", (THEIRS, b"theirs alone\n"), (OURS, b"ours alone"))],
)
def test_a_side_takes_out_every_ticket_with_its_own_notes_only(story: Cast, name: str, own: Any, others: Any) -> None:
    packed = fetched(story, name)
    everything = b"".join(packed.read(one) for one in packed.namelist())
    assert all(words in everything for words in (own[0].encode(), own[1], b"for both\n"))
    assert not any(words in everything for words in (others[0].encode(), others[1]))
    told = stories(packed)
    assert [one["title"] for one in told] == ["The viewer will not open", "=HYPERLINK(1)"]
    assert [entry["kind"] for entry in told[0]["entries"]] == ["opened", "reply", "note"]
    named = {file["file"] for one in told for entry in one["entries"] for file in entry["attachments"]}
    assert named == {one for one in packed.namelist() if one.startswith("files/")}
    rows = list(csv.DictReader(io.StringIO(packed.read("tickets.csv").decode("utf-8-sig"))))
    assert [row["title"] for row in rows] == ["The viewer will not open", "'=HYPERLINK(1)"]


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_asking_twice_is_one_file_and_the_history_says_who_took_it_out(story: Cast) -> None:
    browser = story.browser("Iris")
    assert [browser.post(f"{PAGE}ask/").status_code for _ in range(2)] == [302, 302]
    with story.scope():
        assert Export.objects.for_tenant(story.harbor).count() == 1
    background.sweep_table("tickets.export")
    browser.post(f"{PAGE}1/fetch/")
    with story.scope():
        told = [entry.after for entry in Entry.objects.for_tenant(story.harbor).filter(action="export.tickets").order_by("id")]
    assert len(told) == 2
    assert "fetched" in told[1]
    assert OURS not in " ".join(told)


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_a_side_asks_five_times_a_day_and_the_other_side_sees_none_of_its_files(story: Cast) -> None:
    at = timezone.now()
    for _ in range(5):
        with story.as_("Iris") as iris:
            exporting.ask(by=iris, at=at)
        background.sweep_table("tickets.export")
    refused = story.browser("Iris").post(f"{PAGE}ask/")
    assert refused.status_code == 422
    assert "took the tickets out 5 times today" in refused.content.decode()
    tess = story.browser("Tess")
    assert tess.post(f"{PAGE}1/fetch/").status_code == 404
    assert tess.get(f"{PAGE}1/").status_code == 404
    assert "Nothing was taken out yet" in tess.get(PAGE).content.decode()


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_a_file_is_gone_after_its_week(story: Cast) -> None:
    fetched(story, "Iris")
    with story.scope():
        row = Export.objects.for_tenant(story.harbor).get()
        Export.objects.for_tenant(story.harbor).update(ready_at=row.ready_at - timedelta(days=8))  # type: ignore[operator]
    assert exporting.place_of(row).exists()
    assert background.sweep_table("tickets.export") == 1
    assert not exporting.place_of(row).exists()
    assert story.browser("Iris").post(f"{PAGE}1/fetch/").status_code == 422
    assert background.sweep_table("tickets.export") == 0


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_a_worker_that_lost_its_lease_says_nothing_of_the_file(story: Cast) -> None:
    with story.as_("Iris") as iris:
        row = exporting.ask(by=iris, at=timezone.now())
    known = background.JOBS["tickets.export"]
    first = "00000000-0000-4000-8000-000000000001"
    assert background.claim(known, tenant=story.harbor.pk, row=row.pk, token=first) == 1
    with story.scope():
        Export.objects.for_tenant(story.harbor).update(lease_token=uuid.uuid4())
    with pytest.raises(background.LostLease):
        exporting.write(row.pk, tenant=story.harbor.pk, token=uuid.UUID(first), at=timezone.now())
    with story.scope():
        assert Export.objects.for_tenant(story.harbor).get().ready_at is None


@pytest.mark.django_db
def test_a_batch_costs_the_same_however_many_tickets_are_in_it(cast: Cast, django_assert_num_queries: Any) -> None:
    for number in range(12):
        with cast.as_("Iris") as iris:
            from_person(iris, title=f"Screen {number}")
        if number in (1, 11):
            with cast.as_("Iris") as iris, django_assert_num_queries(10):
                found = reading.batch(cast.harbor.pk, cast.harbor.pk, 0, timezone.now())
            assert len(found.tickets) == number + 1


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_what_a_worker_left_that_died_in_the_middle_is_begun_anew(story: Cast) -> None:
    with story.as_("Iris") as iris:
        row = exporting.ask(by=iris, at=timezone.now())
    known = background.JOBS["tickets.export"]
    assert background.claim(known, tenant=story.harbor.pk, row=row.pk, token=str(uuid.uuid4())) == 1
    place = exporting.place_of(row)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.with_suffix(".part").write_bytes(b"half of it")
    assert background.sweep_table("tickets.export") == 0  # the dead one's lease still holds
    with story.scope():
        Export.objects.for_tenant(story.harbor).update(lease_until=timezone.now() - timedelta(seconds=1), done=1)
    assert background.sweep_table("tickets.export") == 1
    with zipfile.ZipFile(place) as packed:
        assert len(stories(packed)) == 2
    assert not place.with_suffix(".part").exists()
    with story.scope():
        assert Export.objects.for_tenant(story.harbor).get().done == 2
