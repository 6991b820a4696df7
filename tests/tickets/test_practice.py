"""What practice says against the paper: pure rules, and thirty days of real tickets."""

from datetime import timedelta

import pytest

from comanaged.accounts.access import system
from comanaged.vocabulary import Audience, Side
from responsibilities.models import Finding
from tests.cast import Cast
from tests.tickets.build import NOON, from_alert
from tickets import actions
from tickets.actions import practice as acts
from tickets.domain import practice
from tickets.domain.practice import Disputed, Item


def items(count: int, **columns: object) -> list[Item]:
    known = {"duty": "backup.jobs", "due": "PROVIDER", "first": "PROVIDER", "answered": True, "crossings": 0, "against": False}
    return [Item(reference=f"HD-{number}", **(known | columns)) for number in range(1, count + 1)]  # type: ignore[arg-type]


def codes(found: list[Item]) -> list[tuple[str, str]]:
    return [(draft.code, draft.severity.value) for draft in practice.found(found, ())]


@pytest.mark.parametrize(("hits", "severity"), [(4, None), (5, "MEDIUM"), (6, "MEDIUM"), (7, "HIGH"), (8, "HIGH")])
def test_drift_of_eight_tickets_begins_at_five_and_is_grave_from_seven(hits: int, severity: str | None) -> None:
    found = codes([*items(8 - hits), *items(hits, first="INTERNAL")])
    assert found == ([("OBSERVED_DRIFT", severity)] if severity else [])


def test_of_seven_tickets_nothing_is_said() -> None:
    assert codes(items(7, first="INTERNAL")) == []


@pytest.mark.parametrize(("late", "found"), [(2, []), (3, [("SILENT_OWNER", "HIGH")])])
def test_who_answers_less_than_half_in_time_is_silent(late: int, found: list[tuple[str, str]]) -> None:
    assert codes([*items(5 - late), *items(late, answered=False), *items(9, answered=None, first="")]) == found


@pytest.mark.parametrize(("twice", "found"), [(1, []), (2, [("BOUNCE", "MEDIUM")])])
def test_more_than_a_tenth_to_and_fro_is_a_bounce(twice: int, found: list[tuple[str, str]]) -> None:
    assert codes([*items(10 - twice), *items(twice, crossings=2)]) == found


def test_a_dispute_names_both_and_its_age() -> None:
    (draft,) = practice.found((), [Disputed("HD-3", "backup.jobs", "Tess", "Iris", "The night is not ours.", 3)])
    assert draft.sentence == "Tess disputed HD-3 3 days ago; Iris answers. The night is not ours."


def test_thirty_days_open_findings_and_close_them_by_themselves(cast: Cast) -> None:
    with cast.scope():
        tickets = [from_alert(cast.harbor, side=Side.PROVIDER).ticket for _ in range(8)]
    with cast.as_("Ivo") as ivo:
        for ticket in tickets:
            actions.reply(ticket.pk, "I restarted it.", Audience.SHARED, by=ivo, at=NOON + timedelta(minutes=5))
    with cast.scope():
        acts.review(system(cast.harbor), NOON + timedelta(hours=1))
        (finding,) = Finding.objects.for_tenant(cast.harbor).filter(code__in=practice.CODES, state="OPEN")
        assert (finding.code, finding.severity, len(finding.items)) == ("OBSERVED_DRIFT", "HIGH", 8)
        acts.review(system(cast.harbor), NOON + timedelta(days=31))
        finding.refresh_from_db()
        assert finding.state == "CLOSED"


def test_a_ticket_that_is_directed_against_the_matrix_is_a_finding_at_once(cast: Cast) -> None:
    with cast.scope():
        ticket = from_alert(cast.harbor, side=Side.INTERNAL).ticket  # backup.jobs, which internal IT does by day
    with cast.as_("Iris") as iris:
        actions.direct(ticket.pk, "Ivo is in hospital, and it cannot wait.", by=iris, at=NOON)
        (finding,) = Finding.objects.for_tenant(cast.harbor).filter(code="OBSERVED_DRIFT", state="OPEN")
        assert finding.subject == "directed"
        assert finding.items == ["HD-1"]
