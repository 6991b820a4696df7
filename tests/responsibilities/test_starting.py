"""A first matrix from a starter template: rows, hours and the findings it leaves."""

from datetime import UTC, date, datetime

import pytest

from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.vocabulary import Hours
from responsibilities import actions, catalogue, queries
from responsibilities.domain.coverage import BadHours
from responsibilities.models import Assignment, Calendar, Duty, Exclusion, Finding, Row, Version
from tests.cast import Cast
from tests.responsibilities.build import newcomer

AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize("key", catalogue.templates())
def test_every_template_becomes_a_whole_matrix(cast: Cast, key: str) -> None:
    client = newcomer()
    with cast.scope(client):
        version = actions.start_matrix(client, key, by=access.system(client), at=AT)
        template = catalogue.template(key)
        assert [row.key for row in queries.duties_of(client.pk)] == list(catalogue.duties())
        said = [rule for rule in template.rules if rule.party or rule.place]
        assert Assignment.objects.for_tenant(client).filter(version=version).count() == len(said)
        assert Exclusion.objects.for_tenant(client).count() == len(template.exclusions)
        noted = Row.objects.for_tenant(client).exclude(note="").values_list("duty__key", "place__key", "note")
        assert {(duty, place or ""): note for duty, place, note in noted} == template.notes
        assert queries.matrix_of(client.pk, AT).signed is False


def test_the_hours_are_the_templates_in_the_clients_zone_unless_told_otherwise(cast: Cast) -> None:
    client = newcomer()
    with cast.scope(client):
        actions.start_matrix(client, "overflow-helpdesk", by=access.system(client), at=AT, closed=[date(2026, 11, 26)])
        assert Calendar.objects.for_tenant(client).get().zone == "America/New_York"
        calendar = queries.matrix_of(client.pk, AT).calendar
        assert calendar.includes(Hours.BUSINESS, datetime(2026, 11, 24, 12, 30, tzinfo=UTC)), "07:30 in New York"
        assert not calendar.includes(Hours.BUSINESS, datetime(2026, 11, 26, 15, 0, tzinfo=UTC)), "closed on the holiday"


def test_a_zone_can_be_named(cast: Cast) -> None:
    client = newcomer()
    with cast.scope(client):
        actions.start_matrix(client, "overflow-helpdesk", by=access.system(client), at=AT, zone="America/Denver")
        assert Calendar.objects.for_tenant(client).get().zone == "America/Denver"


def test_a_zone_that_does_not_exist_leaves_nothing_behind(cast: Cast) -> None:
    client = newcomer()
    with cast.scope(client):
        with pytest.raises(BadHours):
            actions.start_matrix(client, "overflow-helpdesk", by=access.system(client), at=AT, zone="Mars/Olympus")
        assert not Duty.objects.for_tenant(client).exists()
        assert not Version.objects.for_tenant(client).exists()


def test_a_second_matrix_is_refused(cast: Cast) -> None:
    with cast.as_("Iris") as iris, pytest.raises(actions.CannotStart, match="has a matrix already"):
        actions.start_matrix(cast.harbor, "overflow-helpdesk", by=iris, at=AT)


def test_an_unknown_template_is_refused_naming_those_there_are(cast: Cast) -> None:
    client = newcomer()
    with cast.scope(client), pytest.raises(catalogue.UnknownTemplate, match="overflow-helpdesk"):
        actions.start_matrix(client, "underflow", by=access.system(client), at=AT)


@pytest.mark.parametrize("name", ["Ivo", "Lena", "Tariq", "Auditor"])
def test_only_managers_start_one(cast: Cast, name: str) -> None:
    with cast.as_(name) as person, pytest.raises(access.Refused, match="manager"):
        actions.start_matrix(cast.harbor, "overflow-helpdesk", by=person, at=AT)


def test_the_start_opens_exactly_the_findings_the_template_leaves_and_says_so(cast: Cast) -> None:
    with cast.scope():
        rows = Finding.objects.for_tenant(cast.harbor).select_related("duty")
        expected = catalogue.template("overflow-helpdesk").expected_findings
        assert sorted((row.code, row.duty.key if row.duty else "") for row in rows if row.blocks) == sorted(expected or ())
        assert {row.code for row in rows if not row.blocks} == {"SELF_WATCH", "SPLIT_MISSING", "DEPENDENCY_SPLIT", "UNSIGNED"}
        started = trail.history_of(Version.objects.for_tenant(cast.harbor).get())
        assert [(entry.action, entry.after) for entry in started] == [("matrix.started", "Overflow helpdesk")]
        assert [entry.action for entry in trail.history_of(rows[0])] == ["finding.opened"]
