"""Marks under parties: holders, and no letters."""

# ruff: noqa: RUF001 - letters and dashes of other alphabets are what these sheets are about

import pytest

from responsibilities.importers import Dialect
from tests.responsibilities.importers.telling import Case, check

CASES = [
    Case(
        "x",
        "a.csv",
        """
Control ID,Name,Status,Directory,Project,MSP,Client,Cloud
AC-1,ACCESS POLICY,complete,,x,,x,
AC-2 (1),ACCOUNT MANAGEMENT,complete,X,x,x,x,x
PE-3,PHYSICAL ACCESS,none,,,,,
""",
        (Dialect.MARKS_PER_PARTY, ("Directory", "Project", "MSP", "Client", "Cloud")),
        "AC-1 ACCESS POLICY Project, Client +Status:complete",
        "AC-2 (1) ACCOUNT MANAGEMENT Directory, Project, MSP, Client, Cloud +Status:complete",
        "PE-3 PHYSICAL ACCESS +Status:none",
    ),
    Case(
        "checks",
        "a.md",
        """
| Task | Customer | Provider |
|---|:-:|:-:|
| Backup | ✓ | |
| Patch | | ✅ |
| Test | ✔ (yearly) | ● |
| Watch | ❌ | x |
""",
        (Dialect.MARKS_PER_PARTY, ("Customer", "Provider")),
        "Backup Customer",
        "Patch Provider",
        "Test Customer(yearly), Provider",
        "Watch -Customer, Provider",
    ),
    Case(
        "sections",
        "a.csv",
        """
Responsibility,Client,MSP,Vendor
Network,,,
Wifi,x,,
Firewall,,x,x
Printers,,,
""",
        (Dialect.MARKS_PER_PARTY, ("Client", "MSP", "Vendor")),
        "Wifi [Network] Client",
        "Firewall [Network] MSP, Vendor",
        "Printers [Network] ~section or unassigned",
    ),
    Case(
        "two heads",
        "a.csv",
        """
Control,Responsible party,,,Status,,
,Client,MSP,Cloud,Planned,Done,Date
AC-1,x,,,x,,2024
AC-2,,x,x,,x,
""",
        (Dialect.MARKS_PER_PARTY, ("Client", "MSP", "Cloud")),
        "AC-1 Client +Status / Planned:x +Date:2024",
        "AC-2 MSP, Cloud +Status / Done:x",
    ),
    Case(
        "yes no",
        "a.csv",
        """
Service,Client,Provider
Backup,No,Yes
Restore,Yes,Yes
Drill,n/a,Yes (quarterly)
""",
        (Dialect.MARKS_PER_PARTY, ("Client", "Provider")),
        "Backup -Client, Provider",
        "Restore Client, Provider",
        "Drill -Client, Provider(quarterly)",
    ),
    Case(
        "cyr",
        "a.csv",
        """
Task,Client,MSP
Backup,х,
Restore,,Х
""",
        (Dialect.MARKS_PER_PARTY, ("Client", "MSP")),
        "Backup Client",
        "Restore MSP",
    ),
    Case(
        "odd cell",
        "a.csv",
        """
Task,Client,MSP,Vendor
Backup,x,,
Restore,,x,see contract
Drill,x,x,-
Test,x,,x
Watch,x,,
""",
        (Dialect.MARKS_PER_PARTY, ("Client", "MSP", "Vendor")),
        "Backup Client",
        "Restore MSP ?Vendor:see contract",
        "Drill Client, MSP, -Vendor",
        "Test Client, Vendor",
        "Watch Client",
    ),
    Case(
        "adoc",
        "a.adoc",
        """
[options="header"]
|===
|Duty |Client |MSP
|Backup |x |
|Restore | |x
|===
""",
        (Dialect.MARKS_PER_PARTY, ("Client", "MSP")),
        "Backup Client",
        "Restore MSP",
    ),
    Case(
        "one empty party",
        "a.csv",
        """
Task,Client,MSP,Users
Backup,x,,
Restore,,x,
""",
        (Dialect.MARKS_PER_PARTY, ("Client", "MSP", "Users")),
        "Backup Client",
        "Restore MSP",
    ),
    Case(
        "tsv",
        "a.tsv",
        """
Ref\tRequirement\tOrganization\tESP\tComment
3.1.1\tLimit access\tx\tx\tboth
3.1.2\tLimit functions\t\tx\t
""",
        (Dialect.MARKS_PER_PARTY, ("Organization", "ESP")),
        "3.1.1 Limit access Organization, ESP +Comment:both",
        "3.1.2 Limit functions ESP",
    ),
    Case(
        "qualifiers",
        "a.csv",
        """
Task,Internal IT,MSP
Backup,x (servers),x (cloud)
Restore,x*,
""",
        (Dialect.MARKS_PER_PARTY, ("Internal IT", "MSP")),
        "Backup Internal IT(servers), MSP(cloud)",
        "Restore Internal IT(*)",
    ),
    Case(
        "bullets nbsp",
        "a.csv",
        """
Task;Client;MSP
Backup;\u00a0x\u00a0;
Restore;;•
""",
        (Dialect.MARKS_PER_PARTY, ("Client", "MSP")),
        "Backup Client",
        "Restore MSP",
    ),
    Case(
        "with section column",
        "a.csv",
        """
Domain,Control,Provider,Customer,Evidence
Physical,Data centre access,✔,,SOC 2
Identity,MFA,,✔,policy
Identity,Directory,✔ (platform),✔ (accounts),
Logging,Platform logs,✔,,
""",
        (Dialect.MARKS_PER_PARTY, ("Provider", "Customer")),
        "Data centre access [Physical] Provider +Evidence:SOC 2",
        "MFA [Identity] Customer +Evidence:policy",
        "Directory [Identity] Provider(platform), Customer(accounts)",
        "Platform logs [Logging] Provider",
    ),
    Case(
        "parties first",
        "a.csv",
        """
Client,MSP,Task
x,,Backup
,x,Restore
x,x,Drill
""",
        (Dialect.MARKS_PER_PARTY, ("Client", "MSP")),
        "Backup Client",
        "Restore MSP",
        "Drill Client, MSP",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_sheet_of_this_dialect_is_read(case: Case) -> None:
    check(case)
