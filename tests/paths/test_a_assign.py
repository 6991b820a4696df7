"""Path a: an internal IT manager gives the nights to the provider, and everything that asks says so at once."""

from datetime import UTC, datetime

import pytest

from comanaged.audit.models import Entry
from responsibilities import queries
from responsibilities.models import Finding, Row
from tests.cast import Cast

NIGHT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # 02:00 in Chicago
DUTY = "monitoring.after-hours"


def stamp_of(cast: Cast) -> int:
    with cast.scope():
        return Row.objects.for_tenant(cast.harbor).get(duty__key=DUTY).stamp


def hole(cast: Cast) -> list[str]:
    with cast.scope():
        rows = Finding.objects.for_tenant(cast.harbor).filter(duty__key=DUTY, state="OPEN", blocks=True)
        return list(rows.values_list("code", flat=True))


@pytest.mark.django_db
def test_one_letter_changes_the_answer_the_finding_the_history_and_the_board(cast: Cast) -> None:
    with cast.scope():
        assert queries.who_answers(cast.harbor.pk, DUTY, NIGHT).nobody
    assert hole(cast) == ["R_MISSING"]
    iris = cast.browser("Iris")

    said = {"party": "PROVIDER", "letter": "R", "hours": "AFTER", "seen": stamp_of(cast)}
    answer = iris.post(f"/harbor-dental/matrix/{DUTY}/letter/", said, follow=True)

    assert answer.status_code == 200
    with cast.scope():
        now = queries.who_answers(cast.harbor.pk, DUTY, NIGHT)
        assert (now.subject, now.side, now.signed) == ("Northwind MSP", "PROVIDER", False)
        assert any("Not signed" in line for line in now.trace)
        told = Entry.objects.for_tenant(cast.harbor).filter(who="Iris").order_by("number").values_list("action", "after")
        assert any("Northwind" in after for _, after in told)
        assert [action for action, _ in told][-1] == "finding.closed"
    assert hole(cast) == []
    page = iris.get(f"/harbor-dental/matrix/{DUTY}/").content.decode()
    assert "Iris" in page
    assert "Northwind MSP" in page
    assert cast.browser("Lena").get("/harbor-dental/overview/").status_code == 200


@pytest.mark.django_db
def test_a_form_that_is_no_longer_true_is_told_with_both_values(cast: Cast) -> None:
    old = stamp_of(cast)
    said = {"party": "PROVIDER", "letter": "R", "hours": "AFTER", "seen": old}
    assert cast.browser("Iris").post(f"/harbor-dental/matrix/{DUTY}/letter/", said).status_code == 302
    again = cast.browser("Tess").post(f"/harbor-dental/matrix/{DUTY}/letter/", said | {"party": "INTERNAL"})
    assert again.status_code == 409
    with cast.scope():
        assert queries.who_answers(cast.harbor.pk, DUTY, NIGHT).subject == "Northwind MSP"
