"""One column that names who is responsible."""

import pytest

from responsibilities.importers import Dialect
from tests.responsibilities.importers.telling import Case, check

CASES = [
    Case(
        "one party blank",
        "a.md",
        """
## App support

| Activity | Client | MSP |
|---|---|---|
| Application support | RA | |
| Training | RA | |
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Application support [App support] Client=RA",
        "Training [App support] Client=RA",
    ),
    Case(
        "azure",
        "a.csv",
        """
Control Domain,ASB Control ID,ASB Control Title,Guidance,Responsibility,Feature Supported
Identity,IM-1,Use central identity,Do this.,Customer,True
Identity,IM-3,Manage app identities,No config needed.,Microsoft,True
Network,NS-1,Segment,n/a here.,Not Applicable,False
""",
        (Dialect.ONE_PARTY_COLUMN, ("Customer", "Microsoft")),
        "IM-1 Use central identity [Identity] Customer +Guidance:Do this. +Feature Supported:True",
        "IM-3 Manage app identities [Identity] Microsoft +Guidance:No config needed. +Feature Supported:True",
        "NS-1 Segment [Network] - +Guidance:n/a here. +Feature Supported:False",
    ),
    Case(
        "shared",
        "a.md",
        """
| Security Layer | Responsible Party | Description |
| :--- | :--- | :--- |
| **Physical Security** | Northwind / GCP | Data centers. |
| **Host**| Northwind | OS. |
| **Network** | Joint | both |
| **Code** | Harbor Dental | app |
""",
        (Dialect.ONE_PARTY_COLUMN, ("Northwind", "GCP", "Joint", "Harbor Dental")),
        "Physical Security Northwind, GCP +Description:Data centers.",
        "Host Northwind +Description:OS.",
        "Network Joint +Description:both ~who shares it",
        "Code Harbor Dental +Description:app",
    ),
    Case(
        "both of two",
        "a.csv",
        """
Task,Owner
Backup,Client
Patch,Provider
Test,Both
Drill,Shared (yearly)
Watch,Provider and Client
""",
        (Dialect.ONE_PARTY_COLUMN, ("Client", "Provider")),
        "Backup Client",
        "Patch Provider",
        "Test Client(both), Provider(both)",
        "Drill Client(shared; yearly), Provider(shared; yearly)",
        "Watch Provider, Client",
    ),
    Case(
        "sections",
        "a.csv",
        """
Task;Owner;Notes
Network;;
Wifi;Provider;
Firewall;Client;see (1)
Servers;;
Patch;Provider (24x7);
(1) only with a ticket;;
""",
        (Dialect.ONE_PARTY_COLUMN, ("Provider", "Client")),
        "Wifi [Network] Provider",
        "Firewall [Network] Client +Notes:see (1)",
        "Patch [Servers] Provider(24x7)",
    ),
    Case(
        "owner asks",
        "a.csv",
        """
#,Service,Who is responsible?,SLA
1,Backup,MSP,4h
2,Restore,TBD,
7a,Printers,,
8,Wifi,-,
""",
        (Dialect.ONE_PARTY_COLUMN, ("MSP",)),
        "1 Backup MSP +SLA:4h",
        "2 Restore - ~to be decided",
        "7a Printers",
        "8 Wifi -",
    ),
    Case(
        "es",
        "a.csv",
        """
Tarea;Responsable;Comentario
Copias;Proveedor;
Altas;Cliente;
Bajas;Cliente;
""",
        (Dialect.ONE_PARTY_COLUMN, ("Proveedor", "Cliente")),
        "Copias Proveedor",
        "Altas Cliente",
        "Bajas Cliente",
    ),
    Case(
        "de",
        "a.csv",
        """
Leistung;Verantwortlich
Backup;Dienstleister
Patch;Auftraggeber
""",
        (Dialect.ONE_PARTY_COLUMN, ("Dienstleister", "Auftraggeber")),
        "Backup Dienstleister",
        "Patch Auftraggeber",
    ),
    Case(
        "adoc",
        "a.adoc",
        """
[%header]
|===
|Duty |Responsibility

|Backup |Provider
|Patch |Provider and customer
|Access |Customer^1^
|===
""",
        (Dialect.ONE_PARTY_COLUMN, ("Provider", "customer")),
        "Backup Provider",
        "Patch Provider, customer",
        "Access customer(^1^)",
    ),
    Case(
        "two columns",
        "a.csv",
        """
Control,Primary Owner,Secondary Owner
Backup,MSP,Internal IT
Patch,Internal IT,MSP
""",
        (Dialect.ONE_PARTY_COLUMN, ("MSP", "Internal IT")),
        "Backup MSP, Internal IT",
        "Patch Internal IT, MSP",
    ),
    Case(
        "ditto",
        "a.csv",
        """
Task,Owner
Backup,MSP
Restore,ditto
Drill,same as above
""",
        (Dialect.ONE_PARTY_COLUMN, ("MSP",)),
        "Backup MSP",
        "Restore MSP",
        "Drill MSP",
    ),
    Case(
        "tsv",
        "a.tsv",
        """
Requirement\tResponsibility\tRemarks
3.1.1\tProvider\tlimit access
3.1.2\tClient\tlimit functions
""",
        (Dialect.ONE_PARTY_COLUMN, ("Provider", "Client")),
        "3.1.1 limit access Provider",
        "3.1.2 limit functions Client",
    ),
    Case(
        "xlsx like quoted",
        "a.csv",
        """
"Task","Responsibility"
"Backup, daily","Client, MSP"
"Restore","MSP
Client"
""",
        (Dialect.ONE_PARTY_COLUMN, ("Client", "MSP")),
        "Backup, daily Client, MSP",
        "Restore MSP, Client",
    ),
    Case(
        "bold",
        "a.md",
        """
| Task | Responsibility |
|---|---|
| **Network** | |
| Wifi | **Provider** |
| LAN | *Client* |
""",
        (Dialect.ONE_PARTY_COLUMN, ("Provider", "Client")),
        "Wifi [Network] Provider",
        "LAN [Network] Client",
    ),
    Case(
        "owner first",
        "a.csv",
        """
Owner,Task,Notes
Client,Backup,
Provider,Patch,weekly
Client,Drill,
""",
        (Dialect.ONE_PARTY_COLUMN, ("Client", "Provider")),
        "Backup Client",
        "Patch Provider +Notes:weekly",
        "Drill Client",
    ),
    Case(
        "owner with blanks",
        "a.csv",
        """
Task,Responsible,Status
Backup,Client,done
Patch,,open
Drill,MSP,done
""",
        (Dialect.ONE_PARTY_COLUMN, ("Client", "MSP")),
        "Backup Client +Status:done",
        "Patch +Status:open",
        "Drill MSP +Status:done",
    ),
    Case(
        "assignee",
        "a.csv",
        """
Task,Status,Assignee,Due
Buy,open,N.N.,May
Sell,done,M.M.,June
""",
        (Dialect.ONE_PARTY_COLUMN, ("N.N.", "M.M.")),
        "Buy N.N. +Status:open +Due:May",
        "Sell M.M. +Status:done +Due:June",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_sheet_of_this_dialect_is_read(case: Case) -> None:
    check(case)
