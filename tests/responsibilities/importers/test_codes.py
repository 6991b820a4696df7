"""Codes that name the parties, with and without a legend."""

import pytest

from responsibilities.importers import Dialect
from tests.responsibilities.importers.telling import Case, check

CASES = [
    Case(
        "crm",
        "a.csv",
        """
FedRAMP CRM,,
Control ID,Can Be Inherited from CSP,Specific Inheritance and Customer Agency/CSP Responsibilities
AC-2,Partial,"Customers manage their own accounts"
AC-3,Yes,
IA-5,No,"Customers provide MFA"
""",
        (Dialect.CODES, ("CSP", "Customer")),
        "AC-2 CSP(partial), Customer(partial) +Specific Inheritance and Customer Agency/CSP Responsibilities:Customers manage their own accounts",
        "AC-3 CSP",
        "IA-5 Customer +Specific Inheritance and Customer Agency/CSP Responsibilities:Customers provide MFA",
    ),
    Case(
        "csp",
        "a.csv",
        """
Control ID,Requirement,Ownership,Notes
3.1.1,Limit access,CSP,
3.1.2,Limit types,CSC,
3.1.3,Flow,SH-S,each
3.1.4,Sep,SH-D,
3.1.5,Least,INH,
3.1.6,Logging,3PTY,
3.1.7,Training,GAP,
3.1.8,Wireless,N/A,
3.1.9,Mobile,TBD,
""",
        (Dialect.CODES, ("CSP", "CSC", "3PTY")),
        "3.1.1 Limit access CSP",
        "3.1.2 Limit types CSC",
        "3.1.3 Flow CSP(shared, each separately), CSC(shared, each separately) +Notes:each",
        "3.1.4 Sep CSP(shared, one depends on the other), CSC(shared, one depends on the other)",
        "3.1.5 Least CSP(inherited)",
        "3.1.6 Logging 3PTY",
        "3.1.7 Training -",
        "3.1.8 Wireless -",
        "3.1.9 Mobile - ~to be decided",
    ),
    Case(
        "google legend",
        "a.csv",
        """
PCI DSS responsibility matrix,,,
G,Google,,
C,Customer,,
G+C,Shared,,
Requirement,Description,Responsibility,Notes
1.1,Firewalls,G,
1.1.1,Formal process,C,cust
1.1.2,Diagram,G+C,both
""",
        (Dialect.CODES, ("Google", "Customer")),
        "1.1 Firewalls Google",
        "1.1.1 Formal process Customer +Notes:cust",
        "1.1.2 Diagram Google, Customer +Notes:both",
    ),
    Case(
        "no legend",
        "a.csv",
        """
Req,Title,Resp.
1.1,Firewalls,G
1.2,Process,C
1.3,Diagram,G + C
1.4,Other,G/C
""",
        (Dialect.CODES, ("G", "C")),
        "1.1 Firewalls G",
        "1.2 Process C",
        "1.3 Diagram G, C",
        "1.4 Other G, C",
    ),
    Case(
        "ps per party",
        "a.csv",
        """
Practice,Client,Managed Service Provider (MSP),Cloud
Limit access,P,S,
Limit types,Shared,Shared,
Flow,Joint,Joint,TBD
Train,S,P,N/A
""",
        (Dialect.CODES, ("Client", "Managed Service Provider (MSP)", "Cloud")),
        "Limit access Client(P), Managed Service Provider (MSP)(S)",
        "Limit types Client(shared), Managed Service Provider (MSP)(shared)",
        "Flow Client(joint), Managed Service Provider (MSP)(joint), -Cloud ~to be decided",
        "Train Client(S), Managed Service Provider (MSP)(P), -Cloud",
    ),
    Case(
        "ps one column",
        "a.md",
        """
**P** = Provider
**S** = Subscriber

| Control | Responsibility |
|---|---|
| AC-1 Policy | P |
| AC-2 Accounts | S |
| AC-3 Enforcement | Shared |
| AC-4 Flow | Joint |
| AC-5 Duties | TBD |
""",
        (Dialect.CODES, ("Provider", "Subscriber")),
        "AC-1 Policy Provider",
        "AC-2 Accounts Subscriber",
        "AC-3 Enforcement Provider(shared), Subscriber(shared)",
        "AC-4 Flow Provider(joint), Subscriber(joint)",
        "AC-5 Duties - ~to be decided",
    ),
    Case(
        "ccm",
        "a.csv",
        """
Question ID,Question,SSRM Control Ownership,CSP Implementation Description
A&A-01.1,Are audit policies established?,CSP-owned,We do
A&A-01.2,Reviewed?,CSC-owned,
A&A-02.1,Third,Shared CSP and CSC,
A&A-03.1,Fourth,3rd-party outsourced,
A&A-03.2,Fifth,Shared (Independent),
A&A-03.3,Sixth,Shared (Dependent),
""",
        (Dialect.CODES, ("CSP", "CSC", "3PTY")),
        "A&A-01.1 Are audit policies established? CSP +CSP Implementation Description:We do",
        "A&A-01.2 Reviewed? CSC",
        "A&A-02.1 Third CSP(shared), CSC(shared)",
        "A&A-03.1 Fourth 3PTY",
        "A&A-03.2 Fifth CSP(shared, each separately), CSC(shared, each separately)",
        "A&A-03.3 Sixth CSP(shared, one depends on the other), CSC(shared, one depends on the other)",
    ),
    Case(
        "several services",
        "a.csv",
        """
Control,AWS,Azure,On-prem
Physical,CSP,CSP,CSC
Patching,SH-S,CSP,CSC
Accounts,CSC,CSC,CSC
Odd,,maybe,GAP
""",
        (Dialect.CODES, ("CSP", "CSC")),
        "Physical CSP, CSP, CSC",
        "Patching CSP(shared, each separately), CSC(shared, each separately), CSP, CSC",
        "Accounts CSC, CSC, CSC",
        "Odd - ?Azure:maybe",
    ),
    Case(
        "sections",
        "a.csv",
        """
ID,Control,Owner code
Access control,,
AC-1,Policy,CSP
AC-2,Accounts,CSC
Awareness,,
AT-1,Training,SH-D
AT-2,Phishing,
""",
        (Dialect.CODES, ("CSP", "CSC")),
        "AC-1 Policy [Access control] CSP",
        "AC-2 Accounts [Access control] CSC",
        "AT-1 Training [Awareness] CSP(shared, one depends on the other), CSC(shared, one depends on the other)",
        "AT-2 Phishing [Awareness]",
    ),
    Case(
        "adoc",
        "a.adoc",
        """
|===
|Control |Code

|Policy |CSP
|Accounts |CSC + CSP
|Training |SH-S
|===
""",
        (Dialect.CODES, ("CSP", "CSC")),
        "Policy CSP",
        "Accounts CSC, CSP",
        "Training CSP(shared, each separately), CSC(shared, each separately)",
    ),
    Case(
        "tsv nbsp",
        "a.tsv",
        """
Control\tResponsible
Policy\t\u00a0CSP
Accounts\tCSC*
Flow\tCSP/CSC
""",
        (Dialect.CODES, ("CSP", "CSC")),
        "Policy CSP",
        "Accounts CSC",
        "Flow CSP, CSC",
    ),
    Case(
        "legend below",
        "a.csv",
        """
Control,Resp
Policy,CSP
Accounts,SH-S
Flow,CSC
,
Legend,
CSP,Cloud provider
CSC,Cloud customer
SH-S,Shared - separately
""",
        (Dialect.CODES, ("Cloud provider", "Cloud customer")),
        "Policy Cloud provider",
        "Accounts Cloud provider(shared, each separately), Cloud customer(shared, each separately)",
        "Flow Cloud customer",
    ),
    Case(
        "notes",
        "a.csv",
        """
Control;Resp;Who does which half
Policy;CSP (corporate);
Accounts;SH-D;"CSP runs, CSC reviews"
Flow;Unknown;
Net;CSC;
Sub;CSC;
""",
        (Dialect.CODES, ("CSP", "CSC")),
        "Policy CSP(corporate)",
        "Accounts CSP(shared, one depends on the other), CSC(shared, one depends on the other) +Who does which half:CSP runs, CSC reviews",
        "Flow ?Resp:Unknown",
        "Net CSC",
        "Sub CSC",
    ),
    Case(
        "unknown",
        "a.csv",
        """
Control,Resp
Policy,CSP
Accounts,QQQ
Flow,CSC
Net,CSC
Four,XYZ+CSP
""",
        (Dialect.CODES, ("CSP", "CSC")),
        "Policy CSP",
        "Accounts ?Resp:QQQ",
        "Flow CSC",
        "Net CSC",
        "Four ?Resp:XYZ+CSP",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_sheet_of_this_dialect_is_read(case: Case) -> None:
    check(case)
