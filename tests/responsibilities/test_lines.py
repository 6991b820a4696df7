"""Lines of a draft: places of their own, names and backups, many cells in one act, and all of it taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.vocabulary import Letter, Party
from responsibilities import actions, queries
from responsibilities.actions import editing, pasting, undoing, writing
from responsibilities.actions.writing import Spot
from responsibilities.domain import raci
from responsibilities.models import Act, Assignment, Calendar, Place, Row, Team, TeamMember, Version
from responsibilities.queries import reading, subjects
from tests.cast import Cast

pytestmark = pytest.mark.django_db
INTERNAL, PROVIDER, LEADERSHIP, USERS, VENDOR = Party
AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # by day in Chicago
NIGHT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
DUTY, OTHER = "backup.jobs", "support.onsite"
CLINIC = Spot(DUTY, "clinic")


@dataclass
class Scene:
    """A clinic of Harbor Dental, and a team of each side."""

    cast: Cast
    hands: Team
    desk: Team


@pytest.fixture
def scene(cast: Cast) -> Scene:
    with cast.scope():
        Place.objects.create(tenant=cast.harbor, key="clinic", name="Clinic North", kind="SITE")
        Place.objects.create(tenant=cast.harbor, key="gone", name="Old office", kind="SITE", retired_at=AT)
        hands = Team.objects.create(tenant=cast.harbor, key="hands", name="Clinic hands", party="INTERNAL", zone="America/Chicago")
        TeamMember.objects.create(tenant=cast.harbor, team=hands, person=cast.people["Ivo"], starts_at=datetime(2026, 1, 1, tzinfo=UTC))
    with cast.scope(cast.northwind):
        desk = Team.objects.create(tenant=cast.northwind, key="desk", name="Night desk", party="PROVIDER", zone="America/Chicago")
    return Scene(cast, hands, desk)


def row(cast: Cast, spot: Spot) -> Row | None:
    rows = Row.objects.for_tenant(cast.harbor).filter(version__state__in=Version.OPEN).select_related("duty", "place")
    return next((one for one in rows if writing.spot_of(one) == spot), None)


def stamp(cast: Cast, spot: Spot) -> int:
    return writing.stamp_of(row(cast, spot))


def said(cast: Cast, spot: Spot) -> dict[str, str]:
    rules = writing.rules_of(row(cast, spot))
    matrix = queries.matrix_of(cast.harbor.pk, AT)
    crew = matrix.crew

    def called(subject: object) -> str:
        person, team = getattr(subject, "person", None), getattr(subject, "team", None)
        return crew.called(person) if person else crew.teams[team].name if team else ""

    cells = {party.value if party else "": raci.written_cell(rules, party, called) for party in (*Party, None)}
    return {party: cell for party, cell in cells.items() if cell != "empty"}


def test_a_place_changes_one_letter_and_inherits_the_others(scene: Scene) -> None:
    with scene.cast.as_("Iris") as iris:
        done = editing.write(editing.letter(VENDOR, Letter.R, "ALWAYS"), CLINIC, seen=0, by=iris, at=AT)
        assert done.said == "Backup job monitoring at Clinic North. Vendors: R always."
        assert said(scene.cast, CLINIC) == {"VENDOR": "R always"}
        answer = queries.who_answers(scene.cast.harbor.pk, DUTY, AT, "clinic")
        assert (answer.party, answer.accountable) == (VENDOR, "Internal IT")
        assert queries.who_answers(scene.cast.harbor.pk, DUTY, AT).party is INTERNAL


def test_a_row_for_a_place_is_added_empty_and_removed_again(scene: Scene) -> None:
    with scene.cast.as_("Iris") as iris:
        editing.add_place(CLINIC, by=iris, at=AT)
        with pytest.raises(actions.CannotEdit, match="already"):
            editing.add_place(CLINIC, by=iris, at=AT)
        first = stamp(scene.cast, CLINIC)
        editing.write(editing.nobody(Letter.R), CLINIC, seen=first, by=iris, at=AT)
        assert said(scene.cast, CLINIC) == {"": "R"}
        assert queries.who_answers(scene.cast.harbor.pk, DUTY, AT, "clinic").party is None
        with pytest.raises(actions.Stale, match="Nobody, on purpose: R"):
            editing.remove_place(CLINIC, seen=first, by=iris, at=AT)
        done = editing.remove_place(CLINIC, seen=first + 1, by=iris, at=AT)
        assert (done.row, row(scene.cast, CLINIC)) == (None, None)
        assert queries.who_answers(scene.cast.harbor.pk, DUTY, AT, "clinic").party is INTERNAL


def test_a_row_that_went_and_came_back_never_carries_a_stamp_it_had(scene: Scene) -> None:
    with scene.cast.as_("Iris") as iris:
        seen = set()
        for _ in range(3):
            editing.add_place(CLINIC, by=iris, at=AT)
            now = stamp(scene.cast, CLINIC)
            assert now not in seen
            seen.add(now)
            editing.write(editing.letter(VENDOR, Letter.C), CLINIC, seen=now, by=iris, at=AT)
            seen.add(now + 1)
            editing.remove_place(CLINIC, seen=now + 1, by=iris, at=AT)


@pytest.mark.parametrize("place", ["gone", "nowhere"])
def test_a_place_that_is_not_there_gets_no_row(scene: Scene, place: str) -> None:
    with scene.cast.as_("Iris") as iris, pytest.raises(actions.CannotEdit, match="no such place"):
        editing.write(editing.letter(VENDOR, Letter.C), Spot(DUTY, place), seen=0, by=iris, at=AT)


def test_a_category_and_every_duty_are_lines_too(scene: Scene) -> None:
    with scene.cast.as_("Iris") as iris:
        editing.write(editing.letter(VENDOR, Letter.C), Spot("backup.all"), seen=0, by=iris, at=AT)
        editing.write(editing.letter(USERS, Letter.I), Spot("all.all"), seen=0, by=iris, at=AT)
        letters = queries.who_answers(scene.cast.harbor.pk, DUTY, AT).letters
        assert "vendor" in letters["C"]
        with pytest.raises(actions.NoDraft, match="no such duty"):
            editing.write(editing.letter(USERS, Letter.I), Spot("garden.all"), seen=0, by=iris, at=AT)


def test_hours_of_a_name_are_those_of_the_version(scene: Scene) -> None:
    with scene.cast.as_("Iris") as iris:
        with pytest.raises(actions.CannotEdit, match="no hours of that name"):
            editing.write(editing.letter(VENDOR, Letter.R, "weekend"), CLINIC, seen=0, by=iris, at=AT)
        version = reading.open_version(scene.cast.harbor.pk)
        Calendar.objects.create(
            tenant=scene.cast.harbor, version=version, key="weekend", zone="America/Chicago", week={"sat": ["08:00-17:00"]}
        )
        editing.write(editing.letter(VENDOR, Letter.R, "weekend"), CLINIC, seen=0, by=iris, at=AT)
        assert said(scene.cast, CLINIC) == {"VENDOR": "R weekend"}


def test_a_side_names_its_own_people_and_history_says_who(scene: Scene) -> None:
    with scene.cast.as_("Iris") as iris:
        editing.write(editing.who(INTERNAL, Letter.R, scene.hands.pk, None), Spot(DUTY), seen=1, by=iris, at=AT)
        assert said(scene.cast, Spot(DUTY))["INTERNAL"] == "A, R day (Clinic hands)"
        assert trail.history_of(row(scene.cast, Spot(DUTY)))[0].after == "Internal IT: A, R day (Clinic hands)"
        answer = queries.who_answers(scene.cast.harbor.pk, DUTY, AT)
        assert (answer.team, answer.party) == ("Clinic hands", INTERNAL)
        editing.write(editing.who(INTERNAL, Letter.A, None, scene.cast.people["Iris"].pk), Spot(DUTY), seen=2, by=iris, at=AT)
        assert said(scene.cast, Spot(DUTY))["INTERNAL"] == "A (Iris), R day (Clinic hands)"


def test_nobody_names_somebody_of_the_other_side(scene: Scene) -> None:
    ivo = scene.cast.people["Ivo"].pk
    with scene.cast.as_("Tess") as tess:
        for party in (INTERNAL, LEADERSHIP, USERS, VENDOR):
            with pytest.raises(actions.CannotEdit, match="own people"):
                editing.write(editing.who(party, Letter.R, None, ivo), Spot(DUTY), seen=1, by=tess, at=AT)
        editing.write(editing.letter(PROVIDER, Letter.R), Spot(DUTY), seen=1, by=tess, at=AT)
        editing.write(editing.who(PROVIDER, Letter.R, scene.desk.pk, None), Spot(DUTY), seen=2, by=tess, at=AT)
        assert said(scene.cast, Spot(DUTY))["PROVIDER"] == "R night (Night desk)"
    with scene.cast.as_("Iris") as iris:
        with pytest.raises(actions.CannotEdit, match="own people"):
            editing.write(editing.backup(PROVIDER, scene.desk.pk, None), Spot(DUTY), seen=3, by=iris, at=AT)
        with pytest.raises(actions.CannotEdit, match="no such team"):
            editing.write(editing.who(INTERNAL, Letter.R, scene.desk.pk, None), Spot(DUTY), seen=3, by=iris, at=AT)
        with pytest.raises(actions.CannotEdit, match="goes by that name"):
            editing.write(editing.who(INTERNAL, Letter.R, None, scene.cast.people["Olga"].pk), Spot(DUTY), seen=3, by=iris, at=AT)


@pytest.mark.parametrize("name", ["Ivo", "Lena", "Auditor", "Tariq"])
def test_only_managers_name_people(scene: Scene, name: str) -> None:
    with scene.cast.as_(name) as person, pytest.raises(access.Refused, match="Internal IT manager"):
        editing.write(editing.who(INTERNAL, Letter.R, scene.hands.pk, None), Spot(DUTY), seen=1, by=person, at=AT)


def test_a_backup_stands_beside_whoever_does_it_and_moves_with_the_hours(scene: Scene) -> None:
    ivo = scene.cast.people["Ivo"].pk
    with scene.cast.as_("Iris") as iris:
        editing.write(editing.backup(INTERNAL, None, ivo), Spot(DUTY), seen=1, by=iris, at=AT)
        assert said(scene.cast, Spot(DUTY))["INTERNAL"] == "A, R day, backup day (Ivo)"
        editing.write(editing.who(INTERNAL, Letter.R, scene.hands.pk, None), Spot(DUTY), seen=2, by=iris, at=AT)
        with pytest.raises(actions.CannotEdit, match="cannot be the backup"):
            editing.write(editing.backup(INTERNAL, scene.hands.pk, None), Spot(DUTY), seen=3, by=iris, at=AT)
        editing.write(editing.hours(INTERNAL, "ALWAYS"), Spot(DUTY), seen=stamp(scene.cast, Spot(DUTY)), by=iris, at=AT)
        assert "backup always (Ivo)" in said(scene.cast, Spot(DUTY))["INTERNAL"]
        editing.write(editing.no_backup(INTERNAL), Spot(DUTY), seen=stamp(scene.cast, Spot(DUTY)), by=iris, at=AT)
        assert "backup" not in said(scene.cast, Spot(DUTY))["INTERNAL"]


def test_two_teams_of_a_party_do_it_in_turn(scene: Scene) -> None:
    ivo = scene.cast.people["Ivo"].pk
    with scene.cast.as_("Iris") as iris:
        editing.write(editing.more_hours(INTERNAL, "AFTER"), Spot(DUTY), seen=1, by=iris, at=AT)
        editing.write(editing.who(INTERNAL, Letter.R, None, ivo, "AFTER"), Spot(DUTY), seen=2, by=iris, at=AT)
        assert said(scene.cast, Spot(DUTY))["INTERNAL"] == "A, R night (Ivo), R day"
        assert queries.who_answers(scene.cast.harbor.pk, DUTY, NIGHT).person == "Ivo"


def test_words_of_a_letter_are_kept(scene: Scene) -> None:
    with scene.cast.as_("Iris") as iris:
        editing.write(editing.half(INTERNAL, "reads the reports"), Spot(DUTY), seen=1, by=iris, at=AT)
        editing.write(editing.qualifier(INTERNAL, Letter.R, "severity 1 only"), Spot(DUTY), seen=2, by=iris, at=AT)
        assert said(scene.cast, Spot(DUTY))["INTERNAL"] == "A, R day, which half: reads the reports, only: severity 1 only"
        editing.write(editing.letter(VENDOR, Letter.I), CLINIC, seen=0, by=iris, at=AT)
        editing.write(editing.besides(VENDOR, Letter.I), CLINIC, seen=stamp(scene.cast, CLINIC), by=iris, at=AT)
        assert said(scene.cast, CLINIC)["VENDOR"] == "I, besides those of the client"


# --- many at once


def test_many_cells_are_written_as_one_act_and_each_that_is_left_is_told(scene: Scene) -> None:
    with scene.cast.as_("Iris") as iris:
        editing.write(editing.letter(PROVIDER, Letter.C), Spot(OTHER), seen=1, by=iris, at=AT)
        done = editing.write_all(editing.letter(PROVIDER, Letter.C), {Spot(DUTY): 1, CLINIC: 0, Spot(OTHER): 2}, by=iris, at=AT)
        assert done.said == "2 cells: Northwind MSP, C."
        assert done.spots == (Spot(DUTY), CLINIC)
        assert done.left == ("On-site hands: This party already is consulted here. Choose another letter, or clear this one.",)
        undoing.undo(by=iris, at=AT)
        assert "PROVIDER" not in said(scene.cast, Spot(DUTY))
        assert row(scene.cast, CLINIC) is None
        assert said(scene.cast, Spot(OTHER))["PROVIDER"] == "C"


def test_many_cells_of_which_one_changed_are_not_written_at_all(scene: Scene) -> None:
    with scene.cast.as_("Tess") as tess:
        editing.write(editing.letter(PROVIDER, Letter.S), Spot(DUTY), seen=1, by=tess, at=AT)
    with scene.cast.as_("Iris") as iris:
        with pytest.raises(actions.Stale) as refused:
            editing.write_all(editing.work(PROVIDER, "AFTER"), {Spot(DUTY): 1, Spot(OTHER): 1}, by=iris, at=AT)
        clash = refused.value.clashes[0]
        assert (clash.spot, clash.theirs, clash.yours, clash.stamp) == (Spot(DUTY), "S", "R at night", 2)
        assert "PROVIDER" not in said(scene.cast, Spot(OTHER))


# --- taking back

Act_ = Callable[[Scene, access.Actor], object]
ACTS: dict[str, tuple[Spot, Act_]] = {
    "letter": (Spot(DUTY), lambda s, by: editing.write(editing.letter(LEADERSHIP, Letter.A), Spot(DUTY), seen=1, by=by, at=AT)),
    "clear": (Spot(DUTY), lambda s, by: editing.write(editing.cleared(INTERNAL, None), Spot(DUTY), seen=1, by=by, at=AT)),
    "who": (Spot(DUTY), lambda s, by: editing.write(editing.who(INTERNAL, Letter.R, s.hands.pk, None), Spot(DUTY), seen=1, by=by, at=AT)),
    "place": (CLINIC, lambda s, by: editing.add_place(CLINIC, by=by, at=AT)),
    "override": (CLINIC, lambda s, by: editing.write(editing.nobody(Letter.R), CLINIC, seen=0, by=by, at=AT)),
    "category": (
        Spot("backup.all"),
        lambda s, by: editing.write(editing.letter(VENDOR, Letter.C), Spot("backup.all"), seen=0, by=by, at=AT),
    ),
    "paste": (Spot(DUTY), lambda s, by: pasting.paste("C\tR night", Spot(DUTY), INTERNAL, seen={Spot(DUTY): 1}, by=by, at=AT)),
}


@pytest.mark.parametrize(("spot", "act"), ACTS.values(), ids=ACTS)
def test_every_act_is_taken_back_whole(scene: Scene, spot: Spot, act: Act_) -> None:
    with scene.cast.as_("Iris") as iris:
        before = writing.snapshot_of(row(scene.cast, spot))
        act(scene, iris)
        assert writing.snapshot_of(row(scene.cast, spot)) != before
        undoing.undo(by=iris, at=AT)
        assert writing.snapshot_of(row(scene.cast, spot)) == before
        with pytest.raises(actions.CannotEdit, match="nothing of yours"):
            undoing.undo(by=iris, at=AT)


def test_steps_are_taken_back_one_after_the_other(scene: Scene) -> None:
    with scene.cast.as_("Iris") as iris:
        for seen, letter in enumerate([Letter.C, Letter.S, Letter.I], start=1):
            editing.write(editing.letter(PROVIDER, letter), Spot(DUTY), seen=seen, by=iris, at=AT)
        for left in ("S, C", "C", ""):
            undoing.undo(by=iris, at=AT)
            assert said(scene.cast, Spot(DUTY)).get("PROVIDER", "") == left
        assert trail.history_of(row(scene.cast, Spot(DUTY)))[0].action == "assignment.undone"


def test_a_removed_row_comes_back_with_its_texts(scene: Scene) -> None:
    with scene.cast.as_("Iris") as iris:
        editing.write(editing.letter(VENDOR, Letter.R, "ALWAYS"), CLINIC, seen=0, by=iris, at=AT)
        Row.objects.for_tenant(scene.cast.harbor).filter(place__key="clinic").update(authority="May reboot the server.")
        before = writing.snapshot_of(row(scene.cast, CLINIC))
        editing.remove_place(CLINIC, seen=stamp(scene.cast, CLINIC), by=iris, at=AT)
        undoing.undo(by=iris, at=AT)
        assert writing.snapshot_of(row(scene.cast, CLINIC)) == before
        undoing.undo(by=iris, at=AT)
        assert row(scene.cast, CLINIC) is None


def test_taking_back_over_somebody_elses_edit_is_refused_with_both_values(scene: Scene) -> None:
    with scene.cast.as_("Iris") as iris:
        editing.write(editing.letter(PROVIDER, Letter.C), Spot(OTHER), seen=1, by=iris, at=AT)
        editing.write(editing.letter(PROVIDER, Letter.C), Spot(DUTY), seen=1, by=iris, at=AT)
    with scene.cast.as_("Tess") as tess:
        editing.write(editing.letter(PROVIDER, Letter.R), Spot(DUTY), seen=2, by=tess, at=AT)
    with scene.cast.as_("Iris") as iris:
        with pytest.raises(undoing.StaleUndo) as refused:
            undoing.undo(by=iris, at=AT)
        clash = refused.value.clashes[0]
        assert (clash.theirs, clash.yours) == ("Internal IT: A, R day; Northwind MSP: R night, C", "Internal IT: A, R day")
        assert said(scene.cast, Spot(DUTY))["PROVIDER"] == "R night, C"
        undoing.let_be(refused.value.act, by=iris, at=AT)
        assert said(scene.cast, Spot(DUTY))["PROVIDER"] == "R night, C"
        undoing.undo(by=iris, at=AT)
        assert "PROVIDER" not in said(scene.cast, Spot(OTHER))


def test_taking_back_may_be_insisted_on_with_the_stamp_that_was_shown(scene: Scene) -> None:
    with scene.cast.as_("Iris") as iris:
        editing.write(editing.letter(PROVIDER, Letter.C), Spot(DUTY), seen=1, by=iris, at=AT)
    with scene.cast.as_("Tess") as tess:
        editing.write(editing.letter(PROVIDER, Letter.R), Spot(DUTY), seen=2, by=tess, at=AT)
    with scene.cast.as_("Iris") as iris:
        act = Act.objects.for_tenant(scene.cast.harbor).get(user=iris.user_id).pk
        with pytest.raises(undoing.StaleUndo):
            undoing.undo(by=iris, at=AT, act=act, seen={Spot(DUTY): 2})
        undoing.undo(by=iris, at=AT, act=act, seen={Spot(DUTY): 3})
        assert "PROVIDER" not in said(scene.cast, Spot(DUTY))


def test_nobody_takes_back_what_somebody_else_did(scene: Scene) -> None:
    with scene.cast.as_("Iris") as iris:
        editing.write(editing.letter(PROVIDER, Letter.C), Spot(DUTY), seen=1, by=iris, at=AT)
    with scene.cast.as_("Tess") as tess, pytest.raises(actions.CannotEdit, match="nothing of yours"):
        undoing.undo(by=tess, at=AT)


def test_fifty_steps_are_kept(scene: Scene) -> None:
    with scene.cast.as_("Iris") as iris:
        for seen in range(1, 56):
            wish = editing.letter(PROVIDER, Letter.C) if seen % 2 else editing.cleared(PROVIDER, Letter.C)
            editing.write(wish, Spot(DUTY), seen=seen, by=iris, at=AT)
        assert Act.objects.for_tenant(scene.cast.harbor).count() == 50


# --- pasting


def test_a_block_is_shown_first_and_then_written_as_one_act(scene: Scene) -> None:
    text = "Backup job monitoring\tC\tR night\tx\nNo such duty\tR"
    with scene.cast.as_("Iris") as iris:
        shown = pasting.preview(text, Spot(DUTY), INTERNAL, by=iris, at=AT)
        assert [(one.party, one.was, one.becomes) for one in shown.understood] == [
            ("Internal IT", "A, R day", "C"),
            ("Northwind MSP", "empty", "R night"),
        ]
        assert [one.cell.text for one in shown.unread] == ["x", "R"]
        assert said(scene.cast, Spot(DUTY)) == {"INTERNAL": "A, R day"}
        assert stamp(scene.cast, Spot(DUTY)) == 1
        done = pasting.paste(text, Spot(DUTY), INTERNAL, seen=shown.seen, by=iris, at=AT)
        assert done.said == "Pasted into 1 row."
        assert said(scene.cast, Spot(DUTY)) == {"INTERNAL": "C", "PROVIDER": "R night"}


def test_a_block_over_a_changed_row_is_refused_whole(scene: Scene) -> None:
    with scene.cast.as_("Tess") as tess:
        editing.write(editing.letter(PROVIDER, Letter.S), Spot(DUTY), seen=1, by=tess, at=AT)
    with scene.cast.as_("Iris") as iris:
        with pytest.raises(actions.Stale) as refused:
            pasting.paste("C", Spot(DUTY), PROVIDER, seen={Spot(DUTY): 1}, by=iris, at=AT)
        assert "Northwind MSP: S" in refused.value.theirs
        assert said(scene.cast, Spot(DUTY))["PROVIDER"] == "S"


def test_names_are_listed_by_side_and_read_back(scene: Scene) -> None:
    with scene.cast.scope():
        listed = subjects.choices(scene.cast.harbor.pk, INTERNAL, AT)
        assert [choice.word for choice in listed] == ["Clinic hands (team)", "Auditor", "Iris", "Ivo"]
        assert [choice.word for choice in subjects.choices(scene.cast.harbor.pk, LEADERSHIP, AT)] == ["Lena"]
        assert subjects.parse(listed[0].value) == (scene.hands.pk, None)
        for text in ("team:", "person:x", "12", "team:0", "team:-1", "person:99999999999999999999"):
            with pytest.raises(subjects.UnknownSubject):
                subjects.parse(text)


def test_edits_clear_no_other_lines(scene: Scene) -> None:
    with scene.cast.as_("Iris") as iris:
        before = Assignment.objects.for_tenant(scene.cast.harbor).exclude(row__duty__key=DUTY).count()
        editing.write(editing.cleared(INTERNAL, None), Spot(DUTY), seen=1, by=iris, at=AT)
        assert Assignment.objects.for_tenant(scene.cast.harbor).exclude(row__duty__key=DUTY).count() == before
