"""The letters of one role; a blank duty is the one above."""

import pytest

from responsibilities.importers import Dialect
from tests.responsibilities.importers.telling import Case, check

CASES = [
    Case(
        "one role",
        "a.csv",
        """
Role: Desk lead,,,,
Duty,R,A,C,I
Incidents,x,,,
Changes,,,x,x
""",
        (Dialect.ONE_ROLES_LETTERS, ("Desk lead",)),
        "Incidents Desk lead=R",
        "Changes Desk lead=C, Desk lead=I",
    ),
    Case(
        "one",
        "a.csv",
        """
Role: Service desk lead,,
Duty,Detail,RACI
Incident,Log it,R
,Escalate it,A
,Close it,"R, A"
Change,Record it,C
""",
        (Dialect.ONE_ROLES_LETTERS, ("Service desk lead",)),
        "Incident Service desk lead=R +Detail:Log it",
        "Incident Service desk lead=A +Detail:Escalate it",
        "Incident Service desk lead=RA +Detail:Close it",
        "Change Service desk lead=C +Detail:Record it",
    ),
    Case(
        "heading",
        "a.csv",
        """
Duty;Service desk lead
Incidents;R/A
Changes;C
Problems;
""",
        (Dialect.ONE_ROLES_LETTERS, ("Service desk lead",)),
        "Incidents Service desk lead=RA",
        "Changes Service desk lead=C",
        "Problems ~section or unassigned",
    ),
    Case(
        "md",
        "a.md",
        """
## IT manager

| Process | Letter |
|---|---|
| Budget | A |
| Backup | I |
""",
        (Dialect.ONE_ROLES_LETTERS, ("IT manager",)),
        "Budget [IT manager] IT manager=A",
        "Backup [IT manager] IT manager=I",
    ),
    Case(
        "ditto",
        "a.tsv",
        """
Task\tScope\tRole
Patching\tServers\tR
"\tLaptops\tA
ditto\tPhones\tI
""",
        (Dialect.ONE_ROLES_LETTERS, ("Role",)),
        "Patching Role=R +Scope:Servers",
        "Patching Role=A +Scope:Laptops",
        "Patching Role=I +Scope:Phones",
    ),
    Case(
        "x",
        "a.csv",
        """
Service desk lead,,,,
Duty,R,A,C,I
Incidents,x,,,
Changes,,,x,x
,,x,,
""",
        (Dialect.ONE_ROLES_LETTERS, ("Service desk lead",)),
        "Incidents Service desk lead=R",
        "Changes Service desk lead=C, Service desk lead=I",
        "Changes Service desk lead=A",
    ),
    Case(
        "spelled",
        "a.csv",
        """
Responsibility,IT manager
Budget,Accountable
Backups,Informed
Hiring,Responsible & Accountable
""",
        (Dialect.ONE_ROLES_LETTERS, ("IT manager",)),
        "Budget IT manager=A",
        "Backups IT manager=I",
        "Hiring IT manager=RA",
    ),
    Case(
        "semicolons",
        "a.csv",
        """
Tâche;RACI;Remarque
Sauvegarde;R;chaque nuit
;A;le dimanche
Restauration;C;
""",
        (Dialect.ONE_ROLES_LETTERS, ("RACI",)),
        "Sauvegarde RACI=R +Remarque:chaque nuit",
        "Sauvegarde RACI=A +Remarque:le dimanche",
        "Restauration RACI=C",
    ),
    Case(
        "md legend",
        "a.md",
        """
# Desk lead

| Letter | Meaning |
|---|---|
| R | does it |
| A | answers for it |

| Duty | RACI |
|---|---|
| Log | R |
| | A |
| Escalate | R/A (nights) |
""",
        (Dialect.ONE_ROLES_LETTERS, ("Desk lead",)),
        "Log [Desk lead] Desk lead=R",
        "Log [Desk lead] Desk lead=A",
        "Escalate [Desk lead] Desk lead=RA(nights)",
    ),
    Case(
        "sections",
        "a.csv",
        """
#,Task,Network engineer
1,Network,
1.1,Wifi,R
1.2,LAN,"R, A"
2,Servers,
2.1,Racks,C
""",
        (Dialect.ONE_ROLES_LETTERS, ("Network engineer",)),
        "1.1 Wifi [Network] Network engineer=R",
        "1.2 LAN [Network] Network engineer=RA",
        "2.1 Racks [Servers] Network engineer=C",
    ),
    Case(
        "adoc",
        "a.adoc",
        """
.Role: Backup operator
[%header]
|===
|Duty |Part |RACI

.2+|Backup |Jobs |R
|Tapes |A
|Restore |Tests |C
|===
""",
        (Dialect.ONE_ROLES_LETTERS, ("Backup operator",)),
        "Backup Backup operator=R +Part:Jobs",
        "Backup Backup operator=A +Part:Tapes",
        "Restore Backup operator=C +Part:Tests",
    ),
    Case(
        "tsv",
        "a.tsv",
        """
Process\tActivity\tRole
Incident\tLog\tR
\tClose\tA
Problem\tAnalyse\tC, I
""",
        (Dialect.ONE_ROLES_LETTERS, ("Role",)),
        "Log [Incident] Role=R",
        "Close [Incident] Role=A",
        "Analyse [Problem] Role=CI",
    ),
    Case(
        "long one",
        "a.csv",
        """
Duty,Role,Letter
Backup,Operator,R
,Operator,A
Restore,Operator,C
""",
        (Dialect.ONE_ROLES_LETTERS, ("Operator",)),
        "Backup Operator=R, Operator=A",
        "Restore Operator=C",
    ),
    Case(
        "unknown letters",
        "a.csv",
        """
Duty,Operator
Backup,R
Restore,A
Drill,D
Tapes,Q/R
Watch,I
""",
        (Dialect.ONE_ROLES_LETTERS, ("Operator",)),
        "Backup Operator=R",
        "Restore Operator=A",
        "Drill ?Operator:D",
        "Tapes ?Operator:Q/R",
        "Watch Operator=I",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_sheet_of_this_dialect_is_read(case: Case) -> None:
    check(case)
