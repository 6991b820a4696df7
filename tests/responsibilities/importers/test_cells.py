"""What one cell says: letters in every spelling met in the wild, marks, nothing, names."""

# ruff: noqa: RUF001 - letters and dashes of other alphabets are what these cells are about

import pytest

from responsibilities.importers import cells, words


def spelled(text: str) -> str | None:
    said = cells.read_letters(text)
    return None if said is None else " ".join("".join(one.letters) + (f"({one.qualifier})" if one.qualifier else "") for one in said)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *(("RA", "RA"), ("AR", "AR"), ("R/A", "RA"), ("A/R", "AR"), ("R/C", "RC"), ("CI", "CI"), ("RC", "RC"), ("RAC", "RAC"), ("S", "S")),
        *(("A & R (Config, Ops)", "AR(Config, Ops)"), ("R, A", "RA"), ("R (automated)", "R(automated)"), ("C, I", "CI"), ("I*", "I(*)")),
        *(("**RA**", "RA"), ("__RA__", "RA"), ("*A*", "A"), ("`I`", "I"), ("R<br>C", "RC"), ("R\nC", "RC"), ("A;R", "AR"), ("A + R", "AR")),
        *(("А", "A"), ("С, І", "CI"), ("RА", "RA"), ("Ｒ", "R"), ("R\u00a0A", "RA"), ("R\u202f(x)", "R(x)"), (" r/a ", "RA"), ("a", "A")),
        *(("R¹", "R(1)"), ("A**", "A(**)"), ("R1", "R(1)"), ("R^[2]^", "R(^[2]^)"), ("R [1]", "R(1)"), ("I* (mail)", "I(*; mail)")),
        *(
            ("R (OT Log Oversight) & C (Reviews)", "R(OT Log Oversight) C(Reviews)"),
            ("R (a (b) c)", "R(a (b) c)"),
            ("R (cut off", "R(cut off)"),
        ),
        *(
            ("A (R)", "AR"),
            ("(R)", "R"),
            ("R - nightly", "R(nightly)"),
            ("C: Sev 1-2", "C(Sev 1-2)"),
            ("A – signs, pays", "A(signs, pays)"),
        ),
        *(("Responsible", "R"), ("Accountable/Responsible", "AR"), ("Consulted", "C"), ("Informé", "I"), ("R and A", "RA"), ("R-A", "RA")),
        *(("X", None), ("D", None), ("D/A", None), ("R?", None), ("RR", None), ("maybe", None), ("", None), ("-", None), ("()", None)),
        *(("AC-01 (a)", None), ("CSP", None), ("IT", None), ("Reviews", None), ("R" * 2000, None), ("(" * 3000, None), ("* R", None)),
    ],
)
def test_letters_are_read_with_what_is_said_of_them(text: str, read: str | None) -> None:
    assert spelled(text) == read


@pytest.mark.parametrize(
    "text", ["-", "—", "–", "---", "N/A", "n/a", "NA", "None", "**-**", "\u00a0—\u00a0", "sans objet", "Not Applicable", "n.a."]
)
def test_nothing_is_said_in_many_ways(text: str) -> None:
    assert cells.says_nothing(text)


@pytest.mark.parametrize("text", ["", " ", "R", "No", "Norway", "none of the above teams", "A/N"])
def test_something_is_not_nothing(text: str) -> None:
    assert not cells.says_nothing(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *(
            ("x", (True, "")),
            ("X", (True, "")),
            ("х", (True, "")),
            ("✓", (True, "")),
            ("✔️", (True, "")),
            ("●", (True, "")),
            ("Yes", (True, "")),
        ),
        *(("x (servers)", (True, "servers")), ("x*", (True, "*")), ("✗", (False, "")), ("No", (False, "")), ("☐", (False, ""))),
        *(("R", None), ("maybe", None), ("", None), ("example", None), ("see (1)", None)),
    ],
)
def test_marks_are_read(text: str, read: tuple[bool, str] | None) -> None:
    assert cells.read_mark(text) == read


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Provider NOC, IT technician", ["Provider NOC", "IT technician"]),
        ("COO; IT manager", ["COO", "IT manager"]),
        ("NOC\nDesk", ["NOC", "Desk"]),
        ("Red Hat and Customer", ["Red Hat", "Customer"]),
        ("Red Hat (control plane, etcd), Customer (workers)", ["Red Hat (control plane, etcd)", "Customer (workers)"]),
        ("Customer ^[1]^", ["Customer (^[1]^)"]),
        ("Sales and Marketing", ["Sales and Marketing"]),
        ("R&D", ["R&D"]),
        ("- NOC\n- Desk*", ["NOC", "Desk (*)"]),
        ("x" * 5000, []),
    ],
)
def test_names_are_divided_where_several_are_meant(text: str, names: list[str]) -> None:
    read = cells.read_names(text, {"red hat"})
    assert [f"{one.name} ({one.qualifier})" if one.qualifier else one.name for one in read] == names


@pytest.mark.parametrize(
    ("heading", "letter"),
    [
        *(("R", "R"), ("Responsible", "R"), ("Responsável (R)", "R"), ("A - Accountable", "A"), ("Aprovador", "A"), ("(R) Réalise", "R")),
        *(("Approuve", "A"), ("Informé", "I"), ("Support", "S"), ("Consulted (C)", "C")),
        *(("Owner (A)", "A"), ("R: who does it", "R"), ("Responsible party", "R"), ("I - kept up to date", "I")),
        *(("Rôle Client", ""), ("Responsible client", ""), ("Client (IT)", ""), ("IT", ""), ("Client", ""), ("", ""), ("Task", "")),
    ],
)
def test_headings_stand_for_letters(heading: str, letter: str) -> None:
    assert words.letter_of(heading) == letter


def test_text_is_laid_bare_without_losing_any() -> None:
    assert words.plain("**Telephony** (Teams,\u00a0incl. _ATAs_)") == "Telephony (Teams, incl. ATAs)"
    assert words.plain("*S'ils sont souscrit :* implémenter") == "S'ils sont souscrit : implémenter"
    assert words.plain("a_b_c * 5*3") == "a_b_c * 5*3"
    assert words.key("Área  / Nº 5 #") == words.key("area / no 5 number")
