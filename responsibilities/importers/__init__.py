"""Other people's matrices, read: spreadsheets, comma files, Markdown and AsciiDoc tables, in every dialect they come in.

Pure: nothing here knows the framework or the database. Whatever a file says ends in the reading; whatever is not understood is told.
"""

from responsibilities.importers import apart, asciidoc, files, grid, markdown, separated, tables, xlsx
from responsibilities.importers.apart import read_apart
from responsibilities.importers.reading import CannotRead, Dialect, Line, Part, Reading, Table

__all__ = ["CannotRead", "Dialect", "Line", "Part", "Reading", "Table", "apart", "read", "read_apart"]

TEXTS = {"asciidoc": asciidoc.read, "markdown": markdown.read, "separated": separated.read}


def read(name: str, content: bytes) -> Reading:
    """Return what a file says; raise CannotRead in words where it cannot be read.

    The format is told by the content; the name only must not claim another.
    """
    files.check(name, content)
    if files.is_zip(content):
        return tables.read(xlsx.read(content))
    text = files.text_of(content)
    if text.count("\n") > grid.MOST_CELLS:
        raise CannotRead(grid.too_many())
    return tables.read(TEXTS[files.kind_of(text)](text))
