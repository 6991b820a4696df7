"""What each party does, in words."""

import pytest

from responsibilities.importers import Dialect
from tests.responsibilities.importers.telling import Case, check

CASES = [
    Case(
        "prose",
        "a.md",
        """
| Task | IBM Responsibilities | Your Responsibilities |
|----|----|----|
|Audit logging| Provide the variables which are enabled by default | Review and set the retention of logs|
|Backups| N/A | Make your backups and test them each month|
""",
        (Dialect.PROSE_PER_PARTY, ("IBM", "You")),
        "Audit logging IBM, You",
        "Backups -IBM, You",
    ),
    Case(
        "adoc",
        "a.adoc",
        """
[cols= "2a,3a,3a",options="header"]
|===
|Resource
|Service responsibilities
|Customer responsibilities

|Networking
|**Red{nbsp}Hat**

- Monitor the router
service, and respond.
|- Monitor routes.
- Report outages.

|Capacity
|**AWS**

- Manage the capacity of all nodes on the cluster.
|
|===
""",
        (Dialect.PROSE_PER_PARTY, ("Service", "Customer", "Red Hat", "AWS")),
        "Networking Red Hat, Customer",
        "Capacity AWS",
    ),
    Case(
        "csv duties",
        "a.csv",
        """
Service;Provider's duties;Client's duties
Backup;"Runs the jobs every night, and tells the client of failures";"Names the data to be kept, and tests it"
Patching;"Installs patches within a week of their release";"Allows the reboot in the agreed window"
""",
        (Dialect.PROSE_PER_PARTY, ("Provider", "Client")),
        "Backup Provider, Client",
        "Patching Provider, Client",
    ),
    Case(
        "party headings",
        "a.csv",
        """
Topic,Provider,Client
Backup,"Runs the jobs every night and tells the client","Names the data to be kept"
Patching,"Installs patches within a week","Allows the reboot in the window"
""",
        (Dialect.PROSE_PER_PARTY, ("Provider", "Client")),
        "Backup Provider, Client",
        "Patching Provider, Client",
    ),
    Case(
        "what we do",
        "a.md",
        """
| Service | What we do | What you do |
|---|---|---|
| Backup | We run the jobs every night and tell you of failures | You name the data |
| Patch | We install patches within a week of their release | You allow the reboot |
""",
        (Dialect.PROSE_PER_PARTY, ("We", "You")),
        "Backup We, You",
        "Patch We, You",
    ),
    Case(
        "fr",
        "a.csv",
        """
Prestation;Responsabilités du prestataire;Responsabilités du client
Sauvegarde;"Exécute les sauvegardes chaque nuit et signale les échecs";"Désigne les données à conserver"
Correctifs;"Installe les correctifs dans la semaine";"Accepte le redémarrage"
""",
        (Dialect.PROSE_PER_PARTY, ("prestataire", "client")),
        "Sauvegarde prestataire, client",
        "Correctifs prestataire, client",
    ),
    Case(
        "tsv",
        "a.tsv",
        """
Area\tProvider tasks\tClient tasks
Backup\tRuns the jobs every night and reads the logs\tNames what is to be kept
Access\tRemoves accounts within a day of the note\tTells of leavers the same day
""",
        (Dialect.PROSE_PER_PARTY, ("Provider", "Client")),
        "Backup Provider, Client",
        "Access Provider, Client",
    ),
    Case(
        "ids sections",
        "a.csv",
        """
No,Topic,MSP responsibilities,Customer responsibilities
,Servers,,
1,Patching,"Installs patches within a week","Agrees to a window, monthly"
1a,Backup,"Runs jobs; tests restores",-
,Network,,
2,Wifi,"Watches the access points by day and night",None
""",
        (Dialect.PROSE_PER_PARTY, ("MSP", "Customer")),
        "1 Patching [Servers] MSP, Customer",
        "1a Backup [Servers] MSP, -Customer",
        "2 Wifi [Network] MSP, -Customer",
    ),
    Case(
        "template",
        "a.md",
        """
| Task | IBM Responsibilities | Your Responsibilities |
|----|----|----|
|Backup| | |
|Patching| | |
""",
        (Dialect.PROSE_PER_PARTY, ("IBM", "You")),
        "Backup",
        "Patching",
    ),
    Case(
        "three",
        "a.csv",
        """
Service,Vendor responsibilities,MSP responsibilities,Client responsibilities
ERP,"Fixes defects of the product within its term","Runs the servers it stands on, day and night","Tests each release"
Mail,"Keeps the service up as its terms say it will","Adds and removes mailboxes within a day","Asks in writing"
""",
        (Dialect.PROSE_PER_PARTY, ("Vendor", "MSP", "Client")),
        "ERP Vendor, MSP, Client",
        "Mail Vendor, MSP, Client",
    ),
    Case(
        "moved header",
        "a.csv",
        """
Acme shared responsibilities,,
valid from 2024,,
,,
Control,Provider's responsibility,Customer's responsibility
AC-1,"Writes the policy and reviews it each year","Signs the policy and tells its staff"
AC-2,"Creates accounts on a signed request only","Sends requests and reviews the list"
* see the contract,,
""",
        (Dialect.PROSE_PER_PARTY, ("Provider", "Customer")),
        "AC-1 Provider, Customer",
        "AC-2 Provider, Customer",
    ),
    Case(
        "es",
        "a.csv",
        """
Servicio;Responsabilidades del proveedor;Responsabilidades del cliente
Copias;"Ejecuta las copias cada noche y avisa de los fallos";"Indica los datos que se guardan"
Parches;"Instala los parches en una semana como mucho";"Acepta el reinicio en la ventana"
""",
        (Dialect.PROSE_PER_PARTY, ("proveedor", "cliente")),
        "Copias proveedor, cliente",
        "Parches proveedor, cliente",
    ),
    Case(
        "markdown lists",
        "a.md",
        """
| Resource | Provider responsibilities | Customer responsibilities |
|---|---|---|
| Logs | - Keep the logs for a year<br>- Hand them out when asked | - Ask for them in writing |
| Keys | Rotate the keys of the platform each quarter | Rotate own keys |
""",
        (Dialect.PROSE_PER_PARTY, ("Provider", "Customer")),
        "Logs Provider, Customer",
        "Keys Provider, Customer",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_sheet_of_this_dialect_is_read(case: Case) -> None:
    check(case)
