"""What people decide about findings: who may accept which gap, for how long; disputes; duties that are left out."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comanaged.accounts import access
from comanaged.accounts.access import Refused
from comanaged.audit import trail
from responsibilities import queries
from responsibilities.actions import accepting, excluding, findings
from responsibilities.actions.accepting import CannotAccept, OnlyLeadership
from responsibilities.actions.excluding import CannotExclude
from responsibilities.models import Acceptance, Assignment, Exclusion, Finding, Version
from responsibilities.queries import reading
from responsibilities.queries.blocking import blocking
from tests.cast import Cast

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
WHY = "We take this until the night desk begins."
UNTIL = date(2027, 3, 3)
SIGNED = {"state": "IN_FORCE", "content": "{}", "content_hash": "0" * 64}
CRITICAL, HIGH = "backup.jobs", "cloud.workloads"


def gap(cast: Cast, duty: str, code: str = "R_GAP", **more: Any) -> Finding:
    return Finding.objects.for_tenant(cast.harbor).get(duty__key=duty, code=code, state="OPEN", **more)


def accept(
    cast: Cast, who: str, duty: str, *, critical: bool = False, reason: str = WHY, until: date = UNTIL, at: datetime = AT
) -> Acceptance:
    do = accepting.accept_critical if critical else accepting.accept
    with cast.as_(who) as by:
        return do(gap(cast, duty).pk, reason=reason, until=until, by=by, at=at)


def open_version(cast: Cast) -> Version:
    version = reading.open_version(cast.harbor.pk)
    assert version
    return version


def unaccepted(cast: Cast, at: datetime = AT) -> set[str]:
    with cast.scope():
        return {one.finding.duty for one in blocking(open_version(cast), at) if one.acceptance is None}


def heal(cast: Cast, duty: str, at: datetime = AT) -> None:
    """Give every hour of a duty to internal IT."""
    with cast.scope():
        Assignment.objects.for_tenant(cast.harbor).filter(row__duty__key=duty, letter="R").update(hours="ALWAYS")
        findings.recheck_people(cast.harbor, by=access.system(cast.harbor), at=at)


# --- accepting


@pytest.mark.parametrize("who", ["Iris", "Lena"])
def test_a_gap_that_is_not_critical_is_accepted_by_the_manager_or_by_leadership(cast: Cast, who: str) -> None:
    row = accept(cast, who, HIGH)
    assert (row.accepted_by, row.reason, row.severity) == (who, WHY, "HIGH")
    assert row.expires_at == datetime(2027, 3, 4, 6, 0, tzinfo=UTC), "up to and with the day, in the client's zone"
    assert HIGH not in unaccepted(cast)
    with cast.scope():
        entry = trail.history_of(gap(cast, HIGH))[0]
        assert (entry.action, entry.after, entry.reason) == ("finding.accepted", "accepted until 3 March 2027", WHY)


def test_a_critical_gap_is_leaderships_alone(cast: Cast) -> None:
    for critical in (False, True):
        with pytest.raises(OnlyLeadership, match=r"Only leadership can accept a critical gap\. Ask Lena\."):
            accept(cast, "Iris", CRITICAL, critical=critical)
    assert accept(cast, "Lena", CRITICAL, critical=True).accepted_by == "Lena"
    assert CRITICAL not in unaccepted(cast)


def test_leadership_accepts_a_critical_gap_only_as_one(cast: Cast) -> None:
    with pytest.raises(CannotAccept, match="critical by now"):
        accept(cast, "Lena", CRITICAL)


@pytest.mark.parametrize("who", ["Ivo", "Auditor", "Tess", "Tariq", "Provider administrator"])
def test_nobody_else_accepts_a_gap(cast: Cast, who: str) -> None:
    for critical in (False, True):
        with pytest.raises(Refused):
            accept(cast, who, HIGH, critical=critical)


@pytest.mark.parametrize("reason", ["", "too short", "          x          "])
def test_a_reason_says_something(cast: Cast, reason: str) -> None:
    with pytest.raises(CannotAccept, match="at least ten characters") as refusal:
        accept(cast, "Iris", HIGH, reason=reason)
    assert refusal.value.field == "reason"


@pytest.mark.parametrize(
    ("until", "fits"),
    [
        (date(2026, 11, 23), False),
        (date(2026, 11, 24), True),
        (date(2027, 11, 24), True),
        (date(2027, 11, 25), False),
        (date(9999, 12, 31), False),
    ],
)
def test_an_acceptance_ends_within_twelve_months(cast: Cast, until: date, fits: bool) -> None:
    if fits:
        assert accept(cast, "Iris", HIGH, until=until)
    else:
        with pytest.raises(CannotAccept, match="within 12 months") as refusal:
            accept(cast, "Iris", HIGH, until=until)
        assert refusal.value.field == "until"


def test_a_year_from_a_leap_day_is_the_day_before() -> None:
    assert accepting.latest(date(2028, 2, 29)) == date(2029, 2, 28)


def test_an_acceptance_ends_with_its_finding(cast: Cast) -> None:
    row = accept(cast, "Iris", HIGH)
    heal(cast, HIGH)
    with cast.scope():
        row.refresh_from_db(from_queryset=Acceptance.objects.for_tenant(cast.harbor))
        assert row.ended_at == AT
        assert trail.history_of(row)[0].after == "Its finding is over."


def test_a_later_acceptance_takes_the_place_of_the_earlier(cast: Cast) -> None:
    first, second = accept(cast, "Iris", HIGH), accept(cast, "Lena", HIGH, at=AT + timedelta(days=1))
    with cast.scope():
        live = Acceptance.objects.for_tenant(cast.harbor).filter(ended_at=None)
        assert [one.pk for one in live] == [second.pk]
        first.refresh_from_db(from_queryset=Acceptance.objects.for_tenant(cast.harbor))
        assert first.ended_at == AT + timedelta(days=1)


def test_what_became_worse_was_not_accepted(cast: Cast) -> None:
    accept(cast, "Iris", HIGH)
    with cast.scope():
        from_high = gap(cast, HIGH)
        from_high.duty.risk = 5  # type: ignore[union-attr]
        from_high.duty.save(update_fields=["risk"])  # type: ignore[union-attr]
        findings.recheck_people(cast.harbor, by=access.system(cast.harbor), at=AT)
        assert gap(cast, HIGH).severity == "CRITICAL"
    assert HIGH in unaccepted(cast)


def test_an_acceptance_past_its_date_is_a_finding_and_blocks_again(cast: Cast) -> None:
    accept(cast, "Iris", HIGH, until=date(2026, 11, 25))
    late = AT + timedelta(days=2)
    assert HIGH in unaccepted(cast, late)
    with cast.scope():
        findings.recheck_people(cast.harbor, by=access.system(cast.harbor), at=late)
        (row,) = Finding.objects.for_tenant(cast.harbor).filter(code="ACCEPTANCE_EXPIRED")
        assert (row.subject, row.state, row.duty and row.duty.key) == ("R_GAP", "OPEN", HIGH)
    accept(cast, "Iris", HIGH, at=late)
    with cast.scope():
        row.refresh_from_db(from_queryset=Finding.objects.for_tenant(cast.harbor))
        assert row.state == "CLOSED"


def test_a_finding_that_is_over_is_not_accepted(cast: Cast) -> None:
    with cast.scope():
        pk = gap(cast, HIGH).pk
    heal(cast, HIGH)
    with cast.as_("Iris") as by, pytest.raises(CannotAccept, match="is over"):
        accepting.accept(pk, reason=WHY, until=UNTIL, by=by, at=AT)


# --- disputing


def test_a_dispute_is_kept_and_shown_and_closes_nothing(cast: Cast) -> None:
    with cast.as_("Tess") as by:
        accepting.dispute(gap(cast, HIGH).pk, reason="Our monitoring does this at night.", by=by, at=AT)
    with cast.scope():
        row = gap(cast, HIGH)
        assert [(entry.action, entry.who, entry.reason) for entry in trail.history_of(row)[:1]] == [
            ("finding.disputed", "Tess", "Our monitoring does this at night.")
        ]
        (item,) = [item for kind in queries.findings(cast.actor("Iris"), AT).kinds for item in kind.items if item.finding == row]
        assert item.dispute
        assert item.dispute.reason == "Our monitoring does this at night."
    with cast.as_("Ivo") as by, pytest.raises(Refused):
        accepting.dispute(row.pk, reason="It is done, I know it.", by=by, at=AT)
    with cast.as_("Iris") as by, pytest.raises(CannotAccept):
        accepting.dispute(row.pk, reason="no", by=by, at=AT)


# --- leaving a duty out


def exclude(cast: Cast, who: str = "Lena", **more: Any) -> Exclusion:
    with cast.as_(who) as by:
        return excluding.exclude(CRITICAL, **({"reason": WHY, "until": UNTIL} | more), by=by, at=AT)


def test_leadership_leaves_a_duty_out_of_the_draft(cast: Cast) -> None:
    row = exclude(cast)
    assert (row.accepted_by, row.reason) == ("Lena", WHY)
    assert CRITICAL not in unaccepted(cast)
    with cast.scope():
        assert Finding.objects.for_tenant(cast.harbor).filter(duty__key=CRITICAL, state="OPEN").count() == 0
        assert reading.matrix_of(cast.harbor.pk, AT).excluded(CRITICAL, AT)


@pytest.mark.parametrize("who", ["Iris", "Tess", "Ivo", "Auditor"])
def test_nobody_else_leaves_a_duty_out(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        exclude(cast, who)


def test_it_is_decided_anew_by_saying_it_again_and_has_an_end(cast: Cast) -> None:
    exclude(cast)
    again = exclude(cast, until=date(2027, 6, 1), reason="Decided anew in the meeting.")
    with cast.scope():
        assert [one.reason for one in Exclusion.objects.for_tenant(cast.harbor)] == ["Decided anew in the meeting."]
    assert again.expires_at > AT
    for wrong in ({"reason": "no"}, {"until": date(2028, 6, 1)}):
        with pytest.raises(CannotAccept):
            exclude(cast, **wrong)


def test_a_manager_of_either_side_takes_it_in_again(cast: Cast) -> None:
    exclude(cast)
    with cast.as_("Lena") as by, pytest.raises(Refused):
        excluding.include(CRITICAL, by=by, at=AT)
    with cast.as_("Tess") as by:
        assert excluding.include(CRITICAL, by=by, at=AT).key == CRITICAL
        with pytest.raises(CannotExclude, match="not left out"):
            excluding.include(CRITICAL, by=by, at=AT)
    assert CRITICAL in unaccepted(cast)


def test_without_a_draft_it_is_said_who_begins_one(cast: Cast) -> None:
    with cast.scope():
        Version.objects.for_tenant(cast.harbor).update(**SIGNED, in_force_at=AT)
    with pytest.raises(CannotExclude, match=r"Internal IT manager, .* begins a draft first"):
        exclude(cast)


# --- pages

ROOT = "/harbor-dental/findings/"


def sent(browser: Client, path: str, **said: Any) -> Any:
    return browser.post(path, {"reason": WHY, "until": (timezone.localdate() + timedelta(days=90)).isoformat()} | said)


@pytest.fixture
def ids(cast: Cast) -> dict[str, int]:
    with cast.scope():
        return {duty: gap(cast, duty).pk for duty in (CRITICAL, HIGH)}


def test_the_manager_accepts_a_gap_on_its_page(cast: Cast, ids: dict[str, int]) -> None:
    iris = cast.browser("Iris")
    assert "Accept until a date" in iris.get(f"{ROOT}{ids[HIGH]}/accept/").content.decode()
    done = sent(iris, f"{ROOT}{ids[HIGH]}/accept/")
    assert (done.status_code, done.url) == (302, ROOT)
    page = iris.get(ROOT, {"view": "accepted"}).content.decode()
    assert page.count("accepted until") == 1
    assert WHY in page


def test_a_script_gets_the_form_alone(cast: Cast, ids: dict[str, int]) -> None:
    form = cast.browser("Iris").get(f"{ROOT}{ids[HIGH]}/accept/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in form
    assert f'action="{ROOT}{ids[HIGH]}/accept/"' in form


def test_a_critical_gap_says_whom_to_ask(cast: Cast, ids: dict[str, int]) -> None:
    iris = cast.browser("Iris")
    for method in (iris.get, iris.post):
        answer = method(f"{ROOT}{ids[CRITICAL]}/accept/")
        assert answer.status_code == 403
        assert "Only leadership can accept a critical gap. Ask Lena." in answer.content.decode()
    assert iris.get(f"{ROOT}{ids[CRITICAL]}/accept-critical/").status_code == 403
    page = iris.get(ROOT, {"view": "blocks"}).content.decode()
    assert "Lena may accept it." in page
    assert "accept-critical" not in page


def test_leadership_accepts_a_critical_gap_with_a_fresh_second_factor_only(cast: Cast, ids: dict[str, int]) -> None:
    lena, path = cast.browser("Lena"), f"{ROOT}{ids[CRITICAL]}/accept-critical/"
    assert path in lena.get(ROOT).content.decode()
    session = lena.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp() - 3600}]
    session.save()
    stale = sent(lena, path)
    assert stale.status_code == 302
    assert "reauthenticate" in stale.url
    lena = cast.browser("Lena")
    assert sent(lena, path).status_code == 302
    with cast.scope():
        assert Acceptance.objects.for_tenant(cast.harbor).count() == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"reason": "no"}, "at least ten characters"),
        ({"reason": ""}, "at least ten characters"),
        ({"until": ""}, "within 12 months"),
        ({"until": "soon"}, "within 12 months"),
        ({"until": "2199-01-01"}, "within 12 months"),
        ({"reason": "x" * 2001}, "2,000 characters"),
    ],
)
def test_what_cannot_be_accepted_so_comes_back_with_what_was_typed(
    cast: Cast, ids: dict[str, int], said: dict[str, str], words: str
) -> None:
    answer = sent(cast.browser("Iris"), f"{ROOT}{ids[HIGH]}/accept/", **said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert said.get("reason", WHY) in page
    assert "<title>Error: " in page


def test_a_dispute_is_sent_from_a_page_of_its_own(cast: Cast, ids: dict[str, int]) -> None:
    tess = cast.browser("Tess")
    done = tess.post(f"{ROOT}{ids[HIGH]}/dispute/", {"reason": "Our monitoring does this at night."})
    assert done.status_code == 302
    assert "Tess says it is not so: Our monitoring does this at night." in tess.get(ROOT).content.decode()
    assert tess.get(f"{ROOT}{ids[HIGH]}/accept/").status_code == 403


def test_the_story_of_a_finding_tells_all_that_was_done(cast: Cast, ids: dict[str, int]) -> None:
    iris = cast.browser("Iris")
    sent(iris, f"{ROOT}{ids[HIGH]}/accept/")
    cast.browser("Tess").post(f"{ROOT}{ids[HIGH]}/dispute/", {"reason": "Our monitoring does this at night."})
    page = iris.get(f"{ROOT}{ids[HIGH]}/").content.decode()
    for words in ("Cloud servers and platform services", WHY, "Our monitoring does this at night.", "accepted until", "It is the move of"):
        assert words in page
    heal(cast, HIGH, timezone.now())
    assert "closed by itself" in iris.get(f"{ROOT}{ids[HIGH]}/").content.decode()
    assert sent(iris, f"{ROOT}{ids[HIGH]}/accept/").status_code == 422
    assert iris.get(f"{ROOT}987654321/").status_code == 404
    assert iris.get(f"{ROOT}987654321/accept/").status_code == 404


def test_leadership_leaves_a_duty_out_on_its_page(cast: Cast) -> None:
    lena, path = cast.browser("Lena"), f"/harbor-dental/matrix/{CRITICAL}/exclude/"
    assert "Do without Backup job monitoring" in lena.get(path).content.decode()
    assert sent(lena, path, reason="no").status_code == 422
    assert sent(lena, path).status_code == 302
    iris = cast.browser("Iris")
    assert iris.get(path).status_code == 403
    assert "Take it in again" in iris.get(f"/harbor-dental/matrix/{CRITICAL}/").content.decode()
    assert iris.post(f"/harbor-dental/matrix/{CRITICAL}/include/").status_code == 302
    assert "Take it in again" not in iris.get(f"/harbor-dental/matrix/{CRITICAL}/").content.decode()
    assert iris.post(f"/harbor-dental/matrix/{CRITICAL}/include/").status_code == 422
    assert lena.get("/harbor-dental/matrix/no.such/exclude/").status_code == 404
    with cast.scope():
        Version.objects.for_tenant(cast.harbor).update(**SIGNED, in_force_at=timezone.now())
    refused = lena.get(path)
    assert refused.status_code == 422
    assert "begins a draft first" in refused.content.decode()


def test_the_counts_of_the_views_are_the_lengths_of_their_lists(cast: Cast, ids: dict[str, int]) -> None:
    sent(cast.browser("Iris"), f"{ROOT}{ids[HIGH]}/accept/")
    with cast.scope():
        by, at = cast.actor("Iris"), timezone.now()
        pages = {view.key: queries.findings(by, at, view.key) for view in queries.findings(by, at).views}
        lengths = {key: sum(len(kind.items) for kind in page.kinds) for key, page in pages.items()}
        assert lengths == {view.key: view.count for view in pages["open"].views}
        assert (lengths["open"], lengths["blocks"]) == queries.finding_counts(cast.harbor.pk, at)
        assert lengths["accepted"] == 1
        assert lengths["blocks"] == 16


def test_the_list_is_read_in_few_questions(cast: Cast, django_assert_max_num_queries: Any) -> None:
    with cast.scope():
        by, at = cast.actor("Iris"), timezone.now()
        queries.findings(by, at)
        with django_assert_max_num_queries(10):
            queries.findings(by, at)
