"""What a client promises: read by everyone, changed by its managers, kept by what is open."""

import pytest

from comanaged.accounts import access
from comanaged.audit.models import Entry
from comanaged.vocabulary import Side
from responsibilities.models import Calendar
from tests.cast import Cast
from tests.responsibilities.agreeing import open_one
from tests.tickets.build import NOON, from_person, later
from tickets import actions
from tickets.actions import agreeing, steps
from tickets.domain import agreeing as rules
from tickets.domain import ledger
from tickets.models import Promise, Ticket

PAGE = "/harbor-dental/promises/"
SENT = {f"{key}_{what}": str(value) for key, one in ledger.DEFAULTS.items() for what, value in one.items()} | {
    "P1_answer": "15 min", "P1_fix": "4 h", "P2_answer": "30 min", "P2_fix": "8 h", "P3_answer": "1 h 30 min", "P3_fix": "16 h",
    "P4_answer": "8h", "P4_fix": "40 hours", "seen": "0",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30 min", 1800), ("4 h", 14400), ("1 h 30 min", 5400), ("4h", 14400), ("90 minutes", 5400), ("2 hours", 7200), (" 1  h ", 3600),
        ("", None), ("soon", None), ("0 min", None), ("-4 h", None), ("4", None), ("9999 h", None), ("٤ h", None),
    ],
)  # fmt: skip
def test_a_length_is_read_as_people_write_it(text: str, seconds: int | None) -> None:
    assert rules.read_length(text) == seconds


@pytest.mark.django_db
def test_everyone_reads_it_and_managers_of_the_client_change_it(cast: Cast) -> None:
    for name in ("Iris", "Ivo", "Lena", "Auditor", "Tess", "Tariq"):
        page = cast.browser(name).get(PAGE).content.decode()
        assert "24 h" in page
        assert ("Change what is promised" in page) == (name == "Iris")
    assert cast.browser("Tess").get(PAGE + "change/").status_code == 403
    assert cast.browser("Olga").get(PAGE).status_code == 404


@pytest.mark.django_db
def test_a_change_holds_for_new_tickets_only_and_is_in_the_trail(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        old = from_person(iris)
    browser = cast.browser("Iris")
    assert "30 min" in browser.get(PAGE + "change/").content.decode()
    assert browser.post(PAGE + "change/", SENT).status_code == 302
    assert browser.post(PAGE + "change/", SENT).status_code == 302, "sent twice is sent once"
    with cast.as_("Iris") as iris:
        new = from_person(iris)
        assert (old.answer_due_at, old.fix_due_at) == (fresh(old).answer_due_at, fresh(old).fix_due_at)
        assert new.answer_due_at is not None
        assert old.answer_due_at is not None
        assert new.answer_due_at < old.answer_due_at
        row = Promise.objects.for_tenant(cast.harbor).get()
        assert (row.version, row.targets["P3"]["answer"]) == (1, 5400)
        entry = Entry.objects.for_tenant(cast.harbor).get(action="promise.changed")
        assert "normal: first answer 4 h, fix 24 h, in business hours" in entry.before
        assert "normal: first answer 1 h 30 min, fix 16 h, in business hours" in entry.after
    assert "1 h 30 min" in browser.get(PAGE).content.decode()


@pytest.mark.django_db
def test_what_makes_no_sense_is_said_at_its_field_and_what_is_stale_is_told(cast: Cast) -> None:
    browser = cast.browser("Iris")
    wrong = browser.post(PAGE + "change/", SENT | {"P2_answer": "tomorrow", "P1_hours": "never"})
    assert wrong.status_code == 422
    assert "Write a length like 30 min or 4 h." in wrong.content.decode()
    assert 'value="tomorrow"' in wrong.content.decode()
    longer = browser.post(PAGE + "change/", SENT | {"P2_answer": "9 h"})
    assert longer.status_code == 422
    assert "The first answer comes before the fix." in longer.content.decode()
    assert browser.post(PAGE + "change/", SENT).status_code == 302
    stale = browser.post(PAGE + "change/", SENT | {"P4_fix": "20 h"})
    assert stale.status_code == 409
    assert "since you saw it" in stale.content.decode()


@pytest.mark.django_db
def test_only_the_clients_managers_set_it_and_vendors_pause_only_where_agreed(cast: Cast) -> None:
    with cast.as_("Tess") as tess, pytest.raises(access.Refused):
        agreeing.set_promise(ledger.DEFAULTS, vendor_pauses=True, seen=0, by=tess, at=NOON)
    with cast.as_("Iris") as iris:
        agreeing.set_promise(ledger.DEFAULTS, vendor_pauses=True, seen=0, by=iris, at=NOON)
        with pytest.raises(steps.Stale):
            agreeing.set_promise(ledger.DEFAULTS, vendor_pauses=False, seen=0, by=iris, at=NOON)
        ticket = from_person(iris, side=Side.INTERNAL)
        steps_of(ticket, iris)
        assert fresh(ticket).fix_due_at is None


@pytest.mark.django_db
def test_business_hours_that_never_open_are_warned_of(cast: Cast) -> None:
    assert "never open" not in cast.browser("Lena").get(PAGE).content.decode()
    with cast.scope():
        Calendar.objects.for_tenant(cast.harbor).filter(version=open_one(cast)).update(week={}, stamp=9)
    assert "The business hours of Harbor Dental never open" in cast.browser("Lena").get(PAGE).content.decode()


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.for_tenant(ticket.tenant_id).get(pk=ticket.pk)


def steps_of(ticket: Ticket, by: access.Actor) -> None:
    """Let it wait for parts."""
    actions.take(ticket.pk, by=by, at=later(1))
    actions.wait(ticket.pk, "parts", "A lamp", later(60), "", by=by, at=later(2))
