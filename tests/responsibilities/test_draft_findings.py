"""Findings of a draft beside a version in force: kept apart, joined when it comes into force, ended when it is given up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.vocabulary import Party
from responsibilities import actions, queries, tasks
from responsibilities.actions import accepting, findings
from responsibilities.models import Acceptance, Assignment, Confirmation, Duty, Exclusion, Finding, Row, Template, Version
from responsibilities.queries import facts
from tests.cast import Cast

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
DUTY = "cloud.workloads"
SIGNED = {"content": "{}", "content_hash": "0" * 64}


def version(cast: Cast, number: int) -> Version:
    return Version.objects.for_tenant(cast.harbor).select_related("tenant").get(number=number)


def moved(cast: Cast, number: int, state: str, *, at: datetime = AT) -> Version:
    """Bring a version into a state and settle, as signing does."""
    stamps: dict[str, Any] = {"IN_FORCE": {"in_force_at": at}, "SUPERSEDED": {"superseded_at": at}, "WITHDRAWN": {"withdrawn_at": at}}
    Version.objects.for_tenant(cast.harbor).filter(number=number).update(state=state, **SIGNED, **stamps[state])
    row = version(cast, number)
    if state != "SUPERSEDED":
        findings.recheck(row, by=access.system(cast.harbor), at=at)
    return row


def beside(cast: Cast) -> Version:
    """Bring version 1 into force and begin version 2."""
    moved(cast, 1, "IN_FORCE")
    with cast.as_("Iris") as by:
        return actions.begin_draft(by=by, at=AT)


def give(cast: Cast, hours: str = "ALWAYS", *, of: int, at: datetime = AT) -> None:
    """Let whoever does the duty in a version do it at these hours."""
    row = version(cast, of)
    Assignment.objects.for_tenant(cast.harbor).filter(version=row, row__duty__key=DUTY, letter="R").update(hours=hours)
    findings.recheck(row, by=access.system(cast.harbor), at=at)


def of(cast: Cast, *, draft: bool, state: str = "OPEN", code: str = "R_GAP") -> set[str]:
    rows = Finding.objects.for_tenant(cast.harbor).filter(of_draft=draft, state=state, code=code).select_related("duty")
    return {row.duty.key if row.duty else "" for row in rows}


def test_before_anything_is_in_force_the_drafts_findings_are_those_that_count(cast: Cast) -> None:
    with cast.scope():
        assert DUTY in of(cast, draft=False)
        assert of(cast, draft=True) == set()
        assert of(cast, draft=False, code="UNSIGNED") == {""}


def test_coming_into_force_signs_and_keeps_what_is_open_with_its_age(cast: Cast) -> None:
    with cast.scope():
        before = Finding.objects.for_tenant(cast.harbor).get(duty__key=DUTY, code="R_GAP")
        moved(cast, 1, "IN_FORCE")
        after = Finding.objects.for_tenant(cast.harbor).get(duty__key=DUTY, code="R_GAP")
        assert (after.pk, after.state, after.opened_at) == (before.pk, "OPEN", before.opened_at)
        assert of(cast, draft=False, code="UNSIGNED") == set()


def test_a_draft_beside_one_in_force_has_findings_of_its_own(cast: Cast) -> None:
    with cast.scope():
        beside(cast)
        give(cast, of=2)
        assert DUTY not in of(cast, draft=True)
        assert DUTY in of(cast, draft=False), "what is signed is as broken as it was"
        assert "backup.jobs" in of(cast, draft=True)
        page = queries.findings(cast.actor("Iris"), AT, "draft")
        assert all(item.finding.of_draft for kind in page.kinds for item in kind.items)
        blocks = next(view.count for view in page.views if view.key == "blocks")
        assert blocks == Finding.objects.for_tenant(cast.harbor).filter(of_draft=True, blocks=True, state="OPEN").count()
        assert queries.finding_counts(cast.harbor.pk, AT)[1] == blocks


def test_cures_are_offered_for_what_is_written_and_not_for_what_is_signed(cast: Cast) -> None:
    with cast.scope():
        beside(cast)
        findings.recheck(version(cast, 2), by=access.system(cast.harbor), at=AT)
        items = {
            view: [
                item for kind in queries.findings(cast.actor("Iris"), AT, view).kinds for item in kind.items if item.finding.code == "R_GAP"
            ]
            for view in ("open", "draft")
        }
    assert not any(item.cures for item in items["open"])
    assert all(item.cures and item.stamp for item in items["draft"])


def test_when_the_draft_comes_into_force_its_findings_become_those_that_count(cast: Cast) -> None:
    later = AT + timedelta(hours=1)
    with cast.scope():
        beside(cast)
        give(cast, of=2)
        moved(cast, 1, "SUPERSEDED", at=later)
        moved(cast, 2, "IN_FORCE", at=later)
        assert of(cast, draft=True) == set()
        assert DUTY not in of(cast, draft=False)
        assert "backup.jobs" in of(cast, draft=False)
        closed = Finding.objects.for_tenant(cast.harbor).get(duty__key=DUTY, code="R_GAP", of_draft=False)
        assert (closed.state, closed.closed_at) == ("CLOSED", later)
        assert [entry.action for entry in trail.history_of(closed)] == ["finding.closed", "finding.opened"]


def test_an_acceptance_of_a_drafts_gap_goes_on_when_it_comes_into_force(cast: Cast) -> None:
    with cast.scope():
        give(cast, of=1)
        beside(cast)
        give(cast, "BUSINESS", of=2)  # so that only the draft has the gap
        assert (DUTY in of(cast, draft=False), DUTY in of(cast, draft=True)) == (False, True)
        gap = Finding.objects.for_tenant(cast.harbor).get(duty__key=DUTY, code="R_GAP", of_draft=True, state="OPEN")
    with cast.as_("Iris") as by:
        acceptance = accepting.accept(gap.pk, reason="Until the night desk begins.", until=AT.date() + timedelta(days=30), by=by, at=AT)
    with cast.scope():
        moved(cast, 1, "SUPERSEDED")
        moved(cast, 2, "IN_FORCE")
        acceptance.refresh_from_db(from_queryset=Acceptance.objects.for_tenant(cast.harbor))
        assert acceptance.ended_at is None
        assert (DUTY in of(cast, draft=False), DUTY in of(cast, draft=True)) == (True, False)


def test_a_draft_that_is_given_up_takes_its_findings_with_it(cast: Cast) -> None:
    with cast.scope():
        beside(cast)
        findings.recheck(version(cast, 2), by=access.system(cast.harbor), at=AT)
        live = of(cast, draft=False)
        assert of(cast, draft=True)
        moved(cast, 2, "WITHDRAWN")
        assert of(cast, draft=True) == set()
        assert of(cast, draft=False) == live
        assert "draft" not in {view.key for view in queries.findings(cast.actor("Iris"), AT).views}


def test_what_nobody_answers_from_any_more_has_no_findings(cast: Cast) -> None:
    with cast.scope():
        moved(cast, 1, "WITHDRAWN")
        assert not Finding.objects.for_tenant(cast.harbor).filter(state="OPEN").exists()


def test_the_hourly_look_settles_both_versions(cast: Cast) -> None:
    with cast.scope():
        beside(cast)
        Finding.objects.for_tenant(cast.harbor).update(state="CLOSED", closed_at=AT)
    tasks.review_all()
    with cast.scope():
        assert DUTY in of(cast, draft=False)
        assert DUTY in of(cast, draft=True)


# --- what findings rest on besides the lines


def test_the_facts_of_a_version_are_those_of_its_state(cast: Cast) -> None:
    with cast.scope():
        first = facts.facts_of(version(cast, 1), AT)
        assert (first.nothing_in_force, first.in_force_at, first.version) == (True, None, 1)
        beside(cast)
        duty = Duty.objects.for_tenant(cast.harbor).get(key=DUTY)
        for days in (9, 3):
            Confirmation.objects.create(tenant=cast.harbor, duty=duty, name="Iris", side="INTERNAL", confirmed_at=AT - timedelta(days=days))
        signed, draft = (facts.facts_of(version(cast, number), AT) for number in (1, 2))
        assert (signed.nothing_in_force, signed.in_force_at, signed.confirmed) == (False, AT, {DUTY: AT - timedelta(days=3)})
        assert (draft.nothing_in_force, draft.in_force_at, draft.confirmed, draft.lapsed) == (False, None, {}, ())
        assert signed.joined[cast.people["Iris"].pk] < AT


def test_a_signed_line_that_nobody_looked_at_is_overdue_until_somebody_does(cast: Cast) -> None:
    late = AT + timedelta(days=40)
    with cast.scope():
        row = moved(cast, 1, "IN_FORCE")
        findings.recheck(row, by=access.system(cast.harbor), at=late)
        assert "backup.jobs" in of(cast, draft=False, code="REVIEW_OVERDUE")
        duty = Duty.objects.for_tenant(cast.harbor).get(key="backup.jobs")
        Confirmation.objects.create(tenant=cast.harbor, duty=duty, name="Iris", side="INTERNAL", confirmed_at=late)
        findings.recheck(row, by=access.system(cast.harbor), at=late)
        assert "backup.jobs" not in of(cast, draft=False, code="REVIEW_OVERDUE")


def edition(cast: Cast, number: int, **rows: list[dict[str, Any]]) -> None:
    """Write an edition of the provider's own template: two duties, unless said otherwise."""
    stated = {
        "assignments": [
            {"duty": DUTY, "A": "internal", "R": [{"who": "internal", "when": "business"}]},
            {"duty": "backup.jobs", "A": "internal", "R": [{"who": "internal", "when": "business"}]},
        ]
    }
    content = {
        "key": "own",
        "name": "Our start",
        "for_whom": "",
        "story": "",
        "calendar": {"timezone": "America/Chicago", "business": "Mon-Fri 08:00-17:00"},
        "exclusions": [],
    }
    Template.objects.create(
        tenant=cast.northwind, key="own", number=number, name="Our start", content=content | stated | rows, made_by="Provider", made_at=AT
    )


