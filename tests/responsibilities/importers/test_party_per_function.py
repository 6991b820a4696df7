"""Names under functions, with footnotes."""

import pytest

from responsibilities.importers import Dialect
from tests.responsibilities.importers.telling import Case, check

CASES = [
    Case(
        "adoc",
        "a.adoc",
        """
[cols="2a,3a,3a,3a",options="header"]
|===
|Resource |Incident and operations management |Change management |Disaster recovery
|Customer data |Customer |Customer |Customer
|Logging |Red{nbsp}Hat |Red Hat and Customer |Red Hat and customer
|Networking |Red Hat ^[1]^ |Red Hat and Customer ^[2]^ |Red Hat
|===
1. If the customer uses another plugin.
""",
        (Dialect.PARTY_PER_FUNCTION, ("Customer", "Red Hat")),
        "Customer data Customer, Customer, Customer",
        "Logging Red Hat, Red Hat, Customer, Red Hat, Customer",
        "Networking Red Hat(^[1]^), Red Hat(^[2]^), Customer(^[2]^), Red Hat",
    ),
    Case(
        "md",
        "a.md",
        """
|  **Resource**  |  **Incident management**  |  **Change management**  |
| --- | --- | --- |
|  **Customer data**  | Customer | Customer |
|  **Logging**  | Red Hat | Red Hat and customer |
|  **Platform** | Red Hat | Red Hat |
""",
        (Dialect.PARTY_PER_FUNCTION, ("Customer", "Red Hat")),
        "Customer data Customer, Customer",
        "Logging Red Hat, Red Hat, Customer",
        "Platform Red Hat, Red Hat",
    ),
    Case(
        "layers",
        "a.csv",
        """
Layer,IaaS,PaaS,SaaS
Data,Customer,Customer,Customer
Apps,Customer,Customer,Provider
OS,Customer,Shared,Provider
Hosts,Provider,Provider,Provider
""",
        (Dialect.PARTY_PER_FUNCTION, ("Customer", "Provider")),
        "Data Customer, Customer, Customer",
        "Apps Customer, Customer, Provider",
        "OS Customer, Customer(shared), Provider(shared), Provider",
        "Hosts Provider, Provider, Provider",
    ),
    Case(
        "sections footnotes",
        "a.csv",
        """
Resource,Build,Run,Notes
Network,,,
Wifi,Provider,Provider and client,
LAN,Client*,Provider,
Servers,,,
VMs,Provider,Client / Provider,x
* with approval,,,
""",
        (Dialect.PARTY_PER_FUNCTION, ("Provider", "Client")),
        "Wifi [Network] Provider, Provider, Client",
        "LAN [Network] Client(*), Provider",
        "VMs [Servers] Provider, Client, Provider +Notes:x",
    ),
    Case(
        "responsibility azure md",
        "a.md",
        """
|Responsibility|SaaS|PaaS|IaaS|On-prem|
|---|---|---|---|---|
|Information and data|Customer|Customer|Customer|Customer|
|Applications|Microsoft|Shared|Customer|Customer|
|Physical hosts|Microsoft|Microsoft|Microsoft|Customer|
""",
        (Dialect.PARTY_PER_FUNCTION, ("Customer", "Microsoft")),
        "Information and data Customer, Customer, Customer, Customer",
        "Applications Microsoft, Customer(shared), Microsoft(shared), Customer, Customer",
        "Physical hosts Microsoft, Microsoft, Microsoft, Customer",
    ),
    Case(
        "n/a",
        "a.csv",
        """
Area,Design,Build,Operate
Backup,Client,MSP,MSP
Patching,N/A,MSP,"MSP, Client"
Drill,Client,-,TBD
""",
        (Dialect.PARTY_PER_FUNCTION, ("Client", "MSP")),
        "Backup Client, MSP, MSP",
        "Patching -, MSP, MSP, Client",
        "Drill Client, -, - ~to be decided",
    ),
    Case(
        "tsv nbsp",
        "a.tsv",
        """
Component\tDesign\tBuild\tRun
Network\tProvider\tProvider\u00a0and\u00a0Client\tProvider
Servers\tClient\tProvider\tClient
""",
        (Dialect.PARTY_PER_FUNCTION, ("Provider", "Client")),
        "Network Provider, Provider, Client, Provider",
        "Servers Client, Provider, Client",
    ),
    Case(
        "quoted lists",
        "a.csv",
        """
Area,Plan,Deliver,Support
Backup,"Client, MSP",MSP,"MSP
Client"
Identity,Client,Client,MSP
""",
        (Dialect.PARTY_PER_FUNCTION, ("Client", "MSP")),
        "Backup Client, MSP, MSP, MSP, Client",
        "Identity Client, Client, MSP",
    ),
    Case(
        "with ids",
        "a.csv",
        """
ID,Service,Monitoring,Changes
7a,Wifi,Provider,Client
7b,Mail,Provider,Both
8,Phones,Client,Client
""",
        (Dialect.PARTY_PER_FUNCTION, ("Provider", "Client")),
        "7a Wifi Provider, Client",
        "7b Mail Provider, Provider(both), Client(both)",
        "8 Phones Client, Client",
    ),
    Case(
        "bold md sections",
        "a.md",
        """
| Layer | Build | Operate |
|---|---|---|
| **Infrastructure** | | |
| Hosts | Provider | Provider |
| **Applications** | | |
| ERP | Customer | Provider and customer |
""",
        (Dialect.PARTY_PER_FUNCTION, ("Provider", "Customer")),
        "Hosts [Infrastructure] Provider, Provider",
        "ERP [Applications] Customer, Provider, Customer",
    ),
    Case(
        "three parties",
        "a.csv",
        """
Resource,Incident management,Change management,Compliance
Data,Customer,Customer,Customer
AWS software,AWS,AWS,AWS
Hardware,AWS,AWS,AWS
Cluster,Red Hat,Red Hat and Customer,Red Hat and AWS
Logs,Red Hat,Customer,Red Hat
""",
        (Dialect.PARTY_PER_FUNCTION, ("Customer", "AWS", "Red Hat")),
        "Data Customer, Customer, Customer",
        "AWS software AWS, AWS, AWS",
        "Hardware AWS, AWS, AWS",
        "Cluster Red Hat, Red Hat, Customer, Red Hat, AWS",
        "Logs Red Hat, Customer, Red Hat",
    ),
    Case(
        "adoc spans",
        "a.adoc",
        """
[cols="1,1,1,1",options="header"]
|===
|Resource |Incidents |Changes |Recovery

|Data 3+|Customer
|Logging |Provider 2+|Provider and Customer
4+|*Hardware*
|Racks |Provider |Provider |Provider
|===
""",
        (Dialect.PARTY_PER_FUNCTION, ("Customer", "Provider")),
        "Data Customer, Customer, Customer",
        "Logging Provider, Provider, Customer, Provider, Customer",
        "Racks [Hardware] Provider, Provider, Provider",
    ),
    Case(
        "shared asked",
        "a.csv",
        """
Layer,IaaS,PaaS
Data,Customer,Customer
Runtime,Customer,Provider
Identity,Shared,Vendor
Network,Provider,Vendor
""",
        (Dialect.PARTY_PER_FUNCTION, ("Customer", "Provider", "Shared", "Vendor")),
        "Data Customer, Customer",
        "Runtime Customer, Provider",
        "Identity Shared, Vendor ~who shares it",
        "Network Provider, Vendor",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_sheet_of_this_dialect_is_read(case: Case) -> None:
    check(case)
