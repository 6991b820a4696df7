"""The archive that a workbook is: checked part by part before anything reads it, and packed anew so that only checked bytes are read."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from responsibilities.importers.grid import MOST_CELLS, too_many
from responsibilities.importers.reading import CannotRead

MOST_PARTS = 1_000
MOST_SHEETS = 60
MOST_UNPACKED = 48 * 1024 * 1024
MOST_RATIO = 250  # a sheet of nothing but blanks shrinks about a hundredfold
SMALL = 1024 * 1024  # below this no ratio hurts
CHUNK = 256 * 1024
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
NAMED_CELLS = 600_000  # of one sheet, from its first cell to its last, blank ones too
BEFORE_A = 64  # where the alphabet begins

OURS = re.compile(r"\.(xml|rels)$", re.IGNORECASE)
UNUSED = re.compile(
    r"^(docProps|customXml|xl/(theme|drawings|media|charts|printerSettings|comments|threadedComments|persons|pivot|slicer))", re.IGNORECASE
)
DECLARATION = re.compile(
    rb"<!\s*(?:DOCTYPE|ENTITY)|\A(?:\xff\xfe|\xfe\xff|<\x00|\x00<)", re.IGNORECASE
)  # or an alphabet where it would hide
DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^<>]*>")  # what a sheet says of its own size is not believed
TAG = re.compile(rb"<(?:\w+:)?(row|c)\b([^<>]*)>")
PLACED = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([^\"']*)[\"']")
PLACE = re.compile(rb"([A-Z]{1,3})?([1-9]\d{0,6})")
SHEET = re.compile(r"(^|/)(work|chart|dialog|macro)sheets/[^/]+\.xml$", re.IGNORECASE)

BOMB = "This workbook unpacks to far more than a matrix holds. Copy the sheets that say who does what into a new workbook and try again."
BROKEN = "This workbook is damaged. Open it in a spreadsheet, save it anew as .xlsx, and try again."
DECLARES = "This workbook declares document types of its own, which no spreadsheet does. Save it anew as .xlsx and try again."
MACROS = "This workbook holds macros. Save it as .xlsx, without them, and try again."
LINKED = "This workbook takes values from other files. Save it with values only, without links to other workbooks, and try again."
PROTECTED = "This workbook is protected with a password. Take the password off, save it, and try again."


def checked(content: bytes) -> bytes:
    """Return the workbook's archive packed anew, with the parts that say something; refuse what could hurt."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_list(parts)
            return _packed(archive, [part for part in parts if OURS.search(part.filename) and not UNUSED.match(part.filename)])
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, UnicodeDecodeError, ValueError, KeyError) as trouble:
        raise CannotRead(BROKEN) from trouble


def _check_list(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse by what the archive's list says."""
    names = [part.filename.lower() for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise CannotRead(PROTECTED)
    _check_names(names)
    if len(parts) > MOST_PARTS or len(set(names)) != len(names) or any(part.compress_type not in {0, 8} for part in parts):
        raise CannotRead(BROKEN)
    if sum(part.file_size for part in parts) > MOST_UNPACKED or any(_swells(part, part.file_size) for part in parts):
        raise CannotRead(BOMB)


def _check_names(names: list[str]) -> None:
    """Refuse by what the parts are called."""
    if any(name.endswith("vbaproject.bin") for name in names):
        raise CannotRead(MACROS)
    if any("externallinks/" in name for name in names):
        raise CannotRead(LINKED)
    if "xl/workbook.bin" in names:
        raise CannotRead("This is a binary workbook (.xlsb). Save it as .xlsx and try again.")
    if "xl/workbook.xml" not in names:
        raise CannotRead(_other(names))
    if sum(bool(SHEET.search(name)) for name in names) > MOST_SHEETS:
        raise CannotRead(f"This workbook has more than {MOST_SHEETS} sheets. Keep those that say who does what, and try again.")


def _other(names: list[str]) -> str:
    """Say what an archive is that is no workbook."""
    if "word/document.xml" in names:
        return "This is a Word document, not a table. Copy its table into a spreadsheet, save it as .xlsx, and try again."
    if "mimetype" in names and "content.xml" in names:
        return "This is an OpenDocument file. Save it as .xlsx and try again."
    return "This is an archive, not a workbook. Give the .xlsx, .csv, .md or .adoc file itself."


def _swells(part: zipfile.ZipInfo, size: int) -> bool:
    return size > SMALL and size > MOST_RATIO * max(part.compress_size, 1)


def _packed(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bytes:
    """Unpack each part, count and look at what is really in it, and store it in a new archive."""
    stored = io.BytesIO()
    left, cells = MOST_UNPACKED, MOST_CELLS
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as ours:
        for part in parts:
            said = b"".join(_unpacked(archive, part, left))
            left -= len(said)
            if DECLARATION.search(said):
                raise CannotRead(DECLARES)
            if SHEET.search(part.filename):
                said = DIMENSION.sub(b"", said)
                cells -= _cells(said)
                if cells < 0:
                    raise CannotRead(too_many())
            ours.writestr(zipfile.ZipInfo(part.filename), said)
    return stored.getvalue()


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """Return a part piece by piece; refuse as soon as it is more than it says."""
    size = 0
    with archive.open(part) as stream:
        while piece := stream.read(CHUNK):
            size += len(piece)
            if size > most or size > part.file_size or _swells(part, size):
                raise CannotRead(BOMB)
            yield piece


def _cells(sheet: bytes) -> int:
    """Return how many cells a sheet writes; refuse one whose first and last cell lie too far apart, or that has impossible places."""
    row = column = count = 0
    rows, columns = [LAST_ROW, 0], [LAST_COLUMN, 0]
    for tag in TAG.finditer(sheet):
        is_row = tag.group(1) == b"row"
        letters, number = _place(tag.group(2))
        row = number or row + is_row
        column = 0 if is_row else _column(letters) if letters else column + 1
        if is_row or tag.group(2).endswith(b"/"):
            continue
        count += 1
        rows = [min(rows[0], row), max(rows[1], row)]
        columns = [min(columns[0], column), max(columns[1], column)]
    if rows[1] > LAST_ROW or columns[1] > LAST_COLUMN:
        raise CannotRead(BROKEN)
    if count and (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) > NAMED_CELLS:
        raise CannotRead(too_many())
    return count


def _place(attributes: bytes) -> tuple[bytes, int]:
    """Return the column's letters and the row that a cell or row says it stands at; nothing where it does not say."""
    placed = PLACED.search(attributes)
    if placed is None:
        return b"", 0
    found = PLACE.fullmatch(placed.group(1))
    if found is None:
        raise CannotRead(BROKEN)
    return found.group(1) or b"", int(found.group(2))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - BEFORE_A
    return number
