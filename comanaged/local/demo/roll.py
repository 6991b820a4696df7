"""Who can sign in to the demonstration."""

from dataclasses import dataclass

NORTHWIND, LAKESIDE, HARBOR, PINE = "northwind", "lakeside", "harbor-dental", "pine-clinics"


@dataclass(frozen=True)
class Someone:
    """A person of the demonstration: how others see them, and what they are where."""

    name: str
    email: str
    role: str
    places: tuple[str, ...]
    signatory: bool = False
    words: str = ""


PEOPLE = (
    Someone("Iris", "iris@harbor-dental.example", "c_mgr", (HARBOR,), signatory=True, words="runs the IT of Harbor Dental"),
    Someone("Ivo", "ivo@harbor-dental.example", "c_tech", (HARBOR,), words="technician at Harbor Dental"),
    Someone("Lena", "lena@harbor-dental.example", "c_lead", (HARBOR,), signatory=True, words="leads Harbor Dental"),
    Someone("Pine's manager", "manager@pine-clinics.example", "c_mgr", (PINE,), signatory=True, words="runs the IT of Pine Clinics"),
    Someone("Tariq", "tariq@northwind.example", "p_tech", (HARBOR, PINE), words="technician at Northwind MSP, serves both"),
    Someone("Tess", "tess@northwind.example", "p_lead", (HARBOR, PINE), signatory=True, words="leads the desk of Northwind MSP"),
    Someone("Olga", "olga@lakeside.example", "p_admin", (LAKESIDE,), words="of another provider; sees nothing of all this"),
)


def accounts(password: str) -> list[str]:
    """Return, in lines to print, who can sign in and with what."""
    width = max(len(one.email) for one in PEOPLE)
    people = (f"  {one.email:<{width}}  {one.name}, {one.words}" for one in PEOPLE)
    asks = (
        f"Jo Reyes of the front desk only asks: open /{HARBOR}/requests/, with the code that is mailed to front-desk@harbor-dental.example"
    )
    return [f"Sign in with the password {password} as", *people, asks]
