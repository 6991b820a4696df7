"""The files that a version can be downloaded as, by the word that addresses and programs call them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from responsibilities.exporters import appendix, document, fedramp, requirements, sheet, table
from responsibilities.exporters.document import Document

Serves = Mapping[str, Sequence[str]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
PDF = "application/pdf"
NEVER_OPENED = "default-src 'none'; sandbox"
UNSAFE = re.compile(r"[^\w ,.()-]+")
LONGEST = 80  # characters of a client's name in the name of a file


@dataclass(frozen=True)
class File:
    """One kind of file: what it is called in names, its type, and how it is made. `serves` asks for what each duty serves."""

    name: str
    suffix: str
    words: str
    media_type: str
    make: Callable[[Document, Serves], bytes]
    serves: bool = False


FILES: Mapping[str, File] = {
    "xlsx": File("matrix", "xlsx", "responsibility matrix", XLSX, lambda found, _: sheet.matrix(found)),
    "csv": File("matrix", "csv", "responsibility matrix", CSV, lambda found, _: table.matrix(found)),
    "pdf": File("appendix", "pdf", "appendix", PDF, lambda found, _: appendix.pdf(found)),
    "requirements-xlsx": File("nist-800-171", "xlsx", "NIST SP 800-171 responsibilities", XLSX, requirements.workbook, serves=True),
    "requirements-csv": File("nist-800-171", "csv", "NIST SP 800-171 responsibilities", CSV, requirements.comma_separated, serves=True),
    "fedramp-xlsx": File("crm", "xlsx", "customer responsibility matrix", XLSX, fedramp.workbook, serves=True),
}


def headers(file: File, found: Document) -> dict[str, str]:
    """Return how a file is sent: kept by whoever asked and by nobody between, and never opened inside our pages."""
    return {
        "Content-Type": file.media_type,
        "Content-Disposition": disposition(file, found),
        "Content-Security-Policy": NEVER_OPENED,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


def disposition(file: File, found: Document) -> str:
    """Return how a browser is to keep a file: never to open it, under a plain name, or where it can under the client's own."""
    plain = f"{found.content.client}-{file.name}-v{found.number}{'' if found.signed else '-draft'}.{file.suffix}"
    client = " ".join(UNSAFE.sub(" ", found.client).split())[:LONGEST]
    unsigned = "" if found.signed else f", {document.UNSIGNED.lower()}"
    full = f"{client}, {file.words}, version {found.number}{unsigned}.{file.suffix}"
    return f"attachment; filename=\"{UNSAFE.sub('-', plain)}\"; filename*=UTF-8''{quote(full, safe='')}"
