"""Headings and rows of other people's sheets: whose column it is, which duty it is about, how sure that is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comanaged.vocabulary import Party
from responsibilities import catalogue
from responsibilities.importers import matching
from responsibilities.importers.matching import Known, Sure
from tests.effort import within

KNOWN = [Known(duty.key, duty.name, duty.category, duty.aliases) for duty in catalogue.duties().values()]
CATEGORIES = list(catalogue.category_names().items())
INTERNAL, PROVIDER, LEADERSHIP, USERS, VENDOR = Party


def told(*duties: str, section: str = "") -> list[matching.Match]:
    rows = [(str(number), duty, section) for number, duty in enumerate(duties)]
    found = matching.match(rows, KNOWN, CATEGORIES)
    return [found[name] for name, _, _ in rows]


@pytest.mark.parametrize(
    ("heading", "party"),
    [
        *(("CIO", LEADERSHIP), ("Infrastructure Director", INTERNAL), ("MSP", PROVIDER), ("MSSP", VENDOR), ("IT", INTERNAL)),
        *(("IT manager", INTERNAL), ("Provider NOC", PROVIDER), ("Provider SOC", PROVIDER), ("CFO", LEADERSHIP), ("HR", USERS)),
        *(("Data owner", USERS), ("ERP owner", USERS), ("Owner", LEADERSHIP), ("Executive sponsor", LEADERSHIP), ("Board", LEADERSHIP)),
        *(("End Users", USERS), ("3rd Party", VENDOR), ("Vendor(s)", VENDOR), ("Customer", INTERNAL), ("Client Team (plant)", INTERNAL)),
        *(("Rôle Client", INTERNAL), ("DSI", INTERNAL), ("Prestataire", PROVIDER), ("Direction", LEADERSHIP), ("Utilisateurs", USERS)),
        *(
            ("Dienstleister", PROVIDER),
            ("Geschäftsführung", LEADERSHIP),
            ("IT-Leitung", INTERNAL),
            ("Anwender", USERS),
            ("Lieferant", VENDOR),
        ),
        *(("Proveedor", PROVIDER), ("Cliente", INTERNAL), ("Dirección", LEADERSHIP), ("Usuarios", USERS), ("Fornecedor", PROVIDER)),
        *(
            ("Direção", LEADERSHIP),
            ("Equipe de TI", INTERNAL),
            ("Usuários", USERS),
            ("Northwind", PROVIDER),
            ("Harbor Dental IT", INTERNAL),
        ),
        *(("NORTHWIND MSP ", PROVIDER), ("Zebra", None), ("", None), ("Not Applicable", None), ("—", None)),
    ],
)
def test_whose_column_a_heading_is(heading: str, party: Party | None) -> None:
    assert matching.party_of(heading, "Northwind MSP", "Harbor Dental") is party


def test_the_other_one_of_two_is_the_other_side() -> None:
    assert matching.parties_of(["Rôle Client", "Rôle Cloud Temple"]) == {"Rôle Client": INTERNAL, "Rôle Cloud Temple": PROVIDER}
    assert matching.parties_of(["Zebra", "MSP"])["Zebra"] is INTERNAL
    assert matching.parties_of(["Zebra", "MSP", "Okapi"])["Zebra"] is None
    assert matching.parties_of(["Zebra", "HR"])["Zebra"] is None


@pytest.mark.parametrize("duty", catalogue.duties().values(), ids=str)
def test_every_name_of_every_duty_is_understood(duty: catalogue.Duty) -> None:
    (match,) = told(duty.name.upper())
    assert (match.key, match.sure) == (duty.key, Sure.UNDERSTOOD)
    for alias in duty.aliases:
        (match,) = told(f"{alias} (our office)")
        assert (match.key, match.sure) == (duty.key, Sure.UNDERSTOOD), alias


@pytest.mark.parametrize(
    ("text", "key", "sure"),
    [
        ("Firewall administration (Palo Alto)", "security.network", Sure.UNDERSTOOD),
        ("Disaster Recovery / Business Continuity", "backup.dr-plan", Sure.GUESSED),
        ("Security Awareness Training", "security.training", Sure.GUESSED),
        ("Secruity awarness", "security.training", Sure.GUESSED),
        ("Forklift telematics", "", Sure.UNKNOWN),
        ("Endpoint Management", "", Sure.UNKNOWN),
        ("Management", "", Sure.UNKNOWN),
        ("", "", Sure.UNKNOWN),
        ("12", "", Sure.UNKNOWN),
        ("🦓🦓🦓", "", Sure.UNKNOWN),
    ],
)
def test_what_is_near_is_guessed_and_what_is_far_is_left(text: str, key: str, sure: Sure) -> None:
    (match,) = told(text)
    assert (match.key, match.sure) == (key, sure)


def test_two_rows_never_get_one_duty_and_the_second_knows_who_has_it() -> None:
    first, second, third = told("Firewall administration (Palo Alto)", "Firewall and network protection", "Firewall administration")
    assert [one.key for one in (first, second, third)].count("security.network") == 1
    assert {one.rival for one in (first, second, third) if not one.key} == {"0"}


def test_a_row_of_no_duty_is_put_under_the_category_of_its_section() -> None:
    assert [one.category for one in told("Zebra", section="Incident response")] == ["incident"]
    assert [one.category for one in told("Zebra", section="Zebra")] == [""]


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=20)), max_size=8))
def test_whatever_a_sheet_says_is_matched_once_and_never_an_error(rows: list[tuple[str, str]]) -> None:
    named = [(str(number), duty, section) for number, (duty, section) in enumerate(rows)]
    found = matching.match(named, KNOWN, CATEGORIES)
    assert found.keys() == {name for name, _, _ in named}
    keys = [match.key for match in found.values() if match.key]
    assert len(keys) == len(set(keys))
    assert all(0 <= match.score <= 100 for match in found.values())
    for duty, section in rows:
        matching.party_of(duty, section, duty)


def test_a_long_sheet_is_matched_with_little_work() -> None:
    rows = [(str(number), f"Requirement {number} of the long list, about patches and zebras {'x' * 2000}", "") for number in range(600)]
    with within(10):
        matching.match(rows, KNOWN, CATEGORIES)
