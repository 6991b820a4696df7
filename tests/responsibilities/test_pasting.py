"""Cells as people's sheets write them: what is read, what is kept unread, where each lands."""

import pytest

from comanaged.vocabulary import Hours, Letter, Party
from responsibilities.domain import pasting, raci
from responsibilities.domain.pasting import Given, read_block, read_cell
from responsibilities.domain.raci import Rule
from tests.responsibilities.build import BACKUP, a, r

INTERNAL, PROVIDER, LEADERSHIP, USERS, VENDOR = Party
DUTIES = [("backup.jobs", "Backup job monitoring"), ("backup.restore", "Restore tests"), ("network.wifi", "Wireless network")]
PARTIES = [(INTERNAL, "Internal IT"), (PROVIDER, "Northwind MSP"), (LEADERSHIP, "Leadership")]


def letters(text: str) -> str | None:
    given = read_cell(text)
    return None if given is None else "".join(one.letter for one in given)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *(("RA", "RA"), ("AR", "AR"), ("R/A", "RA"), ("A & R (Config, Ops)", "AR"), ("R, A", "RA"), ("R (automated)", "R"), ("C, I", "CI")),
        *(("I*", "I"), ("__RA__", "RA"), ("**R**", "R"), ("R night", "R"), ("A R 24/7", "AR"), ("  c  ".upper(), "C")),
        *(("А", "A"), ("С І", "CI"), ("R\u00a0A", "RA")),  # noqa: RUF001 - Cyrillic, as found in sheets
        *(("-", ""), ("—", ""), ("N/A", ""), ("none", "")),
        *(("X", None), ("maybe", None), ("RR", None), ("night", None), ("C night", None), ("()", None), ("R?", None)),
    ],
)
def test_cells_of_real_sheets_are_read_or_said_to_be_unreadable(text: str, read: str | None) -> None:
    assert letters(text) == read


def test_hours_and_brackets_are_kept() -> None:
    assert read_cell("A, R night (severity 1 and 2)") == (
        Given(Letter.A, None, "severity 1 and 2"),
        Given(Letter.R, Hours.AFTER, "severity 1 and 2"),
    )


def test_a_block_is_laid_on_the_grid_from_the_cell_it_was_pasted_on() -> None:
    found = read_block("R\tA\n\tC\nS", DUTIES, PARTIES, ("backup.restore", PROVIDER))
    assert [(cell.duty, cell.party, cell.text, bool(cell.why)) for cell in found] == [
        ("backup.restore", PROVIDER, "R", False),
        ("backup.restore", LEADERSHIP, "A", False),
        ("network.wifi", LEADERSHIP, "C", False),
        ("", PROVIDER, "S", True),
    ]


def test_names_of_duties_and_parties_decide_where_a_block_lands() -> None:
    text = "Activity\tNorthwind MSP\tInternal IT\nRestore tests\tR\tA\nGarden\tR\t-\nbackup.jobs\tC\t\n"
    found = read_block(text, DUTIES, PARTIES, ("network.wifi", LEADERSHIP))
    assert [(cell.duty, cell.party, cell.text) for cell in found if not cell.why] == [
        ("backup.restore", PROVIDER, "R"),
        ("backup.restore", INTERNAL, "A"),
        ("backup.jobs", PROVIDER, "C"),
    ]
    assert [cell.why for cell in found if cell.why] == ["No duty here is called Garden."] * 2


def test_every_filled_cell_of_a_block_is_told_once() -> None:
    text = "R\tA\tC\tI\tS\nx\t\ty\n\n'\tR night"
    found = read_block(text, DUTIES, PARTIES, ("backup.jobs", INTERNAL))
    assert sorted(cell.text for cell in found) == sorted(["R", "A", "C", "I", "S", "x", "y", "'", "R night"])


LINE = Rule(Letter.I, None, duty=BACKUP)


def put(rules: raci.Rules, cells: dict[Party, str]) -> dict[Party, str]:
    after = pasting.put_line(rules, {party: read_cell(text) or () for party, text in cells.items()}, LINE, Hours.ALWAYS)
    return {party: raci.written_cell(after, party) for party in Party if raci.written_cell(after, party) != "empty"}


BEFORE = (a(INTERNAL), r(INTERNAL, Hours.BUSINESS, lead=True), r(PROVIDER, Hours.AFTER))


def test_a_pasted_cell_says_what_was_pasted_and_keeps_what_it_said_of_the_same_letter() -> None:
    assert put(BEFORE, {INTERNAL: "R"})[INTERNAL] == "R day, answers first"
    assert put(BEFORE, {INTERNAL: "R always"})[INTERNAL] == "R always, answers first"
    assert put(BEFORE, {PROVIDER: "-"}) == {INTERNAL: "A, R day, answers first"}


def test_pasted_accountability_moves_unless_two_were_pasted() -> None:
    assert put(BEFORE, {LEADERSHIP: "A"}) == {INTERNAL: "R day, answers first", LEADERSHIP: "A", PROVIDER: "R night"}
    both = put(BEFORE, {LEADERSHIP: "A", PROVIDER: "A"})
    assert (both[LEADERSHIP], both[PROVIDER]) == ("A", "A")


def test_pasted_work_takes_the_hours_that_are_open() -> None:
    assert put((r(INTERNAL, Hours.BUSINESS),), {VENDOR: "R"})[VENDOR] == "R night"
