"""A version leaves the product as a file: who may take it, and the entry that says who did."""

from dataclasses import dataclass
from datetime import datetime

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from responsibilities.exporters import files
from responsibilities.models import Version
from responsibilities.queries import exporting

NAME = "matrix.exported"


@dataclass(frozen=True)
class Exported:
    """A file of a version, and the headers it is sent with."""

    body: bytes
    headers: dict[str, str]


def export(version: Version, kind: str, *, by: Actor, at: datetime) -> Exported:
    """Return a version as one of `files.FILES`. `version` comes with its tenant. Raise CannotExport where it does not fit into the file.

    Whoever may take what was signed may take what is open only if they may look at it too. The entry is written last, so that the turn
    to write entries, which alerts wait for as well, is never kept while a file is made.
    """
    access.require(by, "matrix.export_signed")
    if version.in_force_at is None:
        access.require(by, "matrix.view")
    file = files.FILES[kind]
    found = exporting.document(version, at)
    body = file.make(found, exporting.serves(by) if file.serves else {})
    trail.record(NAME, version, by=by, at=at, after={"file": kind, "state": found.standing, "content": found.mark})
    return Exported(body, files.headers(file, found))
