"""Edits of the draft by people: rows, history in words, findings, refusals, and two writers at once."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.vocabulary import Hours, Letter, Party
from responsibilities import actions, queries
from responsibilities.domain import raci
from responsibilities.models import Assignment, Finding, Row, Version
from tests.cast import Cast, make_cast

INTERNAL, PROVIDER, LEADERSHIP, USERS, VENDOR = Party
AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
DUTY = "backup.jobs"  # internal is accountable and does it by day; it must always be covered


def row_of(cast: Cast, duty: str = DUTY) -> Row:
    return Row.objects.for_tenant(cast.harbor).select_related("duty").get(duty__key=duty)


def cells(cast: Cast, duty: str = DUTY) -> dict[Party, str]:
    rules = queries.matrix_of(cast.harbor.pk, AT).rules.get(duty, ())
    return {party: raci.written_cell(rules, party) for party in Party if raci.written_cell(rules, party) != "empty"}


def open_codes(cast: Cast, duty: str = DUTY) -> list[str]:
    """Return what blocks signing; what else is found in the draft has tests of its own."""
    found = Finding.objects.for_tenant(cast.harbor).filter(duty__key=duty, state="OPEN", blocks=True)
    return list(found.values_list("code", flat=True))


def test_giving_the_open_hours_to_the_provider_closes_the_gap(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        assert (cells(cast), open_codes(cast)) == ({INTERNAL: "A, R day"}, ["R_GAP"])
        actions.set_letter(DUTY, PROVIDER, Letter.R, seen=1, by=iris, at=AT)
        assert cells(cast) == {INTERNAL: "A, R day", PROVIDER: "R night"}
        assert open_codes(cast) == []
        closed = Finding.objects.for_tenant(cast.harbor).get(duty__key=DUTY, code="R_GAP")
        assert (closed.state, closed.closed_at) == ("CLOSED", AT)
        assert queries.who_answers(cast.harbor.pk, DUTY, datetime(2026, 11, 25, 4, tzinfo=UTC)).subject == "Northwind MSP"


def test_accountability_moves_in_one_act_and_history_says_both_cells(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        done = actions.set_letter(DUTY, LEADERSHIP, Letter.A, seen=1, by=iris, at=AT)
        assert cells(cast) == {INTERNAL: "R day", LEADERSHIP: "A"}
        assert done.said == "Backup job monitoring. Internal IT: R day; Leadership: A."
        entry = trail.history_of(row_of(cast))[0]
        assert (entry.who, entry.action) == ("Iris", "assignment.letter")
        assert entry.before == "Internal IT: A, R day; Leadership: empty"
        assert entry.after == "Internal IT: R day; Leadership: A"


def test_hours_and_who_answers_first_are_set_and_the_stamp_counts(cast: Cast) -> None:
    with cast.as_("Tess") as tess:
        actions.set_letter(DUTY, PROVIDER, Letter.R, seen=1, by=tess, at=AT, hours=Hours.ALWAYS)
        assert open_codes(cast) == ["R_NO_LEAD"]
        actions.set_lead(DUTY, PROVIDER, seen=2, by=tess, at=AT)
        assert cells(cast) == {INTERNAL: "A, R day", PROVIDER: "R always, answers first"}
        actions.set_hours(DUTY, PROVIDER, Hours.AFTER, seen=3, by=tess, at=AT)
        assert cells(cast)[PROVIDER] == "R night, answers first"
        assert row_of(cast).stamp == 4
        assert open_codes(cast) == []


def test_clearing_the_only_doer_opens_the_finding_again_as_another_row(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        actions.clear_letter(DUTY, INTERNAL, Letter.R, seen=1, by=iris, at=AT)
        assert open_codes(cast) == ["R_MISSING"]
        actions.clear_letter(DUTY, INTERNAL, None, seen=2, by=iris, at=AT)
        assert (cells(cast), sorted(open_codes(cast))) == ({}, ["A_MISSING", "R_MISSING"])


def test_other_hours_keep_which_half_it_is(cast: Cast) -> None:
    with cast.scope(cast.pine):
        shared = Assignment.objects.for_tenant(cast.pine).filter(row__duty__key="vendor.assets", letter="R", party="PROVIDER")
        assert shared.get().split == "keeps tool data true"
        actions.set_hours("vendor.assets", PROVIDER, Hours.ALWAYS, seen=1, by=access.system(cast.pine), at=AT)
        assert (shared.get().hours, shared.get().lead, shared.get().split) == ("ALWAYS", True, "keeps tool data true")


Act = Callable[[Actor], object]
ACTS: dict[str, Act] = {
    "letter": lambda by: actions.set_letter(DUTY, PROVIDER, Letter.S, seen=1, by=by, at=AT),
    "clear": lambda by: actions.clear_letter(DUTY, INTERNAL, Letter.R, seen=1, by=by, at=AT),
    "hours": lambda by: actions.set_hours(DUTY, INTERNAL, Hours.ALWAYS, seen=1, by=by, at=AT),
    "lead": lambda by: actions.set_lead(DUTY, INTERNAL, seen=1, by=by, at=AT),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("name", ["Ivo", "Lena", "Auditor", "Tariq"])
def test_only_managers_of_either_side_write_the_draft(cast: Cast, name: str, act: Act) -> None:
    with cast.as_(name) as person, pytest.raises(access.Refused, match="Internal IT manager"):
        act(person)


@pytest.mark.parametrize("act", [act for name, act in ACTS.items() if name != "lead"])
def test_a_row_that_changed_since_it_was_shown_is_refused_with_both_values(cast: Cast, act: Act) -> None:
    with cast.as_("Tess") as tess:
        actions.set_letter(DUTY, PROVIDER, Letter.C, seen=1, by=tess, at=AT)
    with cast.as_("Iris") as iris:
        with pytest.raises(actions.Stale) as refused:
            act(iris)
        assert (refused.value.theirs, refused.value.yours) in {("C", "S"), ("A, R day", "no R"), ("A, R day", "R day and night")}
        assert cells(cast)[PROVIDER] == "C"
        assert row_of(cast).stamp == 2


def test_an_edit_that_says_nothing_leaves_no_trace(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        with pytest.raises(actions.CannotEdit, match="already is accountable"):
            actions.set_letter(DUTY, INTERNAL, Letter.A, seen=1, by=iris, at=AT)
        assert row_of(cast).stamp == 1
        assert trail.history_of(row_of(cast)) == []


def test_what_is_in_force_is_never_edited(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        Version.objects.for_tenant(cast.harbor).update(state="IN_FORCE", in_force_at=AT, content="{}", content_hash="0")
        with pytest.raises(actions.NoDraft, match="stays as it is"):
            actions.set_letter(DUTY, PROVIDER, Letter.R, seen=1, by=iris, at=AT)
        assert queries.who_answers(cast.harbor.pk, DUTY, AT).signed


@pytest.mark.django_db(transaction=True)
def test_of_two_writers_at_once_one_wins_and_the_other_is_told() -> None:
    cast = make_cast()
    ready, told = threading.Barrier(2), []

    def write(name: str, letter: Letter) -> None:
        try:
            actor = cast.actor(name)
            ready.wait(timeout=60)
            with tenancy.only([cast.harbor.pk], side=actor.company_id):
                actions.set_letter(DUTY, VENDOR, letter, seen=1, by=actor, at=AT)
            told.append("written")
        except actions.Stale as refusal:
            told.append(refusal.theirs)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=pair) for pair in (("Iris", Letter.C), ("Tess", Letter.S))]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=60)
    assert sorted(told, key=len) in (["C", "written"], ["S", "written"])
    with cast.scope():
        assert row_of(cast).stamp == 2
        assert len(cells(cast)[VENDOR]) == 1


@pytest.mark.django_db(transaction=True)
def test_edits_and_the_hourly_review_never_block_each_other_nor_leave_an_old_finding() -> None:
    cast = make_cast()
    troubles: list[BaseException] = []
    ready = threading.Barrier(2)
    letters = [Letter.R, None] * 6

    def edit() -> None:
        actor = cast.actor("Iris")
        for seen, letter in enumerate(letters, start=1):
            ready.wait(timeout=60)
            with tenancy.only([cast.harbor.pk], side=actor.company_id):
                if letter:
                    actions.set_letter(DUTY, PROVIDER, letter, seen=seen, by=actor, at=AT)
                else:
                    actions.clear_letter(DUTY, PROVIDER, Letter.R, seen=seen, by=actor, at=AT)

    def review() -> None:
        for _ in letters:
            ready.wait(timeout=60)
            with tenancy.only([cast.harbor.pk]):
                version = Version.objects.for_tenant(cast.harbor).select_related("tenant").get()
                actions.findings.recheck(version, by=access.system(cast.harbor), at=AT)

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as trouble:
            troubles.append(trouble)
            ready.abort()
        finally:
            connection.close()

    both = [threading.Thread(target=run, args=[work]) for work in (edit, review)]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=60)
    assert troubles == []
    with cast.scope():
        assert open_codes(cast) == ["R_GAP"]
        assert Finding.objects.for_tenant(cast.harbor).filter(duty__key=DUTY, code="R_GAP").count() == 7
