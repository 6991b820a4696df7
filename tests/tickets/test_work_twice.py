"""H5: every form of the work on a ticket, sent twice at the same moment, has one effect."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from tests.cast import Cast
from tests.tickets.build import from_person, later
from tests.tickets.test_concurrency import at_once
from tickets.actions import approving, checklist, linking, merging, minutes, scheduling, steps
from tickets.domain.linking import Tie
from tickets.domain.scheduling import Every
from tickets.models import Approval, Event, Link, Merge, Minutes, Schedule, Step

pytestmark = pytest.mark.django_db(transaction=True)
AT = later(1)


@pytest.mark.parametrize(
    ("form", "model"),
    [
        ("step", Step),
        ("minutes", Minutes),
        ("link", Link),
        ("part", None),
        ("approval", Approval),
        ("merge", Merge),
        ("schedule", Schedule),
    ],
)
def test_h5_the_same_form_twice_at_once_has_one_effect(cast: Cast, form: str, model: Any) -> None:
    tess = cast.actor("Tess")
    with cast.as_("Tess"):
        ticket, other = (from_person(tess, title=title) for title in ("One", "Two"))
    asked = approving.Wanted("A new disk", "The old one is full.", cast.people["Lena"].pk, None, later(600))
    again = scheduling.Wanted("Restore test", "Restore a file.", Every.DAILY, date(2026, 12, 1), time(8), "UTC")
    acts: dict[str, Callable[[int], object]] = {
        "step": lambda _: checklist.add_step(ticket.pk, "Look", required=True, by=tess, at=AT, once="x"),
        "minutes": lambda _: minutes.spend(ticket.pk, 5, by=tess, at=AT, once="x"),
        "link": lambda _: linking.link(ticket.pk, other.number, Tie.RELATED, by=tess, at=AT, once="x"),
        "part": lambda _: linking.make_part_of(ticket.pk, other.number, by=tess, at=AT, once="x"),
        "approval": lambda _: approving.ask(ticket.pk, asked, by=tess, at=AT, once="x"),
        "merge": lambda _: merging.merge(ticket.pk, other.number, by=tess, at=AT, once="x"),
        "schedule": lambda _: scheduling.add_schedule(again, by=tess, at=AT),
    }
    results = at_once(2, acts[form], by=tess)
    assert not [one for one in results if isinstance(one, Exception)]
    with cast.as_("Tess"):
        assert model is None or model.objects.for_tenant(cast.harbor).count() == 1
        told = Event.objects.for_tenant(cast.harbor).of(ticket.pk).exclude(kind="OPENED")
        assert told.count() == (0 if form == "schedule" else 1)


def test_e4_nobody_of_another_client_is_asked_to_approve(cast: Cast) -> None:
    with cast.as_("Tess") as tess:
        ticket = from_person(tess)
        asked = approving.Wanted("A new disk", "The old one is full.", cast.people["Pine's manager"].pk, None, later(600))
        with pytest.raises(steps.SayMore):
            approving.ask(ticket.pk, asked, by=tess, at=AT)
    answer = cast.browser("Tess").post(
        f"/harbor-dental/tickets/{ticket.number}/approvals/ask/",
        {"what": "A disk", "why": "It is full by now.", "approver": cast.people["Olga"].pk, "answer_by": "2026-12-24T10:00"},
    )
    assert answer.status_code == 422
    with cast.scope():
        assert not Approval.objects.for_tenant(cast.harbor).exists()
