"""The review of a major incident: written by both, its follow-ups tickets, signed by one person of each side over one wording."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from comanaged.accounts import access
from comanaged.accounts import actions as accounts
from comanaged.accounts.models import Engagement, Membership
from tests.cast import Cast, add_person
from tests.tickets.build import later
from tests.tickets.test_incidents import called, commanded, fresh, told
from tickets.actions import incidents, steps
from tickets.domain.incidents import SECTIONS, Fact
from tickets.models import Incident, IncidentEntry, IncidentReview, ReviewAction, ReviewSignature, Ticket
from tickets.queries import incidents as queries

SAID = dict.fromkeys(SECTIONS, "It is said here in a few words.")
pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(cast: Cast) -> Incident:
    incident = commanded(cast)
    with cast.as_("Iris") as iris:
        return incidents.end(incident.number, "KNOWN", "It came with a mail.", by=iris, at=later(60))


def review_of(cast: Cast) -> IncidentReview:
    with cast.scope():
        return IncidentReview.objects.for_tenant(cast.harbor).get()


def sign(cast: Cast, name: str, minute: int, **more: Any) -> IncidentReview:
    with cast.as_(name) as by:
        said = {"seen": review_of(cast).content_hash, "typed_name": name} | more
        return incidents.sign(1, **said, by=by, at=later(minute))


def written(cast: Cast, who: str = "Tess", minute: int = 70) -> IncidentReview:
    with cast.as_(who) as by:
        return incidents.write_review(1, SAID, by=by, at=later(minute))


def test_nothing_is_reviewed_before_the_end(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Iris") as iris:
        for act in (
            lambda: incidents.write_review(incident.number, SAID, by=iris, at=later(5)),
            lambda: incidents.sign(incident.number, seen="", typed_name="Iris", by=iris, at=later(5)),
        ):
            with pytest.raises(steps.NotNow):
                act()


def test_both_sides_sign_one_wording_and_then_it_stays(cast: Cast, ended: Incident) -> None:
    with pytest.raises(steps.NotNow, match="what helped"):
        sign(cast, "Lena", 65)
    written(cast)
    first = sign(cast, "Lena", 80)
    assert first.signed_at is None
    both = sign(cast, "Tess", 90)
    assert both.signed_at == later(90)
    assert fresh(cast, ended).reviewed_at == later(90)
    assert fresh(cast, ended).watch_at is None, "a signed review is never late"
    with cast.scope():
        hashes = set(ReviewSignature.objects.for_tenant(cast.harbor).values_list("content_hash", flat=True))
    assert hashes == {both.content_hash}
    for act in (
        lambda by: incidents.write_review(1, SAID | {"helped": "Luck."}, by=by, at=later(95)),
        lambda by: incidents.add_follow_up(1, "Train everybody", "", date(2027, 1, 1), by=by, at=later(95)),
        lambda by: incidents.sign(1, seen=both.content_hash, typed_name="Iris", by=by, at=later(95)),
    ):
        with cast.as_("Iris") as iris, pytest.raises(steps.NotNow, match="stays as it is"):
            act(iris)
    assert told(cast, ended).count(Fact.SIGNED) == 2


def test_an_edit_clears_what_was_signed_and_says_so(cast: Cast, ended: Incident) -> None:
    written(cast)
    old = sign(cast, "Lena", 80).content_hash
    with cast.as_("Ivo") as ivo:
        incidents.write_review(1, SAID | {"hindered": "Nobody had the password."}, by=ivo, at=later(85))
    with cast.scope():
        row = ReviewSignature.objects.for_tenant(cast.harbor).get()
        assert (row.cleared_at, row.cleared_because) == (later(85), "Ivo changed the review")
    assert {"iris", "tess"} <= called(cast, "cleared:")
    with pytest.raises(steps.Stale):
        sign(cast, "Tess", 86, seen=old)
    sign(cast, "Lena", 87)
    assert sign(cast, "Tess", 88).signed_at == later(88)


def test_the_same_words_again_clear_nothing(cast: Cast, ended: Incident) -> None:
    before = written(cast)
    sign(cast, "Lena", 80)
    with cast.as_("Tariq") as tariq:
        after = incidents.write_review(1, SAID, by=tariq, at=later(81))
    assert (after.version, after.content_hash) == (before.version, before.content_hash)
    assert sign(cast, "Tess", 82).signed_at == later(82)


def test_signing_twice_is_signing_once(cast: Cast, ended: Incident) -> None:
    written(cast)
    for name, minute in (("Lena", 80), ("Lena", 81), ("Tess", 82), ("Tess", 83)):
        sign(cast, name, minute)
    with cast.scope():
        assert ReviewSignature.objects.for_tenant(cast.harbor).count() == 2
    assert told(cast, ended).count(Fact.SIGNED) == 2


def test_the_second_writer_of_an_old_text_is_told(cast: Cast, ended: Incident) -> None:
    seen = review_of(cast).version
    written(cast)
    with cast.as_("Ivo") as ivo, pytest.raises(steps.Stale, match="Tess changed the review"):
        incidents.write_review(1, SAID | {"helped": "Luck."}, seen=seen, by=ivo, at=later(75))


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("Ivo", access.Refused), ("Tariq", access.Refused), ("Auditor", access.Refused), ("Provider administrator", steps.NotYours)],
)
def test_only_a_signatory_signs(cast: Cast, ended: Incident, name: str, refusal: type[Exception]) -> None:
    written(cast)
    with pytest.raises(refusal):
        sign(cast, name, 80)


def test_a_side_signs_once_with_the_name_of_the_account_over_what_was_shown(cast: Cast, ended: Incident) -> None:
    written(cast)
    with pytest.raises(steps.SayMore) as wrong:
        sign(cast, "Lena", 80, typed_name="Leni")
    assert wrong.value.field == "typed_name"
    with pytest.raises(steps.Stale):
        sign(cast, "Lena", 80, seen="0" * 64)
    sign(cast, "Lena", 80)
    with pytest.raises(steps.NotNow, match="side signed"):
        sign(cast, "Iris", 81)


def test_one_person_cannot_sign_for_both_sides_even_in_the_database(cast: Cast, ended: Incident) -> None:
    written(cast)
    row = sign(cast, "Lena", 80)
    with cast.scope(), pytest.raises(IntegrityError), transaction.atomic():
        ReviewSignature.objects.create(
            tenant=cast.harbor,
            review=row,
            side="PROVIDER",
            user=cast.people["Lena"],
            name="Lena",
            typed_name="Lena",
            content_hash=row.content_hash,
            signed_at=later(81),
        )


def test_what_is_to_be_done_is_a_ticket_with_a_side_and_a_day(cast: Cast, ended: Incident) -> None:
    with cast.as_("Lena") as lena:
        for text, day in (("", date(2027, 1, 1)), ("Train everybody", date(2026, 1, 1))):
            with pytest.raises(steps.SayMore):
                incidents.add_follow_up(1, text, "backup.jobs", day, by=lena, at=later(70))
        made = incidents.add_follow_up(1, "Test the backups", "backup.jobs", date(2027, 1, 15), by=lena, at=later(70), once="a")
        again = incidents.add_follow_up(1, "Test the backups", "backup.jobs", date(2027, 1, 15), by=lena, at=later(70), once="a")
    assert made.pk == again.pk
    with cast.scope():
        row = Ticket.objects.for_tenant(cast.harbor).get(pk=made.ticket_id)
        assert (row.title, row.side, row.requester_id) == ("Test the backups", made.side, cast.people["Lena"].pk)
        assert ReviewAction.objects.for_tenant(cast.harbor).count() == 1
        page = queries.review(fresh(cast, ended), cast.actor("Lena"), later(71))
    assert page is not None
    assert [one.due_on for one in page.actions] == [date(2027, 1, 15)]
    written(cast)
    sign(cast, "Lena", 80)
    with cast.as_("Tess") as tess:
        incidents.add_follow_up(1, "Train everybody", "", date(2027, 2, 1), by=tess, at=later(82))
    with cast.scope():
        assert ReviewSignature.objects.for_tenant(cast.harbor).get().cleared_at == later(82)


def test_a_review_that_nobody_signs_is_told_once_to_both_managers(cast: Cast, ended: Incident) -> None:
    assert ended.review_due_at is not None
    late = ended.review_due_at + timedelta(days=1)
    for _ in range(2):
        with cast.as_("Ivo") as ivo:
            incidents.write_review(1, SAID, by=ivo, at=late)
    with cast.scope():
        rows = IncidentEntry.objects.for_tenant(cast.harbor).filter(kind="LATE_REVIEW")
        assert list(rows.values_list("at", flat=True)) == [ended.review_due_at]
    assert {"iris", "tess"} <= called(cast, f"incident:{ended.pk}:review")


def test_the_page_of_the_review_works_for_both_sides(cast: Cast, ended: Incident) -> None:
    base = "/harbor-dental/incidents/1/review/"
    tess, lena = cast.browser("Tess"), cast.browser("Lena")
    assert "Nothing is written yet." in tess.get(base).content.decode()
    sent = SAID | {"seen": review_of(cast).version, "once": "a"}
    assert tess.post(f"{base}write/", sent).status_code == 302
    assert lena.post(f"{base}write/", sent | {"helped": "Luck.", "once": "b"}).status_code == 409
    assert lena.post(f"{base}write/", SAID | {"helped": "Luck.", "once": "c"}).status_code == 409, "it must say what was shown"
    day = (timezone.now() + timedelta(days=20)).date()
    assert lena.post(f"{base}follow-up/", {"text": "Test the backups", "duty": "", "due_on": "x"}).status_code == 422
    assert lena.post(f"{base}follow-up/", {"text": "Test the backups", "duty": "", "due_on": day.isoformat()}).status_code == 302
    shown = review_of(cast)
    refused = lena.post(f"{base}sign/", {"content": shown.content_hash, "typed_name": ""})
    assert refused.status_code == 422
    assert "Type your name to sign" in refused.content.decode()
    assert lena.post(f"{base}sign/", {"content": "0" * 64, "typed_name": "Lena"}).status_code == 409
    assert cast.browser("Ivo").post(f"{base}sign/", {"content": shown.content_hash, "typed_name": "Ivo"}).status_code == 403
    for browser, name in ((lena, "Lena"), (tess, "Tess")):
        assert browser.post(f"{base}sign/", {"content": shown.content_hash, "typed_name": name}).status_code == 302
    page = cast.browser("Auditor").get(base).content.decode()
    assert "signed by both sides" in page
    assert "Test the backups" in page
    assert cast.browser("Olga").get(base).status_code == 404


def test_signing_asks_for_a_fresh_second_factor(cast: Cast, ended: Incident) -> None:
    written(cast)
    lena = cast.browser("Lena")
    session = lena.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp() - 3600}]
    session.save()
    sent = lena.post("/harbor-dental/incidents/1/review/sign/", {"content": review_of(cast).content_hash, "typed_name": "Lena"})
    assert sent.status_code == 302
    assert "reauthenticate" in sent["Location"]
    with cast.scope():
        assert not ReviewSignature.objects.for_tenant(cast.harbor).exists()


def test_a_manager_who_is_no_signatory_does_not_sign(cast: Cast, ended: Incident) -> None:
    add_person(cast, "Nora", "c_mgr", cast.harbor, signatory=False)
    written(cast)
    with pytest.raises(steps.NotYours, match="no signatory"):
        sign(cast, "Nora", 80)


# --- whose review it is


def change_provider(cast: Cast, minute: int) -> None:
    """Let Northwind leave and another provider come, with Olga as its administrator; both sides' people are as their companies are."""
    at = later(minute)
    Engagement.objects.filter(client=cast.harbor).update(ends_at=at)
    Membership.objects.filter(tenant=cast.harbor, side="PROVIDER").update(ends_at=at)
    accounts.engage(cast.harbor, cast.elsewhere, at=at)
    add_person(cast, "Olga", "p_admin", cast.harbor, signatory=True)
    Membership.objects.filter(tenant=cast.harbor, user=cast.people["Olga"]).update(company=cast.elsewhere)