def test_a_newer_edition_of_the_providers_template_tells_which_unchanged_lines_it_touches(cast: Cast) -> None:
    with cast.scope(cast.northwind, side=cast.northwind):
        edition(cast, 1)
        edition(
            cast,
            2,
            assignments=[{"duty": key, "A": "leadership", "R": [{"who": "internal", "when": "business"}]} for key in (DUTY, "backup.jobs")],
        )
    with cast.scope():
        Row.objects.for_tenant(cast.harbor).exclude(duty__key__in=[DUTY, "backup.jobs"]).update(stamp=9)
        Version.objects.for_tenant(cast.harbor).update(template_key="own", template_version=2, template_owner=cast.northwind)
        assert facts.news_of(version(cast, 1)) is None, "nothing is newer"
        Version.objects.for_tenant(cast.harbor).update(template_version=1)
        news = facts.news_of(version(cast, 1))
        assert news
        assert (news.pinned, news.newest, sorted(news.touched)) == (1, 2, ["Backup job monitoring", "Cloud servers and platform services"])
        Row.objects.for_tenant(cast.harbor).filter(duty__key=DUTY).update(stamp=2)
        news = facts.news_of(version(cast, 1))
        assert news
        assert news.touched == ("Backup job monitoring",), "what somebody wrote since is their own"
        findings.recheck(version(cast, 1), by=access.system(cast.harbor), at=AT)
        (row,) = Finding.objects.for_tenant(cast.harbor).filter(code="TEMPLATE_BEHIND", state="OPEN")
        assert (row.subject, row.items) == ("own", ["Backup job monitoring"])


