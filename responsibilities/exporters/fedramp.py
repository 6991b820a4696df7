"""The customer responsibility matrix in the shape that FedRAMP's template has: what can be inherited, and what is left to whom.

It has the template's columns, and NIST SP 800-171 requirements where the template has controls of NIST SP 800-53.
"""

from collections.abc import Mapping, Sequence

from responsibilities.exporters import requirements, sheet
from responsibilities.exporters.document import Document
from responsibilities.exporters.requirements import Requirement, Whose

HEADINGS = ("Control ID", "Can Be Inherited from CSP", "Specific Inheritance and Customer Agency/CSP Responsibilities")
WIDTHS = (16, 16, 130)
INHERITED = {Whose.PROVIDER: "Yes", Whose.SHARED: "Partial", Whose.CLIENT: "No", Whose.NOBODY: "No"}
GUIDANCE = (
    (
        "Control ID",
        "A requirement of NIST SP 800-171 Rev. 2. Where your assessor asks for controls of NIST SP 800-53, map them from these.",
    ),
    ("CSP", "Here: the provider of managed services."),
    ("Customer Agency", "Here: the client."),
    ("Yes", "The provider's people do all that serves the requirement. The client still oversees it and keeps the proof."),
    ("Partial", "People of both sides do parts of it; the text says which."),
    ("No", "The client's own people do it, or nobody does."),
)


def workbook(found: Document, serves: Mapping[str, Sequence[str]] | None = None) -> bytes:
    """Return the matrix as a spreadsheet. Raise CannotExport."""
    rows = requirements.requirements(found, serves)
    book = sheet.Book(found)
    title = f"Customer Responsibility Matrix (CRM) of {found.client}"
    book.page("CRM Worksheet", title, HEADINGS, (cells(found, row) for row in rows), WIDTHS)
    book.page("Guidance", "How to read it, and which version this is", sheet.SAYS, guidance(found, rows), (28, 100))
    return book.closed()


def cells(found: Document, one: Requirement) -> tuple[str, str, str]:
    """Return a requirement as a row."""
    return one.key, INHERITED[one.whose], requirements.lines(said(found, one))


def said(found: Document, one: Requirement) -> list[str]:
    """Return who answers for what, in the template's order: what is inherited first, then what is left to the customer."""
    provider = found.content.party("provider")
    parts = [(f"Responsibilities of {provider}:", one.provider), ("Responsibilities of the customer:", one.client)]
    parts += [("Responsibilities of vendors:", one.vendors), ("Accountable:", one.accountable), ("Open:", one.open)]
    lines = [line for title, words in parts if words for line in (title, *words)]
    return (
        [one.text, *lines] if lines else [one.text, "Nobody's duty serves this requirement. The customer has to decide who answers for it."]
    )


def guidance(found: Document, rows: Sequence[Requirement]) -> list[tuple[str, str]]:
    """Return what the template's words mean here, and which version this is."""
    version = [pair for pair in requirements.legend(found, rows) if not pair[0].startswith("Requirements: ")]
    means = {word for word, _ in requirements.MEANS}
    return [*GUIDANCE, *(pair for pair in version if pair[0] not in means)]