def test_signatures_and_the_page_name_the_companies(cast: Cast, ended: Incident) -> None:
    assert (review_of(cast).provider_id, review_of(cast).provider_name) == (cast.northwind.pk, "Northwind MSP")
    written(cast)
    sign(cast, "Lena", 80)
    sign(cast, "Tess", 90)
    with cast.scope():
        rows = ReviewSignature.objects.for_tenant(cast.harbor).order_by("id").values_list("side", "company_name", "company")
        assert list(rows) == [("INTERNAL", "Harbor Dental", cast.harbor.pk), ("PROVIDER", "Northwind MSP", cast.northwind.pk)]
    page = cast.browser("Auditor").get("/harbor-dental/incidents/1/review/").content.decode()
    assert "Lena of Harbor Dental," in page
    assert "Tess of Northwind MSP," in page


def test_a_provider_that_came_later_neither_signs_nor_writes_nor_reads_it_as_its_own(cast: Cast, ended: Incident) -> None:
    written(cast)
    change_provider(cast, 75)
    with pytest.raises(steps.NotYours, match="review of Northwind MSP and Harbor Dental"):
        sign(cast, "Olga", 80)
    for act in (
        lambda by: incidents.write_review(1, SAID | {"helped": "We did."}, by=by, at=later(81)),
        lambda by: incidents.add_follow_up(1, "Buy from us", "", date(2027, 1, 1), by=by, at=later(81)),
    ):
        with cast.as_("Olga") as olga, pytest.raises(steps.NotYours, match="did not serve Harbor Dental in this incident"):
            act(olga)
    page = cast.browser("Olga").get("/harbor-dental/incidents/1/review/").content.decode()
    assert "This is the review of Northwind MSP and Harbor Dental." in page
    assert "Signature of Northwind MSP" in page
    assert cast.elsewhere.name not in page.partition("<main")[2]
    assert "/review/sign/" not in page
    assert "/review/write/" not in page


