"""Asking blind and answering: who may, what is kept, when answers open, who is reminded, what nobody can see before."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Membership, Organisation
from comanaged.audit import trail
from comanaged.audit.models import Entry
from comanaged.notices.models import Notice
from comanaged.vocabulary import Hours, Side
from responsibilities.actions import attesting as actions
from responsibilities.actions import excluding
from responsibilities.domain.attesting import Says
from responsibilities.models import Attestation, BlindAnswer, BlindQuestion, Duty
from responsibilities.queries import attested
from responsibilities.queries import attesting as queries
from tests.cast import Cast, add_person
from tests.responsibilities import agreeing
from tests.responsibilities.attesting import AFTER, AT, JOBS, OFFICE, ask, opened, say

pytestmark = pytest.mark.django_db


def days(number: float) -> datetime:
    return AT + timedelta(days=number)


def keep(cast: Cast, row: Attestation, at: datetime) -> None:
    """Do what time asks of a round, as the sweeper does."""
    token = uuid.uuid4()
    with cast.scope():
        Attestation.objects.for_tenant(cast.harbor).filter(pk=row.pk).update(lease_token=token)
        actions.keep(row.pk, tenant_id=cast.harbor.pk, token=token, at=at)


def notices(cast: Cast, word: str = "") -> list[str]:
    """Return whom notices about blind rounds go to, of those whose key holds a word."""
    with cast.scope():
        rows = Notice.objects.for_tenant(cast.harbor).filter(key__startswith="attestation:", key__contains=word)
        return sorted(rows.values_list("to_name", flat=True))


def fresh(cast: Cast, row: Attestation) -> Attestation:
    """Return a round as its row is now."""
    with cast.scope():
        return Attestation.objects.for_tenant(cast.harbor).get(pk=row.pk)


def head(tenant: Organisation) -> int:
    with tenancy.only([tenant.pk]):
        return trail.head(tenant.pk)[0]


def columns(row: Attestation) -> dict[str, object]:
    return {field.name: getattr(row, field.attname) for field in row._meta.fields}


# --- asking


def test_a_round_asks_people_of_both_sides_and_says_so_in_history_and_by_notice(cast: Cast) -> None:
    row = ask(cast, JOBS, AFTER, people=("Iris", "Ivo", "Tess"))
    assert (row.opens_at, row.next_at, row.asked_side) == (days(14), days(3), "INTERNAL")
    assert notices(cast) == ["Iris", "Ivo", "Tess"]
    with cast.scope():
        entry = Entry.objects.for_tenant(cast.harbor).get(action="attest.asked")
        assert entry.after.endswith("Asked: Iris, Ivo, Tess")
        assert BlindQuestion.objects.for_tenant(cast.harbor).shut().count() == 2


@pytest.mark.parametrize("name", ["Ivo", "Tariq", "Auditor"])
def test_who_may_not_ask_is_refused(cast: Cast, name: str) -> None:
    with pytest.raises(access.Refused):
        ask(cast, by=name)


@pytest.mark.parametrize(
    ("people", "why"), [(("Iris", "Ivo"), "Northwind MSP"), (("Tess",), "internal IT"), (("Iris", "Tess", "Lena"), "not there any more")]
)
def test_both_sides_are_asked_or_nobody(cast: Cast, people: tuple[str, ...], why: str) -> None:
    with pytest.raises(actions.CannotAsk, match=why):
        ask(cast, people=people)


def test_somebody_of_another_client_is_not_asked(cast: Cast) -> None:
    with pytest.raises(actions.CannotAsk, match="not there"):
        ask(cast, people=("Iris", "Tess", "Pine's manager"))


def test_a_side_asks_only_so_often_within_a_day(cast: Cast) -> None:
    with cast.scope():
        keys = list(Duty.objects.for_tenant(cast.harbor).order_by("position").values_list("key", flat=True)[:7])
    for key in keys[:5]:
        ask(cast, key)
    with pytest.raises(actions.CannotAsk, match="5 times within a day"):
        ask(cast, keys[5], at=AT + timedelta(hours=23))
    ask(cast, keys[5], by="Tess")
    ask(cast, keys[6], at=days(1.1))


def test_what_is_awaited_already_is_not_asked_a_second_time(cast: Cast) -> None:
    ask(cast, JOBS)
    with pytest.raises(actions.CannotAsk, match="awaited already"):
        ask(cast, JOBS, by="Tess")
    row = ask(cast, JOBS, AFTER, by="Tess")
    with cast.scope():
        assert [one.duty.key for one in row.questions.select_related("duty")] == [AFTER]


def test_what_is_left_out_on_purpose_is_not_asked(cast: Cast) -> None:
    with cast.as_("Lena") as lena:
        excluding.exclude(JOBS, reason="There is nothing to back up.", until=days(30).date(), by=lena, at=AT)
    with pytest.raises(actions.CannotAsk, match="left out"):
        ask(cast, JOBS)
    with cast.scope():
        assert JOBS not in [one.key for one in queries.duties_of(cast.harbor.pk, queries.ALL, "", "", AT)]


def test_people_are_suggested_by_the_matrix_and_each_side_has_somebody(cast: Cast) -> None:
    with cast.scope():
        names = {cast.people[name].pk: name for name in cast.people}
        assert {names[one] for one in queries.suggested(cast.harbor.pk, [JOBS], AT)} == {"Iris", "Tess", "Provider administrator"}
        assert {row.risk for row in queries.duties_of(cast.harbor.pk, queries.RISKY, "", "", AT)} == {4, 5}
        assert {row.category for row in queries.duties_of(cast.harbor.pk, queries.CATEGORY, "backup", "", AT)} == {"backup"}


# --- answering


def test_us_means_ones_own_side(cast: Cast) -> None:
    ask(cast)
    say(cast, "Iris", "them", "us")
    say(cast, "Tess", "us", "them")
    with cast.scope():
        said = {(one.side, one.day, one.night) for one in BlindAnswer.objects.for_tenant(cast.harbor).opened()}
    assert said == {("INTERNAL", "PROVIDER", "INTERNAL"), ("PROVIDER", "PROVIDER", "INTERNAL")}


def test_an_answer_can_be_changed_until_it_opens_and_not_after(cast: Cast) -> None:
    ask(cast)
    say(cast, "Iris", "us")
    say(cast, "Iris", "them")
    say(cast, "Tess", "us")
    assert opened(cast)
    with pytest.raises(actions.TooLate, match="open"):
        say(cast, "Iris", "us")
    with cast.scope():
        assert [one.day for one in BlindAnswer.objects.for_tenant(cast.harbor).opened().filter(side="INTERNAL")] == ["PROVIDER"]


def test_who_is_not_asked_has_nothing_to_answer(cast: Cast) -> None:
    ask(cast)
    for name in ("Ivo", "Tariq"):
        with pytest.raises(actions.TooLate):
            say(cast, name, "us")
    with pytest.raises(access.Refused):
        say(cast, "Lena", "us")


def test_a_duty_of_day_and_night_wants_both_and_keeps_one(cast: Cast) -> None:
    ask(cast)
    with cast.as_("Iris") as iris:
        taken = actions.answer({JOBS: {Hours.BUSINESS: Says.INTERNAL}}, by=iris, at=AT)
        assert taken.kept == 1
        (asked,) = queries.mine(iris).duties
        assert ([part.said for part in asked.parts], asked.answered) == (["us", ""], False)
    say(cast, "Tess", "us")
    assert not opened(cast)
    with cast.as_("Iris") as iris:
        actions.answer({JOBS: {Hours.AFTER: Says.PROVIDER}}, by=iris, at=AT)
    assert opened(cast)


def test_a_half_that_is_not_asked_about_is_not_kept(cast: Cast) -> None:
    ask(cast, OFFICE)
    say(cast, "Iris", "us", "them", duty=OFFICE)
    say(cast, "Tess", "us", duty=OFFICE)
    with cast.scope():
        assert {one.night for one in BlindAnswer.objects.for_tenant(cast.harbor).opened()} == {""}


def test_one_late_answer_does_not_lose_the_others(cast: Cast) -> None:
    ask(cast, JOBS)
    say(cast, "Iris", "us")
    say(cast, "Tess", "us")
    ask(cast, AFTER, at=days(1))
    with cast.as_("Iris") as iris:
        both = dict.fromkeys((Hours.BUSINESS, Hours.AFTER), Says.PROVIDER)
        taken = actions.answer({JOBS: both, AFTER: both, "no.such": both}, by=iris, at=days(1))
        assert taken == actions.Taken(1, (Duty.objects.for_tenant(cast.harbor).get(key=JOBS).name,))


# --- opening


def test_answers_open_duty_by_duty_once_everybody_asked_has_answered(cast: Cast) -> None:
    row = ask(cast, JOBS, AFTER, people=("Iris", "Ivo", "Tess"))
    say(cast, "Iris", "us")
    say(cast, "Tess", "us")
    assert not opened(cast)
    say(cast, "Ivo", "us")
    assert opened(cast)
    assert not opened(cast, AFTER)
    for name in ("Tess", "Ivo", "Iris"):
        say(cast, name, "us", duty=AFTER)
    assert opened(cast, AFTER)
    assert fresh(cast, row).closed_at == AT


def test_answers_open_after_fourteen_days_whoever_is_silent(cast: Cast) -> None:
    row = ask(cast)
    say(cast, "Iris", "us")
    keep(cast, row, days(14) - timedelta(seconds=1))
    assert not opened(cast)
    keep(cast, row, days(14))
    assert opened(cast)
    with cast.scope():
        entry = Entry.objects.for_tenant(cast.harbor).get(action="attest.opened")
    assert (entry.who, entry.reason, entry.user_id) == ("Comanaged", "14 days have passed", None)
    keep(cast, row, days(15))
    with cast.scope():
        assert Entry.objects.for_tenant(cast.harbor).filter(action="attest.opened").count() == 1


def test_whoever_left_holds_nothing_up(cast: Cast) -> None:
    ask(cast, people=("Iris", "Ivo", "Tess"))
    say(cast, "Iris", "us")
    say(cast, "Tess", "us")
    with cast.scope():
        actions.open_due(cast.harbor, at=days(1))
    assert not opened(cast)
    Membership.objects.filter(user=cast.people["Ivo"], tenant=cast.harbor).update(ends_at=days(1))
    with cast.scope():
        actions.open_due(cast.harbor, at=days(2))
        actions.open_due(cast.harbor, at=days(2))
    assert opened(cast)


def test_what_somebody_said_before_they_left_counts(cast: Cast) -> None:
    ask(cast, people=("Iris", "Ivo", "Tess"))
    say(cast, "Ivo", "unsure")
    Membership.objects.filter(user=cast.people["Ivo"], tenant=cast.harbor).update(ends_at=days(1))
    say(cast, "Iris", "us", at=days(2))
    say(cast, "Tess", "us", at=days(2))
    with cast.scope():
        assert {one.user_id for one in BlindAnswer.objects.for_tenant(cast.harbor).opened()} == {
            cast.people[name].pk for name in ("Iris", "Ivo", "Tess")
        }


def test_somebody_new_is_not_asked_and_waits_for_nothing(cast: Cast) -> None:
    ask(cast)
    add_person(cast, "Newcomer", "c_tech", cast.harbor)
    say(cast, "Iris", "us")
    say(cast, "Tess", "us")
    assert opened(cast)
    with cast.as_("Newcomer") as newcomer:
        assert queries.mine(newcomer) == queries.Mine((), ())


# --- taking back


def test_who_asked_takes_a_round_back_and_what_was_said_is_never_seen(cast: Cast) -> None:
    row = ask(cast, JOBS, AFTER)
    for name in ("Iris", "Tess"):
        say(cast, name, "us")
    say(cast, "Tess", "us", duty=AFTER)
    with cast.as_("Iris") as iris:
        actions.withdraw(row.pk, by=iris, at=days(1))
        with pytest.raises(actions.CannotAsk, match="over"):
            actions.withdraw(row.pk, by=iris, at=days(1))
    keep(cast, row, days(20))
    with cast.scope():
        actions.open_due(cast.harbor, at=days(20))
    assert opened(cast)
    assert not opened(cast, AFTER)
    with pytest.raises(actions.TooLate):
        say(cast, "Iris", "us", duty=AFTER)
    ask(cast, AFTER, at=days(21))


def test_nobody_else_takes_a_round_back(cast: Cast) -> None:
    row = ask(cast)
    with cast.as_("Tess") as tess, pytest.raises(actions.CannotAsk, match="only Iris"):
        actions.withdraw(row.pk, by=tess, at=AT)


# --- reminders


def test_reminders_go_after_three_seven_and_twelve_days_to_who_is_missing_alone(cast: Cast) -> None:
    row = ask(cast, people=("Iris", "Ivo", "Tess", "Tariq"))
    say(cast, "Iris", "us")
    keep(cast, row, days(3) - timedelta(seconds=1))
    assert notices(cast, " days") == []
    keep(cast, row, days(3))
    keep(cast, row, days(3))
    assert notices(cast, ":3 days") == ["Ivo", "Tariq", "Tess"]
    say(cast, "Tess", "us")
    keep(cast, row, days(7))
    keep(cast, row, days(12))
    assert notices(cast, ":7 days") == notices(cast, ":12 days") == ["Ivo", "Tariq"]
    keep(cast, row, days(14))
    assert len(notices(cast, " days")) == 7


def test_a_reminder_says_nothing_of_anybody_else_and_a_missed_one_is_not_caught_up(cast: Cast) -> None:
    row = ask(cast, people=("Iris", "Ivo", "Tess"))
    say(cast, "Iris", "us")
    keep(cast, row, days(8))
    assert (notices(cast, ":3 days"), notices(cast, ":7 days")) == ([], ["Ivo", "Tess"])
    with cast.scope():
        texts = [f"{one.subject} {one.text}" for one in Notice.objects.for_tenant(cast.harbor).filter(key__contains=" days")]
    assert len(set(texts)) == 1, "everybody is told the same"
    assert "Ivo" not in texts[0]
    assert fresh(cast, row).next_at == days(12)


# --- blind


def test_e7_answering_leaves_no_entry_no_notice_and_no_mark_on_the_round(cast: Cast) -> None:
    row = ask(cast, people=("Iris", "Ivo", "Tess"))
    before, told = head(cast.harbor), notices(cast)
    shown = columns(fresh(cast, row))
    for name in ("Iris", "Tess"):
        say(cast, name, "us", at=days(1))
    with cast.scope():
        actions.open_due(cast.harbor, at=days(1))
    assert (head(cast.harbor), notices(cast)) == (before, told)
    assert columns(fresh(cast, row)) == shown


def test_e7_the_entry_of_the_opening_tells_no_answer_and_nobody(cast: Cast) -> None:
    ask(cast)
    say(cast, "Iris", "them", at=days(1))
    say(cast, "Tess", "nobody", at=days(2))
    with cast.scope():
        entry = Entry.objects.for_tenant(cast.harbor).get(action="attest.opened")
    text = f"{entry.before} {entry.after} {entry.reason}"
    assert not [word for word in ("Iris", "Tess", "them", "nobody", "PROVIDER", "INTERNAL", "NOBODY") if word in text]


def test_e7_an_error_tells_nothing_of_others(cast: Cast) -> None:
    def told(name: str) -> str:
        with pytest.raises(actions.TooLate) as refusal:
            say(cast, name, "us")
        return str(refusal.value)

    ask(cast, people=("Iris", "Ivo", "Tess"))
    before = told("Tariq")
    say(cast, "Ivo", "us")
    say(cast, "Tess", "us")
    assert told("Tariq") == before


def test_e7_what_one_waits_for_is_ones_own_alone(cast: Cast) -> None:
    ask(cast, people=("Iris", "Ivo", "Tess"))

    def waiting(name: str) -> int:
        with cast.as_(name) as by:
            return queries.door(by).waiting

    for name in ("Iris", "Tess"):
        say(cast, name, "us")
    assert [waiting(name) for name in ("Iris", "Ivo", "Tess", "Tariq", "Lena")] == [0, 1, 0, 0, 0]


# --- what is read once it is open


def test_the_page_reads_right_for_both_sides_and_the_worst_is_first(cast: Cast) -> None:
    with cast.scope():
        agreeing.accept_all(cast)
    ask(cast, JOBS, AFTER, OFFICE)
    for duty, iris, tess in ((JOBS, "them", "them"), (AFTER, "us", "them"), (OFFICE, "us", "us")):
        say(cast, "Iris", iris, duty=duty)
        say(cast, "Tess", tess, duty=duty)
    with cast.as_("Tess") as tess_:
        page = attested.page(tess_, AT)
    assert page.results[0].duty.key == JOBS
    half = page.results[0].halves[0]
    assert (half.internal.text, half.provider.text, half.verdict) == ("Northwind MSP", "Internal IT", "ORPHAN")
    with cast.as_("Iris") as iris_:
        same = attested.page(iris_, AT)
        assert (same.results, same.grid) == (page.results, page.grid)
        boxes = {box.key: box.count for line in page.grid for box in line.boxes}
        halves = sum(len(one.halves) for one in page.results)
        assert sum(boxes.values()) == halves
        for key, count in boxes.items():
            narrowed = attested.page(iris_, AT, key)
            assert {half.box for one in narrowed.results for half in one.halves} <= {key}
            assert narrowed.count == count, "a number opens its rows"


def test_nothing_shut_is_counted_in_the_measure(cast: Cast) -> None:
    with cast.scope():
        assert attested.agreement(cast.harbor.pk, AT) == attested.Agreement(0, 0)
    ask(cast, JOBS, AFTER)
    say(cast, "Iris", "us")
    with cast.scope():
        assert attested.agreement(cast.harbor.pk, AT).asked == 0
    say(cast, "Tess", "us")
    with cast.scope():
        measure = attested.agreement(cast.harbor.pk, AT)
    assert (measure.same, measure.asked, measure.share) == (0, 1, 0.0)


def test_technicians_read_their_own_answers_alone(cast: Cast) -> None:
    ask(cast, people=("Ivo", "Tariq"))
    say(cast, "Ivo", "us")
    say(cast, "Tariq", "us")
    with cast.as_("Ivo") as ivo:
        (own,) = queries.mine(ivo).opened
        assert [part.said for part in own.parts] == ["us", "us"]
        assert attested.of_duty(ivo, JOBS, AT) is None
    with cast.as_("Iris") as iris:
        assert attested.of_duty(iris, JOBS, AT) is not None
        assert queries.mine(iris).opened == ()


def test_a_key_asks_and_answers_nothing(cast: Cast) -> None:
    ask(cast)
    with cast.scope():
        key = access.Actor(cast.harbor, "k_desk", "Key", side=Side.INTERNAL, company_id=cast.harbor.pk, key_id=1)
        with pytest.raises(access.Refused):
            actions.answer({JOBS: {Hours.BUSINESS: Says.INTERNAL}}, by=key, at=timezone.now())
        with pytest.raises(access.Refused):
            actions.ask(actions.Wanted((AFTER,), [cast.people["Iris"].pk]), by=key, at=timezone.now())
