"""Names under letters, several in one cell, in several languages."""

import pytest

from responsibilities.importers import Dialect
from tests.responsibilities.importers.telling import Case, check

CASES = [
    Case(
        "en",
        "a.csv",
        """
Activity,Accountable,Responsible,Consulted,Informed
Patching,CIO,"NOC, Desk",,
Backup,"CIO; COO",NOC,Legal,Board
Sections here,,,,
Leavers,HR,,,
""",
        (Dialect.PARTY_PER_LETTER, ("CIO", "NOC", "Desk", "COO", "Legal", "Board", "HR")),
        "Patching CIO=A, NOC=R, Desk=R",
        "Backup CIO=A, COO=A, NOC=R, Legal=C, Board=I",
        "Leavers [Sections here] HR=A",
    ),
    Case(
        "pt",
        "a.csv",
        """
Área,R,A,C,I
Deploy,DevOps,Tech Lead,"QA, Eng. Backend",Todos
Incidentes,DevOps e SRE,Gerente,,Todos
""",
        (Dialect.PARTY_PER_LETTER, ("DevOps", "Tech Lead", "QA", "Eng. Backend", "Todos", "SRE", "Gerente")),
        "Deploy DevOps=R, Tech Lead=A, QA=C, Eng. Backend=C, Todos=I",
        "Incidentes DevOps=R, SRE=R, Gerente=A, Todos=I",
    ),
    Case(
        "fr",
        "a.csv",
        """
Activité;Réalise;Approuve;Consulté;Informé;Remarques
Sauvegarde;Prestataire;Client;;DSI;hebdo
Mises à jour;Prestataire et DSI;Client;Métier;;
""",
        (Dialect.PARTY_PER_LETTER, ("Prestataire", "Client", "DSI", "Métier")),
        "Sauvegarde Prestataire=R, Client=A, DSI=I +Remarques:hebdo",
        "Mises à jour Prestataire=R, DSI=R, Client=A, Métier=C",
    ),
    Case(
        "es heads with letters",
        "a.md",
        """
| Proceso | Responsable (R) | Aprobador (A) | Consultado (C) | Informado (I) |
|---|---|---|---|---|
| Copias | Proveedor | Cliente | - | - |
| Altas | RRHH / TI | Cliente | N/A | Usuarios |
""",
        (Dialect.PARTY_PER_LETTER, ("Proveedor", "Cliente", "RRHH", "TI", "Usuarios")),
        "Copias Proveedor=R, Cliente=A, -, -",
        "Altas RRHH=R, TI=R, Cliente=A, -, Usuarios=I",
    ),
    Case(
        "rasci",
        "a.tsv",
        """
Task\tR\tA\tS\tC\tI
Backup\tNOC\tCIO\tDesk\tLegal\tBoard
Restore\tNOC (nights), Desk (days)\tCIO\t\t\t
""",
        (Dialect.PARTY_PER_LETTER, ("NOC", "CIO", "Desk", "Legal", "Board")),
        "Backup NOC=R, CIO=A, Desk=S, Legal=C, Board=I",
        "Restore NOC=R(nights), Desk=R(days), CIO=A",
    ),
    Case(
        "multi-line",
        "a.csv",
        """
Task,Responsible,Accountable
Backup,"NOC
Desk",CIO
Restore,"- NOC
- Desk*",CIO
""",
        (Dialect.PARTY_PER_LETTER, ("NOC", "Desk", "CIO")),
        "Backup NOC=R, Desk=R, CIO=A",
        "Restore NOC=R, Desk=R(*), CIO=A",
    ),
    Case(
        "bold md sections",
        "a.md",
        """
| Deliverable | Responsible | Accountable | Consulted | Informed |
|---|---|---|---|---|
| **Plan** | | | | |
| Strategy | PMM/GM | Head of Product | Product, Sales, Success | Execs |
| Readiness | Sales & Marketing | Head of Product | R&D | Execs |
""",
        (Dialect.PARTY_PER_LETTER, ("PMM/GM", "Head of Product", "Product", "Sales", "Success", "Execs", "Marketing", "R&D")),
        "Strategy [Plan] PMM/GM=R, Head of Product=A, Product=C, Sales=C, Success=C, Execs=I",
        "Readiness [Plan] Sales=R, Marketing=R, Head of Product=A, R&D=C, Execs=I",
    ),
    Case(
        "with ref and section",
        "a.csv",
        """
No.,Area,Process,Accountable,Responsible,Hours
7a,Servers,Patching,IT manager,Provider NOC,24x7
7b,,Reboots,IT manager,"Provider NOC, IT manager",day
8,Backup,Restore,IT manager,,
""",
        (Dialect.PARTY_PER_LETTER, ("IT manager", "Provider NOC")),
        "7a Patching [Servers] IT manager=A, Provider NOC=R +Hours:24x7",
        "7b Reboots [Servers] IT manager=A, Provider NOC=R, IT manager=R +Hours:day",
        "8 Restore [Backup] IT manager=A",
    ),
    Case(
        "dash and colon heads",
        "a.csv",
        """
Task,R - Responsible,A - Accountable,C - Consulted,I - Informed
Backup,NOC,CIO,-,—
""",
        (Dialect.PARTY_PER_LETTER, ("NOC", "CIO")),
        "Backup NOC=R, CIO=A, -, -",
    ),
    Case(
        "combined heading",
        "a.csv",
        """
Task,Responsible / Accountable,Consulted,Informed
Backup,NOC,Legal,Board
Restore,CIO,,
""",
        (Dialect.PARTY_PER_LETTER, ("NOC", "Legal", "Board", "CIO")),
        "Backup NOC=RA, Legal=C, Board=I",
        "Restore CIO=RA",
    ),
    Case(
        "adoc",
        "a.adoc",
        """
|===
|Task |Accountable |Responsible

|Backup
|CIO
|NOC and Desk

|Restore
|CIO
|Desk
|===
""",
        (Dialect.PARTY_PER_LETTER, ("CIO", "NOC", "Desk")),
        "Backup CIO=A, NOC=R, Desk=R",
        "Restore CIO=A, Desk=R",
    ),
    Case(
        "legend table only",
        "a.md",
        """
| Responsible | Accountable | Consulted | Informed |
|---|---|---|---|
| Those who do the work to complete the task. | The one who answers. | Those whose opinions are sought. | Those kept up-to-date. |

| Action | Research | Owner | Committee |
|---|---|---|---|
| New alert | I | RA | C |
| Tuning | C | A | R |
""",
        (Dialect.LETTERS_PER_PARTY, ("Research", "Owner", "Committee")),
        "New alert Research=I, Owner=RA, Committee=C",
        "Tuning Research=C, Owner=A, Committee=R",
    ),
    Case(
        "de",
        "a.csv",
        """
Aufgabe;Verantwortlich (R);Rechenschaftspflichtig (A);Konsultiert (C);Informiert (I)
Backup;Dienstleister;IT-Leitung;Recht;Vorstand
""",
        (Dialect.PARTY_PER_LETTER, ("Dienstleister", "IT-Leitung", "Recht", "Vorstand")),
        "Backup Dienstleister=R, IT-Leitung=A, Recht=C, Vorstand=I",
    ),
    Case(
        "marks unread",
        "a.csv",
        """
Task,Responsible,Accountable
Backup,x,CIO
Restore,NOC,TBD
Drill,NOC,?
""",
        (Dialect.PARTY_PER_LETTER, ("CIO", "NOC")),
        "Backup CIO=A ?Responsible:x",
        "Restore NOC=R, - ~to be decided",
        "Drill NOC=R, - ~to be decided",
    ),
    Case(
        "letters in brackets",
        "a.csv",
        """
Task,Owner (A),Doer (R),Consulted,Informed
Backup,CIO,NOC,Legal,Board
Patch,CIO,Desk,,
""",
        (Dialect.PARTY_PER_LETTER, ("CIO", "NOC", "Legal", "Board", "Desk")),
        "Backup CIO=A, NOC=R, Legal=C, Board=I",
        "Patch CIO=A, Desk=R",
    ),
    Case(
        "responsible party and approver",
        "a.csv",
        """
Deliverable,Responsible Party,Approver,Due
Runbook,NOC,CIO,May
Audit,SOC,CISO,June
Drill,NOC,CIO,July
""",
        (Dialect.PARTY_PER_LETTER, ("NOC", "CIO", "SOC", "CISO")),
        "Runbook NOC=R, CIO=A +Due:May",
        "Audit SOC=R, CISO=A +Due:June",
        "Drill NOC=R, CIO=A +Due:July",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_sheet_of_this_dialect_is_read(case: Case) -> None:
    check(case)
