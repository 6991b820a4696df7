"""The nine sample files give exactly what a right reader finds in them."""

from pathlib import Path

import pytest

from responsibilities import importers
from responsibilities.importers import Dialect, Reading, Table

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "matrices"


def read(name: str) -> Reading:
    return importers.read(name, (SAMPLES / name).read_bytes())


def only_table(name: str) -> Table:
    (table,) = (table for table in read(name).tables if table.dialect)
    return table


def of_sheet(name: str, sheet: str) -> Table:
    (table,) = (table for table in read(name).tables if table.sheet == sheet)
    return table


@pytest.mark.parametrize(
    ("name", "rows", "defects"),
    [
        ("manufacturer-msp-mssp.md", 47, (0, 1, 8, 19)),
        ("provider-iaas.fr.md", 109, (0, 0, 0, 0)),
        ("provider-managed-k8s.en.md", 71, (1, 1, 0, 1)),
        ("project-raci.xlsx", 8, (0, 0, 2, 0)),
        ("synthetic-sections-two-parties.csv", 8, (1, 0, 0, 0)),
        ("synthetic-letter-columns.csv", 5, (0, 1, 1, 1)),
    ],
)
def test_the_letters_of_a_sample_are_counted_right(name: str, rows: int, defects: tuple[int, ...]) -> None:
    table = only_table(name)
    assert len(table.lines) == rows
    assert tuple(map(len, (table.no_a, table.several_a, table.no_r, table.several_r))) == defects
    assert [line.unread for line in table.lines if line.unread] == []


def test_the_manufacturer_keeps_its_ids_sections_and_qualifiers() -> None:
    table = only_table("manufacturer-msp-mssp.md")
    assert [line.ref for line in table.no_r] == ["1", "9", "10", "12", "23", "25a", "26", "26a"]
    assert [line.ref for line in table.several_a] == ["21"]
    assert len({line.section for line in table.lines}) == len(table.sections) == 11
    qualified = {(line.row, part.column) for line in table.lines for part in line.parts if part.qualifier}
    assert len(qualified) == 126
    (line,) = (line for line in table.lines if line.ref == "17")
    assert [(part.letters, part.qualifier) for part in line.parts if part.party == "Infrastructure Director"] == [
        (("R",), "OT Log Oversight"),
        (("C",), "Reviews SIEM Config & Major Alerts"),
    ]
    assert line.section == "Security & Monitoring"


def test_the_french_provider_is_read_under_its_headings_and_not_its_legend() -> None:
    reading = read("provider-iaas.fr.md")
    table = only_table("provider-iaas.fr.md")
    assert table.parties == ("Rôle Client", "Rôle Cloud Temple")
    assert table.lines[0].section == "Définition votre besoin"
    assert any("Réalise" in text for _, text in reading.aside)
    (shared,) = (line for line in table.lines if line.duty.startswith("Assurer le suivi de la performance"))
    assert (shared.parties("R"), shared.parties("A")) == (("Rôle Client",), ("Rôle Cloud Temple",))


def test_the_kubernetes_provider_names_its_two_broken_lines() -> None:
    table = only_table("provider-managed-k8s.en.md")
    assert [line.duty for line in table.no_a] == ["Implement and manage basic role-based access control (RBAC)"]
    assert [line.duty for line in table.several_a] == ["Manage Kubernetes service security"]
    starred = [part.qualifier for line in table.lines for part in line.parts if part.text == "I*"]
    assert starred
    assert set(starred) == {"*"}


def test_the_project_has_no_one_to_do_two_steps() -> None:
    assert [line.duty for line in only_table("project-raci.xlsx").no_r] == ["Project Planning", "Status Report"]


def test_the_baseline_names_one_party_a_row() -> None:
    table = of_sheet("azure-backup-baseline-v3.xlsx", "Feature Summary")
    assert table.dialect is Dialect.ONE_PARTY_COLUMN
    assert len(table.lines) == 36
    assert table.held == {"Customer": 9, "Microsoft": 4, "Not Applicable": 23}
    assert (table.lines[0].ref, table.lines[0].duty) == ("IM-1", "Use centralized identity and authentication system")
    assert table.lines[0].section == "Identity Management"


def test_the_blank_template_is_616_lines_on_each_sheet() -> None:
    name = "fedramp-cis-crm-rev4-low-moderate.xlsx"
    cis, crm = of_sheet(name, "CIS Worksheet"), of_sheet(name, "CRM Worksheet")
    assert (len(cis.lines), len(crm.lines)) == (616, 616)
    assert cis.header_rows == (2, 3)
    assert crm.header_rows == (4,)
    assert len(cis.parties) == 7
    assert "Planned" not in cis.parties
    assert cis.lines[0].ref == "AC-01 (a)"
    example = of_sheet(name, "Example CRM Worksheet Responses")
    assert example.said["Can Be Inherited from CSP"] == {"Partial": 10, "No": 18}


def test_a_name_alone_at_the_end_is_asked_about() -> None:
    table = only_table("synthetic-sections-two-parties.csv")
    assert [line.duty for line in table.lines if line.asks] == ["Printer faults"]
    assert [text for _, text in table.sections] == ["Core Infrastructure", "Access & Identity", "Support"]


def test_letters_may_head_the_columns_with_a_before_r() -> None:
    table = only_table("synthetic-letter-columns.csv")
    assert table.dialect is Dialect.PARTY_PER_LETTER
    assert [line.duty for line in table.several_a] == ["Breach declaration"]
    assert [line.duty for line in table.no_r] == ["Firewall change"]
    assert [line.duty for line in table.several_r] == ["Backup restore test"]
    assert table.lines[0].parties("C") == ("Plant lead", "ERP owner")


def test_marks_make_holders_and_no_letters() -> None:
    table = only_table("synthetic-party-columns-x.csv")
    assert table.dialect is Dialect.MARKS_PER_PARTY
    assert len(table.lines) == 6
    assert [line.ref for line in table.lines if not line.holders] == ["PE-3"]
    assert table.lines[1].holders == ("Directory", "Project", "MSP", "Client", "Cloud")
    assert table.no_a == table.several_a == table.no_r == table.several_r == ()


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_a_reading_survives_json(path: Path) -> None:
    reading = importers.read(path.name, path.read_bytes())
    assert Reading.from_json(reading.to_json()) == reading
    assert importers.read_apart(path.name, path.read_bytes()) == reading