def test_a_template_that_is_gone_tells_nothing(cast: Cast) -> None:
    with cast.scope():
        Version.objects.for_tenant(cast.harbor).update(template_key="gone", template_version=0)
        assert facts.news_of(version(cast, 1)) is None


def test_the_shipped_templates_say_nothing_new_about_lines_as_they_were_started(cast: Cast) -> None:
    with cast.scope():
        Version.objects.for_tenant(cast.harbor).update(template_version=0)
        assert facts.news_of(version(cast, 1)) is None


def test_an_exclusion_that_ends_brings_its_duty_back_and_says_so(cast: Cast) -> None:
    with cast.scope():
        row = version(cast, 1)
        duty = Duty.objects.for_tenant(cast.harbor).get(key=DUTY)
        Exclusion.objects.create(tenant=cast.harbor, version=row, duty=duty, reason="no cloud", accepted_by="Lena", expires_at=AT)
        before, after = AT - timedelta(days=1), AT + timedelta(days=1)
        findings.recheck(row, by=access.system(cast.harbor), at=before)
        assert DUTY not in of(cast, draft=False)
        findings.recheck(row, by=access.system(cast.harbor), at=after)
        assert DUTY in of(cast, draft=False)
        assert of(cast, draft=False, code="ACCEPTANCE_EXPIRED") == {DUTY}


def test_people_who_leave_are_found_when_the_people_are_looked_at(cast: Cast) -> None:
    with cast.scope():
        row = version(cast, 1)
        Assignment.objects.for_tenant(cast.harbor).filter(version=row, row__duty__key=DUTY, letter="R").update(person=cast.people["Ivo"])
        cast.people["Ivo"].last_login = AT
        cast.people["Ivo"].save(update_fields=["last_login"])
        findings.recheck_people(cast.harbor, by=access.system(cast.harbor), at=AT)
        assert of(cast, draft=False, code="OWNER_INACTIVE") == set()
        cast.people["Ivo"].is_active = False
        cast.people["Ivo"].save(update_fields=["is_active"])
        findings.recheck_people(cast.harbor, by=access.system(cast.harbor), at=AT)
        assert of(cast, draft=False, code="OWNER_INACTIVE") == {DUTY}
        (finding,) = Finding.objects.for_tenant(cast.harbor).filter(code="OWNER_INACTIVE")
        page = queries.findings(cast.actor("Iris"), AT)
        (item,) = [item for kind in page.kinds for item in kind.items if item.finding == finding]
        assert item.mover.party is Party.INTERNAL
        assert item.repair == ("Name another", f"/harbor-dental/matrix/{DUTY}/")


def test_a_providers_people_move_nothing_in_a_clients_scope(cast: Cast) -> None:
    with cast.scope(cast.northwind, side=cast.northwind):
        findings.recheck_people(cast.northwind, by=access.system(cast.northwind), at=AT)
