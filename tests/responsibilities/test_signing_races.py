"""Signatures and edits at the same moment, and work that is routed while a version comes into force."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from threading import Event as Signal
from typing import Any

import pytest
from django.db import connection

from comanaged import tenancy
from comanaged.accounts.access import system
from comanaged.vocabulary import Audience, Letter, Party, Priority
from monitoring.models import Alert
from responsibilities import actions as matrix
from responsibilities import queries as responsibilities
from responsibilities.actions import drafting, versions
from responsibilities.domain.resolution import Route
from responsibilities.models import Signature, Version
from tests.cast import Cast, add_person
from tests.monitoring.build import sender
from tests.responsibilities import agreeing
from tests.responsibilities.agreeing import AT, open_one
from tickets import actions as tickets
from tickets.models import Event, Ticket

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
DUTY = "backup.jobs"
LATER = AT + timedelta(days=1)
BASE = "/harbor-dental/matrix/versions/1/"


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do everything at the same moment, each over a connection of its own; return what each returned or raised."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=60)
            return act()
        except (versions.Moved, versions.NotPossible, matrix.CannotEdit, matrix.Stale, drafting.CannotDraft) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def proposed(cast: Cast) -> str:
    """Accept what blocks, propose, and return the hash that is shown."""
    with cast.scope():
        agreeing.accept_all(cast)
    return agreeing.propose(cast).content_hash


def test_h2_a_double_press_and_two_signatories_leave_one_signature_of_a_side(cast: Cast) -> None:
    shown = proposed(cast)
    browsers = [cast.browser(name) for name in ("Iris", "Iris", "Lena", "Lena")]
    names = ("Iris", "Iris", "Lena", "Lena")
    presses = [
        lambda browser=browser, name=name: browser.post(f"{BASE}sign/client/", {"content": shown, "typed_name": name}).status_code
        for browser, name in zip(browsers, names, strict=True)
    ]
    assert sorted(at_once(*presses)) == [302, 409, 409, 409]
    with cast.scope():
        assert Signature.objects.for_tenant(cast.harbor).count() == 1


def test_h2_both_sides_at_once_bring_it_into_force_once(cast: Cast) -> None:
    shown = proposed(cast)

    def sign(name: str) -> Callable[[], Any]:
        actor = cast.actor(name)

        def act() -> Any:
            with tenancy.only([cast.harbor.pk], side=actor.company_id):
                return versions.sign(1, seen=shown, typed_name=name, by=actor, at=AT)

        return act

    done = at_once(sign("Iris"), sign("Tess"))
    assert sorted(one.in_force for one in done) == [False, True]
    with cast.scope():
        assert Version.objects.for_tenant(cast.harbor).get().state == "IN_FORCE"
        assert Signature.objects.for_tenant(cast.harbor).count() == 2


@pytest.mark.parametrize("round_", range(3))
def test_h2_an_edit_against_a_signature_leaves_no_signature_under_another_text(cast: Cast, round_: int) -> None:
    shown = proposed(cast)
    iris, tess = cast.actor("Iris"), cast.actor("Tess")

    def edit() -> Any:
        with tenancy.only([cast.harbor.pk], side=tess.company_id):
            return matrix.set_letter(DUTY, Party.VENDOR, Letter.S, seen=1, by=tess, at=AT)

    def sign() -> Any:
        with tenancy.only([cast.harbor.pk], side=iris.company_id):
            return versions.sign(1, seen=shown, typed_name="Iris", by=iris, at=AT)

    edited, signed = at_once(edit, sign)
    assert isinstance(edited, matrix.Edited)
    with cast.scope():
        version = open_one(cast)
        assert version.state == "DRAFT"
        assert not Signature.objects.for_tenant(cast.harbor).filter(cleared_at=None).exists()
        if not isinstance(signed, versions.Moved):
            assert Signature.objects.for_tenant(cast.harbor).get().cleared_because == "edited by Tess"
    with cast.as_("Iris"), pytest.raises(versions.Moved):
        versions.sign(1, seen=shown, typed_name="Iris", by=iris, at=AT)


def test_h2_an_edit_between_show_and_sign_is_409_and_so_is_the_last_signature(cast: Cast) -> None:
    shown = proposed(cast)
    agreeing.sign(cast, "Tess")
    tess, iris = cast.actor("Tess"), cast.browser("Iris")

    def edit() -> Any:
        with tenancy.only([cast.harbor.pk], side=tess.company_id):
            return matrix.set_letter(DUTY, Party.VENDOR, Letter.S, seen=1, by=tess, at=AT)

    edited, status = at_once(edit, lambda: iris.post(f"{BASE}sign/client/", {"content": shown, "typed_name": "Iris"}).status_code)
    with cast.scope():
        version = Version.objects.for_tenant(cast.harbor).get()
        live = list(Signature.objects.for_tenant(cast.harbor).filter(cleared_at=None))
    if status == 302:  # the signature came first: it is in force, and the edit found nothing open
        assert (version.state, version.content_hash, len(live)) == ("IN_FORCE", shown, 2)
        assert isinstance(edited, drafting.NoDraft)
    else:
        assert (status, version.state, live) == (409, "DRAFT", [])


def test_two_managers_who_begin_a_draft_at_once_begin_one(cast: Cast) -> None:
    agreeing.in_force(cast)
    actors = [cast.actor(name) for name in ("Iris", "Tess", "Provider administrator")]

    def begin(actor: Any) -> Any:
        with tenancy.only([cast.harbor.pk], side=actor.company_id):
            return drafting.begin_draft(by=actor, at=LATER)

    done = at_once(*(lambda actor=actor: begin(actor) for actor in actors))
    assert sorted(type(one).__name__ for one in done) == ["CannotDraft", "CannotDraft", "Version"]
    with cast.scope():
        assert list(Version.objects.for_tenant(cast.harbor).order_by("number").values_list("number", flat=True)) == [1, 2]


def test_a_draft_that_is_begun_while_a_version_comes_into_force_begins_from_that_one(cast: Cast) -> None:
    agreeing.in_force(cast)
    iris, tess = cast.actor("Iris"), cast.actor("Tess")
    for round_ in (2, 3, 4):
        at = AT + timedelta(minutes=2 * round_)
        with cast.scope():
            drafted = Version.objects.for_tenant(cast.harbor).filter(state="DRAFT").exists()
        if not drafted:  # the last round's draft came too early, or there was none
            with cast.as_("Iris"):
                drafting.begin_draft(by=iris, at=at)
        with cast.scope():
            agreeing.accept_all(cast, at)
        agreeing.propose(cast, at=at)
        agreeing.sign(cast, "Tess", at)
        with cast.scope():
            number, shown = open_one(cast).number, open_one(cast).content_hash

        def force(number: int = number, shown: str = shown, at: Any = at) -> Any:
            with tenancy.only([cast.harbor.pk], side=iris.company_id):
                return versions.sign(number, seen=shown, typed_name="Iris", by=iris, at=at)

        def begin(at: Any = at) -> Any:
            with tenancy.only([cast.harbor.pk], side=tess.company_id):
                return drafting.begin_draft(by=tess, at=at)

        forced, begun = at_once(force, begin)
        assert forced.in_force
        if isinstance(begun, drafting.CannotDraft):
            assert str(begun) == "There is a draft already. Change that one.", "it was open a moment ago"
        else:
            assert begun.number == number + 1


def test_signing_editing_beginning_and_the_review_at_once_never_wait_for_each_other_in_a_circle(cast: Cast) -> None:
    shown = proposed(cast)
    iris, tess = cast.actor("Iris"), cast.actor("Tess")

    def within(side: int | None, act: Callable[[], Any]) -> Callable[[], Any]:
        def done() -> Any:
            with tenancy.only([cast.harbor.pk], side=side):
                return act()

        return done

    def edit() -> Any:
        return matrix.set_letter(DUTY, Party.VENDOR, Letter.S, seen=1, by=tess, at=LATER)

    def review() -> Any:
        return matrix.findings.recheck_people(cast.harbor, by=system(cast.harbor), at=LATER)

    done = at_once(
        within(iris.company_id, lambda: versions.sign(1, seen=shown, typed_name="Iris", by=iris, at=LATER)),
        within(tess.company_id, lambda: versions.sign(1, seen=shown, typed_name="Tess", by=tess, at=LATER)),
        within(tess.company_id, edit),
        within(iris.company_id, lambda: drafting.begin_draft(by=iris, at=LATER)),
        within(None, review),
        within(None, review),
        within(None, lambda: open_ticket(cast, "Disk full", responsibilities.route(cast.harbor.pk, DUTY, LATER, "alert"))),
    )
    refused = (versions.Moved, drafting.NoDraft, drafting.CannotDraft)
    assert all(one is None or isinstance(one, refused) or not isinstance(one, Exception) for one in done)
    with cast.scope():
        version = Version.objects.for_tenant(cast.harbor).get(number=1)
        live = Signature.objects.for_tenant(cast.harbor).filter(version=version, cleared_at=None).count()
        assert (version.state == "IN_FORCE") == (live == 2)
        assert set(Ticket.objects.for_tenant(cast.harbor).values_list("matrix_version", flat=True)) == {1}


# --- work that is routed meanwhile


def next_version(cast: Cast, doer: Party, at: Any) -> None:
    """Write and propose a version in which one side alone does backups, and let the provider sign it."""
    with cast.as_("Iris") as iris:
        drafting.begin_draft(by=iris, at=at)
        seen = open_one(cast).rows.get(duty__key=DUTY, place=None).stamp
        for party in (Party.INTERNAL, Party.PROVIDER):
            if open_one(cast).assignments.filter(row__duty__key=DUTY, letter="R", party=party).exists():
                matrix.clear_letter(DUTY, party, Letter.R, seen=seen, by=iris, at=at)
                seen += 1
        matrix.set_letter(DUTY, doer, Letter.R, hours="ALWAYS", seen=seen, by=iris, at=at)
        agreeing.accept_all(cast, at)
    agreeing.propose(cast, at=at)
    agreeing.sign(cast, "Tess", at)


def open_ticket(cast: Cast, title: str, route: Route) -> Ticket:
    """Open a ticket as monitoring does, with the route it asked for."""
    return tickets.open_ticket(
        title=title,
        duty_key=DUTY,
        place="",
        route=route,
        origin=tickets.Origin("alert"),
        condition=title,
        priority=Priority.P2,
        text="x",
        audience=Audience.SHARED,
        by=system(cast.harbor),
        at=AT,
    ).ticket


def test_h4_work_that_comes_while_a_version_comes_into_force_goes_by_one_version_and_none_is_left_behind(cast: Cast) -> None:
    agreeing.in_force(cast)
    iris, doers, before = cast.actor("Iris"), (Party.PROVIDER, Party.INTERNAL), "INTERNAL"
    for round_, doer in enumerate(doers * 2, start=2):
        at = AT + timedelta(minutes=round_)
        next_version(cast, doer, at)

        def come(number: int, at: Any = at, round_: int = round_) -> Any:
            with tenancy.only([cast.harbor.pk]):
                route = responsibilities.route(cast.harbor.pk, DUTY, at, "alert")
                return open_ticket(cast, f"{round_} {number}", route)

        def force(at: Any = at) -> Any:
            with tenancy.only([cast.harbor.pk], side=iris.company_id):
                return versions.sign(round_number(cast), seen=open_one(cast).content_hash, typed_name="Iris", by=iris, at=at)

        came = at_once(force, *(lambda number=number: come(number) for number in range(8)))
        assert came[0].in_force
        with cast.scope():
            rows = list(Ticket.objects.for_tenant(cast.harbor).filter(title__startswith=f"{round_} "))
            assert len(rows) == 8
            for row in rows:
                moved = Event.objects.for_tenant(cast.harbor).of(row.pk).filter(kind="REROUTED").exists()
                assert (row.side, row.route_side, row.matrix_version) == (doer, doer, round_)
                assert moved is (row.trace[0] == f"Version {round_} replaced version {round_ - 1}.")
            assert not Ticket.objects.for_tenant(cast.harbor).exclude(side=doer).exists(), "those of earlier rounds follow"
        before = doer
    assert before == "INTERNAL"


def round_number(cast: Cast) -> int:
    return open_one(cast).number


def test_h4_a_version_waits_for_work_that_is_routed_and_not_yet_written(cast: Cast) -> None:
    agreeing.in_force(cast)
    next_version(cast, Party.PROVIDER, LATER)
    iris, routed, signed = cast.actor("Iris"), Signal(), Signal()

    def come() -> Any:
        with tenancy.only([cast.harbor.pk]):
            route = responsibilities.route(cast.harbor.pk, DUTY, AT, "alert")
            routed.set()
            assert not signed.wait(0.5), "the signature ends after this work is written"
            return open_ticket(cast, "Disk full", route)

    def force() -> Any:
        assert routed.wait(20)
        with tenancy.only([cast.harbor.pk], side=iris.company_id):
            done = versions.sign(2, seen=open_one(cast).content_hash, typed_name="Iris", by=iris, at=LATER)
        signed.set()
        return done

    ticket, done = at_once(come, force)
    assert done.in_force
    assert (ticket.side, ticket.matrix_version) == ("INTERNAL", 1)
    with cast.scope():
        row = Ticket.objects.for_tenant(cast.harbor).get()
        assert (row.side, row.matrix_version, row.trace[0]) == ("PROVIDER", 2, "Version 2 replaced version 1.")


def test_h4_an_alert_and_its_ticket_name_one_version_whichever_came_first(cast: Cast) -> None:
    agreeing.in_force(cast)
    next_version(cast, Party.PROVIDER, LATER)
    source, iris = sender(cast.harbor, duty=DUTY), cast.actor("Iris")

    def force() -> Any:
        with tenancy.only([cast.harbor.pk], side=iris.company_id):
            return versions.sign(2, seen=open_one(cast).content_hash, typed_name="Iris", by=iris, at=LATER)

    def say(number: int) -> Any:
        return source.says({"title": f"Disk {number} is full", "asset": f"files-{number}", "severity": "high"})

    at_once(force, *(lambda number=number: say(number) for number in range(6)))
    with cast.scope():
        alerts = list(Alert.objects.for_tenant(cast.harbor).select_related("ticket"))
        assert len(alerts) == 6
        for alert in alerts:
            assert alert.ticket is not None
            assert (alert.ticket.side, alert.ticket.matrix_version) == ("PROVIDER", 2)
            assert (alert.side, alert.matrix_version) in {("INTERNAL", 1), ("PROVIDER", 2)}, "one version, and its side"


def test_a_second_person_of_a_side_who_signs_a_moment_later_is_told(cast: Cast) -> None:
    add_person(cast, "Second", "c_mgr", cast.harbor, signatory=True)
    proposed(cast)
    agreeing.sign(cast, "Iris")
    with pytest.raises(versions.Moved, match="Iris signed for your side already"):
        agreeing.sign(cast, "Second")
