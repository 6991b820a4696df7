"""Sheets as the tests need them: made by hand, uploaded, read and decided by people of the cast."""

from datetime import UTC, datetime
from uuid import uuid4

from django.db import connection

from comanaged import tenancy
from comanaged.accounts.models import Organisation
from responsibilities.actions import importing
from responsibilities.importers.reading import Dialect, Line, Part, Reading, Table
from responsibilities.models import Upload
from tests.cast import Cast

AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
PARTIES = ("CIO", "IT", "MSP", "MSSP")


def part(party: str, cell: str) -> Part:
    """Return a cell such as "AR (severity 1)"."""
    letters, _, rest = cell.partition("(")
    return Part(party, tuple(letter for letter in letters if letter in "RASCI"), cell, rest.rstrip(")"), party, bool(letters.strip(" -")))


def line(number: int, duty: str, *cells: str, section: str = "", parties: tuple[str, ...] = PARTIES, **more: object) -> Line:
    """Return a row; its cells are those of the parties in order."""
    parts = tuple(part(party, cell) for party, cell in zip(parties, cells, strict=False) if cell)
    return Line(row=number + 1, number=number, ref=str(number), duty=duty, section=section, parts=parts, **more)  # type: ignore[arg-type]


def table(*lines: Line, parties: tuple[str, ...] = PARTIES, sheet: str = "RACI", dialect: Dialect = Dialect.LETTERS_PER_PARTY) -> Table:
    """Return a table of letters under parties."""
    return Table(sheet, dialect, (1,), parties, lines)


FIVE = Reading(
    "xlsx",
    (
        table(
            line(1, "Patch management & deployment", "I", "C (plant windows)", "A (deploys)", "C", section="Operations"),
            line(2, "Firewall administration (Palo Alto)", "I", "C", "R", "A (policies)", section="Operations"),
            line(3, "Security awareness training", "A", "C", "R (mail)", "A", section="Security"),
            line(4, "Forklift telematics", "C", "A", "R", "R", section="Plant"),
            line(5, "Backup & recovery ownership", "I", "C", "A (schedules, verifies)", "", section="Operations"),
        ),
    ),
    ((40, "C = consulted"),),
)


def bring(
    cast: Cast, found: Reading | Exception = FIVE, *, name: str = "Iris", tenant: Organisation | None = None, content: bytes = b"x"
) -> Upload:
    """Let somebody bring a file that a worker reads as `found`."""
    with cast.as_(name, tenant) as person:
        row = importing.upload("raci.xlsx", content, by=person, at=AT).upload
    work(row, found)
    return again(row)


def work(row: Upload, found: Reading | Exception) -> None:
    """Let a worker read a file."""
    token = uuid4()
    with tenancy.only([row.tenant_id]), connection.cursor() as cursor:
        cursor.execute("UPDATE responsibilities_upload SET lease_token = %s WHERE id = %s", [str(token), row.pk])

    def reader(name: str, content: bytes) -> Reading:
        if isinstance(found, Exception):
            raise found
        return found

    importing.read(row.pk, tenant_id=row.tenant_id, token=token, at=AT, reader=reader)


def again(row: Upload) -> Upload:
    """Return an upload as it is now."""
    with tenancy.only([row.tenant_id]):
        return Upload.objects.for_tenant(row.tenant_id).select_related("tenant").get(pk=row.pk)
