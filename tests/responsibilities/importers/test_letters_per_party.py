"""Letters under parties, with every trap that sheets of this dialect had."""

# ruff: noqa: RUF001 - letters and dashes of other alphabets are what these sheets are about

import pytest

from responsibilities.importers import Dialect
from tests.responsibilities.importers.telling import Case, check

CASES = [
    Case(
        "semicolons",
        "a.csv",
        '''
Nr;Aufgabe;IT-Leitung;Dienstleister;Bemerkung
1;Serverbetrieb;A;R;
2;Datensicherung;A, C;"R (täglich)";"siehe ""Handbuch"""
3;Virenschutz;I;A/R;
''',
        (Dialect.LETTERS_PER_PARTY, ("IT-Leitung", "Dienstleister")),
        "1 Serverbetrieb IT-Leitung=A, Dienstleister=R",
        '2 Datensicherung IT-Leitung=AC, Dienstleister=R(täglich) +Bemerkung:siehe "Handbuch"',
        "3 Virenschutz IT-Leitung=I, Dienstleister=AR",
    ),
    Case(
        "tabs and nbsp",
        "a.tsv",
        """
#\tActivity / Function\tClient\tManaged Service Provider (MSP)
1\tBackups\tA\tR\u00a0(nightly)
1a\tRestore tests\tA\t\u00a0R\u202f/\u202fC\u00a0
7a\tFirewall\tI\tR A
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "Managed Service Provider (MSP)")),
        "1 Backups Client=A, Managed Service Provider (MSP)=R(nightly)",
        "1a Restore tests Client=A, Managed Service Provider (MSP)=RC",
        "7a Firewall Client=I, Managed Service Provider (MSP)=RA",
    ),
    Case(
        "bold and marks",
        "a.md",
        """
# RACI

| **Task** | **Client** | **MSP** | **Vendor** |
|:--|:-:|:-:|--:|
| **Identity** | | | |
| Joiners | **RA** | __C__ | `I` |
| Leavers | *R/A* | CI | — |
| **Network** | | | |
| Firewall | A | R* | N/A |

\\* only in business hours.
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP", "Vendor")),
        "Joiners [Identity] Client=RA, MSP=C, Vendor=I",
        "Leavers [Identity] Client=RA, MSP=CI, -Vendor",
        "Firewall [Network] Client=A, MSP=R(*), -Vendor",
    ),
    Case(
        "cyrillic",
        "a.csv",
        """
Задача,Заказчик,Подрядчик
Резервные копии,А,R
Доступ,С,R/А
Сеть,"С, І",АR
""",
        (Dialect.LETTERS_PER_PARTY, ("Заказчик", "Подрядчик")),
        "Резервные копии Заказчик=A, Подрядчик=R",
        "Доступ Заказчик=C, Подрядчик=RA",
        "Сеть Заказчик=CI, Подрядчик=AR",
    ),
    Case(
        "rasci",
        "a.csv",
        """
Task,Client,MSP,Vendor
Backups,A,R,S
Patching,A,"R, S",S/C
Monitoring,I,RA,S (nights)
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP", "Vendor")),
        "Backups Client=A, MSP=R, Vendor=S",
        "Patching Client=A, MSP=RS, Vendor=SC",
        "Monitoring Client=I, MSP=RA, Vendor=S(nights)",
    ),
    Case(
        "daci unknown",
        "a.csv",
        """
Decision,Sponsor,Product,Engineering,Legal
Choose vendor,A,D,C,I
Sign contract,A,D,I,C
Renew,D/A,C,V,I
""",
        (Dialect.LETTERS_PER_PARTY, ("Sponsor", "Product", "Engineering", "Legal")),
        "Choose vendor Sponsor=A, Engineering=C, Legal=I ?Product:D",
        "Sign contract Sponsor=A, Engineering=I, Legal=C ?Product:D",
        "Renew Product=C, Legal=I ?Sponsor:D/A ?Engineering:V",
    ),
    Case(
        "two headers",
        "a.csv",
        """
Responsibility matrix 2024,,,,,
,,Northwind,,Harbor,
ID,Activity,NOC,SOC,IT,Leadership
1,Governance,,,,
1.1,Policy,R,C,A,I
2,Operations,,,,
2.1,Patching,R,,A,I
2.2,Backup,A/R,-,C,
""",
        (Dialect.LETTERS_PER_PARTY, ("NOC", "SOC", "IT", "Leadership")),
        "1.1 Policy [Governance] NOC=R, SOC=C, IT=A, Leadership=I",
        "2.1 Patching [Operations] NOC=R, IT=A, Leadership=I",
        "2.2 Backup [Operations] NOC=AR, -SOC, IT=C",
    ),
    Case(
        "two headers that do not line up",
        "a.csv",
        """
,Activity,Responsible parties,,,,Notes
,,,Provider,Client,Vendor,
1,Backups,,R,A,I,weekly
2,Restore,,R,A,C,
""",
        (Dialect.LETTERS_PER_PARTY, ("Provider", "Client", "Vendor")),
        "1 Backups Provider=R, Client=A, Vendor=I +Notes:weekly",
        "2 Restore Provider=R, Client=A, Vendor=C",
    ),
    Case(
        "moved header with title",
        "a.csv",
        """
Acme Corp,,,
RACI matrix,,,
Version:,3,,
,,,
,Task,Client,MSP
,Backups,A,R
,Servers,A,R
,,,
,Task,Client,MSP
,Wifi,A,C
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Backups Client=A, MSP=R",
        "Servers Client=A, MSP=R",
        "Wifi Client=A, MSP=C",
    ),
    Case(
        "legend below",
        "a.csv",
        """
Task,Client,MSP
Backups,A,R
Servers,A,R
,,
Legend,,
R,Responsible,
A,Accountable,
C,Consulted,
I = Informed,,
Prepared by IT,,
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Backups Client=A, MSP=R",
        "Servers Client=A, MSP=R",
    ),
    Case(
        "legend above",
        "a.csv",
        """
R,Responsible - does the work,
A,Accountable - answers for it,
C,Consulted,
I,Informed,
,,
Task,Client,MSP
Backups,A,R
Printers,,
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Backups Client=A, MSP=R",
        "Printers ~section or unassigned",
    ),
    Case(
        "same as above",
        "a.csv",
        """
Duty,Party detail,Client,MSP
Backups,Servers,A,R
,Laptops,A,R
"Restore",ditto,same as above,C
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Backups Client=A, MSP=R +Party detail:Servers",
        "Backups Client=A, MSP=R +Party detail:Laptops",
        "Restore Client=A, MSP=C +Party detail:ditto",
    ),
    Case(
        "multi-line cells",
        "a.csv",
        """
Task,Client,MSP
"Backups
of servers","A
(signs)","R
C"
Servers,I,"R & A
(hands-on, day)"
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Backups of servers Client=A(signs), MSP=RC",
        "Servers Client=I, MSP=RA(hands-on, day)",
    ),
    Case(
        "prose qualifiers",
        "a.md",
        """
| Task | Client | MSP |
|---|---|---|
| Patch | I – monthly report | A: deploys |
| Backup | C (Sev 1-2 Alerts Only) | R (Config, Ops) & A |
| Test | R (OT (plant) oversight) | A (R) |
| Drill | Responsible | Accountable/Responsible |
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Patch Client=I(monthly report), MSP=A(deploys)",
        "Backup Client=C(Sev 1-2 Alerts Only), MSP=R(Config, Ops), MSP=A",
        "Test Client=R(OT (plant) oversight), MSP=AR",
        "Drill Client=R, MSP=AR",
    ),
    Case(
        "adoc",
        "a.adoc",
        """
= Matrix

[%header,cols="1,3a,^1,^1"]
|===
|ID |Task |Client |MSP

4+|*Operations*
|1 |Backups |A |R
.2+|2 |Patch servers |A |R
|Patch laptops |I |A/R
|3
|Firewall
2+|R
|===
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "1 Backups [Operations] Client=A, MSP=R",
        "2 Patch servers [Operations] Client=A, MSP=R",
        "2 Patch laptops [Operations] Client=I, MSP=AR",
        "3 Firewall [Operations] Client=R, MSP=R",
    ),
    Case(
        "no header markdown rule",
        "a.md",
        """
| Task | Client | MSP |
| Backups | A | R |
| Servers | A | R |
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Backups Client=A, MSP=R",
        "Servers Client=A, MSP=R",
    ),
    Case(
        "extra column and short rows",
        "a.csv",
        """
Task,Client,MSP
Backups,A,R,really?
Servers,A
Wifi
Printers,C,R
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Backups Client=A, MSP=R +Column 4:really?",
        "Servers Client=A",
        "Printers [Wifi] Client=C, MSP=R",
    ),
    Case(
        "sections in own column",
        "a.csv",
        """
Category,Service,Client,MSP,SLA
Network,Wifi,A,R,4h
,Firewall,A,R,1h
Servers,Patching,A,R,
,Unassigned thing,,,
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Wifi [Network] Client=A, MSP=R +SLA:4h",
        "Firewall [Network] Client=A, MSP=R +SLA:1h",
        "Patching [Servers] Client=A, MSP=R",
        "Unassigned thing [Servers]",
    ),
    Case(
        "long format",
        "a.csv",
        """
Task,Role,RACI
Backups,Client,A
Backups,MSP,R
,Vendor,"C, I"
Servers,MSP,A/R
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP", "Vendor")),
        "Backups Client=A, MSP=R, Vendor=CI",
        "Servers MSP=AR",
    ),
    Case(
        "several sections under headings",
        "a.md",
        """
# All
## Network
| Activity | Client | MSP |
|---|---|---|
| Wifi | A | R |

## Servers
Text between.

| Activity | Client | MSP |
|---|---|---|
| Patching | A | R |

### Other header
| Task | Client | Vendor |
|---|---|---|
| ERP | A | R |
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Wifi [Network] Client=A, MSP=R",
        "Patching [Servers] Client=A, MSP=R",
        (Dialect.LETTERS_PER_PARTY, ("Client", "Vendor")),
        "ERP [Other header] Client=A, Vendor=R",
    ),
    Case(
        "quoted sections upper",
        "a.csv",
        """
ACTIVITY,CLIENT,MSP
NETWORK,,
Wifi,A,R
SERVERS AND STORAGE,,
Patching,A,R
Backups,-,-
""",
        (Dialect.LETTERS_PER_PARTY, ("CLIENT", "MSP")),
        "Wifi [NETWORK] CLIENT=A, MSP=R",
        "Patching [SERVERS AND STORAGE] CLIENT=A, MSP=R",
        "Backups [SERVERS AND STORAGE] -CLIENT, -MSP",
    ),
    Case(
        "numbers and dates",
        "a.csv",
        """
Task,Client,MSP,Effort,Due
Backups,A,R,3,2024-05-01
Servers,C,RA,5,
Total,,,8,
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Backups Client=A, MSP=R +Effort:3 +Due:2024-05-01",
        "Servers Client=C, MSP=RA +Effort:5",
    ),
    Case(
        "html breaks",
        "a.md",
        """
| Task | Client | MSP |
|---|---|---|
| Backup<br>jobs | A<br>C | R&nbsp;(day) |
| a \\| b | I | R&amp;A |
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Backup jobs Client=AC, MSP=R(day)",
        "a | b Client=I, MSP=RA",
    ),
    Case(
        "group letter grid",
        "a.csv",
        """
Activity,Provider,,,,Client,,,
,R,A,C,I,R,A,C,I
Backups,x,,,,,x,,
Restore,x,x,,,,,x,
""",
        (Dialect.LETTERS_PER_PARTY, ("Provider", "Client")),
        "Backups Provider=R, Client=A",
        "Restore Provider=R, Provider=A, Client=C",
    ),
    Case(
        "headings above and below, and a legend of one column",
        "a.md",
        """
# Nutanix on OVHcloud
| Roles |
| --- |
| R: Is in charge of carrying out the process |
| A: is Accountable for the successful completion of the process |
| C: Is consulted during the process |
| I: Is informed of the results of the process |

### 1. Before subscription

#### 1.1. Specify service as needed

| **Activity** | **Customer** | **OVHcloud** |
| --- | --- | --- |
| Learn about the capabilities (web site, Particular Conditions, etc ..)| RA | CI |\t
| Choose the location | RA | I |

### 2. Service availability

#### 2.1. Install service

| **Activity** | **Customer** | **OVHcloud** |
| --- | --- | --- |
| Produce, route, deliver and maintain physical machines | I | RA |
| Process incidents on the service (tickets and contacts) | AI | RA |
""",
        (Dialect.LETTERS_PER_PARTY, ("Customer", "OVHcloud")),
        "Learn about the capabilities (web site, Particular Conditions, etc ..) [1.1. Specify service as needed] Customer=RA, OVHcloud=CI",
        "Choose the location [1.1. Specify service as needed] Customer=RA, OVHcloud=I",
        "Produce, route, deliver and maintain physical machines [2.1. Install service] Customer=I, OVHcloud=RA",
        "Process incidents on the service (tickets and contacts) [2.1. Install service] Customer=AI, OVHcloud=RA",
    ),
    Case(
        "rows of dashes are duties of nobody",
        "a.md",
        """
| **Phase** | **AV Integrator** | **AEM Implementer** | **Strategy** | **Content** |
|---|---|---|---|---|
| *Day One: Project* |
| Agreement on Roles | RA | RA | RA | RA |
| Retail design includes wiring | - | - | - | - |
| Choose hardware | RAC | - | - | - |
| *Day Two* |
| Level 1 | I | I | RA | |
""",
        (Dialect.LETTERS_PER_PARTY, ("AV Integrator", "AEM Implementer", "Strategy", "Content")),
        "Agreement on Roles [Day One: Project] AV Integrator=RA, AEM Implementer=RA, Strategy=RA, Content=RA",
        "Retail design includes wiring [Day One: Project] -AV Integrator, -AEM Implementer, -Strategy, -Content",
        "Choose hardware [Day One: Project] AV Integrator=RAC, -AEM Implementer, -Strategy, -Content",
        "Level 1 [Day Two] AV Integrator=I, AEM Implementer=I, Strategy=RA",
    ),
    Case(
        "blank rows between sections",
        "a.md",
        """
| Responsibility | GSO | Platform Team | Shared Services | Application Team | Notes |
|---|---|---|---|---|---|
| **GitOps** | | | | | |
| FluxCD install | | RA | | | Platform Team manages |
| App onboarding | | RA | | C | App Team submits |
| | | | | | |
| **Security & Compliance** | | | | | |
| Define security policies | I | I | RA | I | GSO defines |
| Policy Exception Requests (PERs) | | | C | RA | App team |
""",
        (Dialect.LETTERS_PER_PARTY, ("GSO", "Platform Team", "Shared Services", "Application Team")),
        "FluxCD install [GitOps] Platform Team=RA +Notes:Platform Team manages",
        "App onboarding [GitOps] Platform Team=RA, Application Team=C +Notes:App Team submits",
        "Define security policies [Security & Compliance] GSO=I, Platform Team=I, Shared Services=RA, Application Team=I +Notes:GSO defines",
        "Policy Exception Requests (PERs) [Security & Compliance] Shared Services=C, Application Team=RA +Notes:App team",
    ),
    Case(
        "a legend of one row, tabs in cells",
        "a.md",
        """
| Responsible | Accountable | Consulted | Informed |
| :---- | :---- | :---- | :---- |
| Those who do the work to achieve the task. | The one ultimately answerable. |\tThose whose opinions are sought.|Those who are kept up-to-date.|

| Action|Threat Research | Detection Owner | Governance Comittee | Detection Consumer (e.g. GCSO/IR) |
| :---- | :------------- | :-------------- | :------------------ | :------ |
| New alert is created     | I |\tRA |\tC | I |
| Reporting an alert issue        | C | A  |    | R |
| Assign tasks | I | CI | RA | |
| Repository permissions problem\t| RAC |  |  I |   |
""",
        (Dialect.LETTERS_PER_PARTY, ("Threat Research", "Detection Owner", "Governance Comittee", "Detection Consumer (e.g. GCSO/IR)")),
        "New alert is created Threat Research=I, Detection Owner=RA, Governance Comittee=C, Detection Consumer (e.g. GCSO/IR)=I",
        "Reporting an alert issue Threat Research=C, Detection Owner=A, Detection Consumer (e.g. GCSO/IR)=R",
        "Assign tasks Threat Research=I, Detection Owner=CI, Governance Comittee=RA",
        "Repository permissions problem Threat Research=RAC, Governance Comittee=I",
    ),
    Case(
        "signs in names",
        "a.md",
        """
## 👥 Matriz RACI

| Atividade | 👤 Admin Sistema | Product Owner | Dev Team |
|-----------|:---:|:---:|:---:|
| 🔧 Deploy | **R** | A | C/I |
| Backup | R/A | I | - |
""",
        (Dialect.LETTERS_PER_PARTY, ("👤 Admin Sistema", "Product Owner", "Dev Team")),
        "🔧 Deploy [👥 Matriz RACI] 👤 Admin Sistema=R, Product Owner=A, Dev Team=CI",
        "Backup [👥 Matriz RACI] 👤 Admin Sistema=RA, Product Owner=I, -Dev Team",
    ),
    Case(
        "a key in one line",
        "a.csv",
        """
RACI Chart: Incident Management,,,,,
,,,,,
Process Step,Service Desk,Incident Manager,2nd Line,User,Comments
"1. Detect, log",R,A,,C,
"2. Categorise",R,A,C,,see KB
3. Escalate,R,"A,R",I,I,
Key: R=Responsible; A=Accountable; C=Consulted; I=Informed,,,,,
""",
        (Dialect.LETTERS_PER_PARTY, ("Service Desk", "Incident Manager", "2nd Line", "User")),
        "1. Detect, log Service Desk=R, Incident Manager=A, User=C",
        "2. Categorise Service Desk=R, Incident Manager=A, 2nd Line=C +Comments:see KB",
        "3. Escalate Service Desk=R, Incident Manager=AR, 2nd Line=I, User=I",
    ),
    Case(
        "dutch",
        "a.csv",
        """
Taak;Klant;Leverancier;Opmerking
Back-up controleren;I;R/A;dagelijks
Gebruikers aanmaken;A;R;
""",
        (Dialect.LETTERS_PER_PARTY, ("Klant", "Leverancier")),
        "Back-up controleren Klant=I, Leverancier=RA +Opmerking:dagelijks",
        "Gebruikers aanmaken Klant=A, Leverancier=R",
    ),
    Case(
        "letters parties first",
        "a.csv",
        """
Client,MSP,Task
A,R,Backup
I,R/A,Restore
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Backup Client=A, MSP=R",
        "Restore Client=I, MSP=RA",
    ),
    Case(
        "letters spelled out",
        "a.csv",
        """
Process,Sub-process,CIO,Service Provider,End user
Incident,Log,Informed,Responsible,Consulted
,Resolve,Accountable,Responsible,
Change,Approve,Accountable / Responsible,Support,-
""",
        (Dialect.LETTERS_PER_PARTY, ("CIO", "Service Provider", "End user")),
        "Log [Incident] CIO=I, Service Provider=R, End user=C",
        "Resolve [Incident] CIO=A, Service Provider=R",
        "Approve [Change] CIO=AR, Service Provider=S, -End user",
    ),
    Case(
        "several headers with a title each",
        "a.csv",
        """
1. Operations,,,
Activity,Client,MSP,Vendor
Backup,A,R,I
Patch,A,R,
2. Security,,,
Activity,Client,MSP,Vendor
SIEM,A,R,C
3. Projects,,,
Activity,Client,Partner,
ERP,A,R,
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP", "Vendor")),
        "Backup [1. Operations] Client=A, MSP=R, Vendor=I",
        "Patch [1. Operations] Client=A, MSP=R",
        "SIEM [2. Security] Client=A, MSP=R, Vendor=C",
        (Dialect.LETTERS_PER_PARTY, ("Client", "Partner")),
        "ERP [3. Projects] Client=A, Partner=R",
    ),
    Case(
        "sections with numbers of their own",
        "a.csv",
        """
Task,Client,MSP
Phase 1,,
Survey,A,R
Tier 2 support,,
Tickets,I,R/A
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Survey [Phase 1] Client=A, MSP=R",
        "Tickets [Tier 2 support] Client=I, MSP=RA",
    ),
    Case(
        "a template that nobody filled in",
        "a.csv",
        """
RACI template,,
Task,Client,MSP
Backup,,
Patch,,
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Backup",
        "Patch",
    ),
    Case(
        "more dashes and a question mark",
        "a.csv",
        """
Task,Client,MSP
Backup,?,R
Patch,−,A/R
Drill,A,‐
""",
        (Dialect.LETTERS_PER_PARTY, ("Client", "MSP")),
        "Backup -Client, MSP=R ~to be decided",
        "Patch -Client, MSP=AR",
        "Drill Client=A, -MSP",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_sheet_of_this_dialect_is_read(case: Case) -> None:
    check(case)
