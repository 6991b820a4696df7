"""Blind answers in the life of a client: findings open and close with them, signing waits, the sweeper opens them, races end well."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from comanaged import background, tenancy
from comanaged.accounts.access import system
from comanaged.accounts.models import Membership
from comanaged.audit.models import Entry
from comanaged.celery import app
from comanaged.vocabulary import FindingSeverity, Hours, Party
from responsibilities import tasks
from responsibilities.actions import accepting, drafting, editing, findings, versions, writing
from responsibilities.actions import attesting as actions
from responsibilities.domain.attesting import Says
from responsibilities.models import Attestation, BlindAnswer, BlindQuestion, Finding
from responsibilities.queries import attested, blocking, listing
from tests.cast import Cast
from tests.responsibilities import agreeing
from tests.responsibilities.attesting import AT, JOBS, ask, opened, say

app.loader.import_default_modules()

ORPHAN = ("BLIND_ORPHAN", "day"), ("BLIND_ORPHAN", "night")


def both(cast: Cast, internal: str, provider: str, at: datetime = AT) -> None:
    """Let both sides be asked and answer about one duty."""
    ask(cast, at=at)
    say(cast, "Iris", internal, at=at)
    say(cast, "Tess", provider, at=at)


def blind(cast: Cast, *, of_draft: bool = False) -> list[tuple[str, str]]:
    """Return code and subject of the open findings that come of blind answers."""
    with cast.scope():
        rows = Finding.objects.for_tenant(cast.harbor).filter(state="OPEN", code__startswith="BLIND_", of_draft=of_draft)
        return list(rows.order_by("code", "subject").values_list("code", "subject"))


@pytest.mark.django_db
def test_findings_open_with_the_answers_and_close_with_the_next_round(cast: Cast) -> None:
    ask(cast)
    say(cast, "Iris", "them")
    assert blind(cast) == []
    say(cast, "Tess", "them")
    assert blind(cast) == [*ORPHAN]
    both(cast, "us", "them", at=AT + timedelta(days=2))
    assert blind(cast) == []


@pytest.mark.django_db
def test_a_next_round_that_a_side_leaves_unanswered_closes_nothing(cast: Cast) -> None:
    both(cast, "them", "them")
    ask(cast, at=AT + timedelta(days=1))
    say(cast, "Iris", "us", at=AT + timedelta(days=1))
    with cast.scope():
        actions.open_due(cast.harbor, at=AT + timedelta(days=16))
    assert opened(cast)
    assert blind(cast) == [*ORPHAN]


@pytest.mark.django_db
def test_the_matrix_moves_them_too(cast: Cast) -> None:
    both(cast, "us", "us")
    assert blind(cast) == [("BLIND_DOUBLE", "day"), ("BLIND_DOUBLE", "night")]
    with cast.as_("Iris") as iris:
        for party in (Party.INTERNAL, Party.PROVIDER):
            editing.write(editing.work(party, Hours.ALWAYS), writing.Spot(JOBS), seen=seen(cast), by=iris, at=AT)
            editing.write(editing.half(party, "half of it"), writing.Spot(JOBS), seen=seen(cast), by=iris, at=AT)
    assert blind(cast) == []


def seen(cast: Cast) -> int:
    rows = agreeing.open_one(cast).rows.filter(duty__key=JOBS, place=None)
    return int(rows.get().stamp)


@pytest.mark.django_db
def test_what_both_say_against_the_signed_version_is_found_once_one_is_signed(cast: Cast) -> None:
    both(cast, "them", "us")
    with cast.as_("Iris") as iris:
        (result,) = attested.page(iris, AT).results
    against = [half.verdict.value == "PAPER" for half in result.halves]
    assert any(against), "the template says something else at some hour"
    assert blind(cast) == []
    agreeing.in_force(cast, AT + timedelta(hours=1))
    assert {code for code, _ in blind(cast)} == {"BLIND_PAPER"}
    assert len(blind(cast)) == sum(against)


@pytest.mark.django_db
def test_a_version_is_not_signed_while_each_side_names_the_other(cast: Cast) -> None:
    with cast.scope():
        agreeing.accept_all(cast)
    both(cast, "them", "them")
    agreeing.propose(cast)
    with pytest.raises(versions.NotPossible, match="Asked apart") as refusal:
        agreeing.sign(cast, "Iris")
    assert {one.finding.code for one in refusal.value.blocked} == {"BLIND_ORPHAN"}
    with cast.scope():
        shown = listing.counts(cast.harbor.pk, AT)
        assert shown[1] == 2


@pytest.mark.django_db
def test_leadership_alone_lets_it_pass_until_a_day(cast: Cast) -> None:
    with cast.scope():
        agreeing.accept_all(cast)
    both(cast, "them", "them")
    with cast.scope():
        rows = list(Finding.objects.for_tenant(cast.harbor).filter(code="BLIND_ORPHAN", state="OPEN"))
    assert {row.severity for row in rows} == {FindingSeverity.CRITICAL}
    until = (AT + timedelta(days=30)).date()
    with cast.as_("Iris") as iris, pytest.raises(accepting.OnlyLeadership):
        accepting.accept(rows[0].pk, reason="We meet on Monday.", until=until, by=iris, at=AT)
    with cast.as_("Lena") as lena:
        for row in rows:
            accepting.accept_critical(row.pk, reason="We meet on Monday.", until=until, by=lena, at=AT)
    agreeing.propose(cast)
    agreeing.sign(cast, "Iris")
    assert agreeing.sign(cast, "Tess").in_force


@pytest.mark.django_db
def test_the_next_version_is_held_up_as_well_and_counted_there(cast: Cast) -> None:
    agreeing.in_force(cast)
    both(cast, "them", "them", at=AT + timedelta(days=1))
    with cast.as_("Iris") as iris:
        draft = drafting.begin_draft(by=iris, at=AT + timedelta(days=1))
        found = [one for one in blocking.blocking(draft, AT + timedelta(days=1)) if one.finding.code == "BLIND_ORPHAN"]
    assert len(found) == 2
    assert blind(cast) == blind(cast, of_draft=True) == [*ORPHAN]


@pytest.mark.django_db
def test_settling_twice_changes_nothing(cast: Cast) -> None:
    both(cast, "them", "them")
    with cast.scope():
        before = list(Finding.objects.for_tenant(cast.harbor).order_by("id").values_list("id", "state", "sentence"))
        findings.recheck_people(cast.harbor, by=system(cast.harbor), at=AT)
        actions.open_due(cast.harbor, at=AT)
        assert list(Finding.objects.for_tenant(cast.harbor).order_by("id").values_list("id", "state", "sentence")) == before


# --- the sweeper and races


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do everything at the same moment, each over a connection of its own; return what each returned or raised."""
    barrier, done = threading.Barrier(len(acts)), [None] * len(acts)

    def one(number: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=60)
            done[number] = act()
        except Exception as refusal:
            done[number] = refusal  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def entries(cast: Cast, action: str) -> int:
    with cast.scope():
        return Entry.objects.for_tenant(cast.harbor).filter(action=action).count()


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_the_sweeper_finds_what_is_due_reminds_and_opens_without_anybody(cast: Cast) -> None:
    row = ask(cast, at=AT - timedelta(days=300))
    assert background.sweep_table("responsibilities.keep_round") == 1
    assert opened(cast)
    assert background.sweep_table("responsibilities.keep_round") == 0
    with cast.scope():
        assert Attestation.objects.for_tenant(cast.harbor).get(pk=row.pk).closed_at is not None


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_the_hourly_review_opens_what_only_somebody_who_left_held_up(cast: Cast) -> None:
    at = timezone.now()
    ask(cast, people=("Iris", "Ivo", "Tess"), at=at)
    for name in ("Iris", "Tess"):
        say(cast, name, "them", at=at)
    tasks.review_all()
    assert not opened(cast)
    Membership.objects.filter(user=cast.people["Ivo"], tenant=cast.harbor).update(ends_at=at)
    tasks.review_all()
    tasks.review_all()
    assert opened(cast)
    assert blind(cast) == [*ORPHAN]
    assert entries(cast, "attest.opened") == 1


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_h_an_answer_at_the_moment_of_opening_is_in_or_late_and_never_half(cast: Cast) -> None:
    for number in range(5):
        began = AT + timedelta(days=20 * number)
        ask(cast, at=began)
        say(cast, "Iris", "them", at=began)
        late = began + timedelta(days=14)
        tess = cast.actor("Tess")

        def last(actor: Any = tess, late: datetime = late) -> Any:
            with tenancy.only([cast.harbor.pk], side=actor.company_id):
                return actions.answer({JOBS: dict.fromkeys((Hours.BUSINESS, Hours.AFTER), Says.INTERNAL)}, by=actor, at=late)

        def time_is_up(late: datetime = late) -> None:
            with tenancy.only([cast.harbor.pk]):
                actions.open_due(cast.harbor, at=late)

        taken, other = at_once(last, time_is_up)
        assert other is None
        with cast.scope():
            question = BlindQuestion.objects.for_tenant(cast.harbor).order_by("-id").first()
            heard = set(BlindAnswer.objects.for_tenant(cast.harbor).opened().filter(question=question).values_list("side", flat=True))
        if isinstance(taken, actions.TooLate):
            assert heard == {"INTERNAL"}
        else:
            assert taken == actions.Taken(1, ())
            assert heard == {"INTERNAL", "PROVIDER"}, "what was kept was opened with the rest"
        assert entries(cast, "attest.opened") == number + 1


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_h_two_who_open_and_two_last_answers_open_once(cast: Cast) -> None:
    ask(cast)

    def answers(name: str) -> Callable[[], Any]:
        actor = cast.actor(name)

        def act() -> Any:
            with tenancy.only([cast.harbor.pk], side=actor.company_id):
                return actions.answer({JOBS: dict.fromkeys((Hours.BUSINESS, Hours.AFTER), Says.INTERNAL)}, by=actor, at=AT)

        return act

    def opens() -> None:
        with tenancy.only([cast.harbor.pk]):
            actions.open_due(cast.harbor, at=AT)

    done = at_once(answers("Iris"), answers("Tess"), opens, opens)
    assert [one for one in done if isinstance(one, Exception)] == []
    assert opened(cast)
    assert entries(cast, "attest.opened") == 1


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_h_two_who_ask_about_the_same_leave_one_question(cast: Cast) -> None:
    people = [cast.people[name].pk for name in ("Iris", "Tess")]

    def asks(name: str) -> Callable[[], Any]:
        actor = cast.actor(name)

        def act() -> Any:
            with tenancy.only([cast.harbor.pk], side=actor.company_id):
                return actions.ask(actions.Wanted((JOBS,), people), by=actor, at=AT)

        return act

    done = at_once(asks("Iris"), asks("Tess"))
    assert sorted(type(one).__name__ for one in done) == ["Attestation", "CannotAsk"]


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_h_taking_back_and_the_last_answer_end_one_way(cast: Cast) -> None:
    row = ask(cast)
    say(cast, "Iris", "us")
    iris, tess = cast.actor("Iris"), cast.actor("Tess")

    def takes_back() -> Any:
        with tenancy.only([cast.harbor.pk], side=iris.company_id):
            return actions.withdraw(row.pk, by=iris, at=AT)

    def answers() -> Any:
        with tenancy.only([cast.harbor.pk], side=tess.company_id):
            return actions.answer({JOBS: dict.fromkeys((Hours.BUSINESS, Hours.AFTER), Says.INTERNAL)}, by=tess, at=AT)

    done = at_once(takes_back, answers)
    refused = [one for one in done if isinstance(one, Exception)]
    assert [type(one) for one in refused] in ([actions.CannotAsk], [actions.TooLate])
    assert opened(cast) is isinstance(refused[0], actions.CannotAsk)