def test_for_a_provider_that_left_a_second_signatory_of_the_client_signs_in_its_place(cast: Cast, ended: Incident) -> None:
    written(cast)
    change_provider(cast, 75)
    page = cast.browser("Iris").get("/harbor-dental/incidents/1/review/").content.decode()
    assert "Northwind MSP no longer serves Harbor Dental, so nobody there can sign." in page
    assert "A second signatory of Harbor Dental signs in this place." in page
    assert sign(cast, "Lena", 80).signed_at is None
    assert "/review/sign/" not in cast.browser("Lena").get("/harbor-dental/incidents/1/review/").content.decode(), "one person signs once"
    assert sign(cast, "Lena", 81).signed_at is None, "a second press is no second signature"
    assert "/review/sign/" in cast.browser("Iris").get("/harbor-dental/incidents/1/review/").content.decode()
    assert sign(cast, "Iris", 82).signed_at == later(82)
    page = cast.browser("Auditor").get("/harbor-dental/incidents/1/review/").content.decode()
    assert "Iris of Harbor Dental, in the place of Northwind MSP," in page


def test_what_the_provider_signed_before_it_left_stands(cast: Cast, ended: Incident) -> None:
    written(cast)
    sign(cast, "Tess", 72)
    change_provider(cast, 75)
    assert sign(cast, "Lena", 80).signed_at == later(80)


def test_while_the_provider_is_there_nobody_of_the_client_signs_for_it(cast: Cast, ended: Incident) -> None:
    written(cast)
    sign(cast, "Lena", 80)
    with pytest.raises(steps.NotNow, match="side signed"):
        sign(cast, "Iris", 81)
    assert "/review/sign/" not in cast.browser("Iris").get("/harbor-dental/incidents/1/review/").content.decode()


def test_a_client_without_a_provider_ends_a_review_by_two_of_its_own(cast: Cast) -> None:
    for rows in (Engagement.objects.filter(client=cast.harbor), Membership.objects.filter(tenant=cast.harbor, side="PROVIDER")):
        rows.update(ends_at=later(-1))
    incident = commanded(cast)
    with cast.as_("Iris") as iris:
        incidents.end(incident.number, "KNOWN", "It came with a mail.", by=iris, at=later(60))
    written(cast, "Iris")
    page = cast.browser("Lena").get("/harbor-dental/incidents/1/review/").content.decode()
    assert "No provider served Harbor Dental in this incident. A second signatory of Harbor Dental signs in this place." in page
    assert sign(cast, "Lena", 80).signed_at is None
    assert sign(cast, "Iris", 81).signed_at == later(81)
