"""Files that people hang on tickets: which are taken, what they are by their own bytes, and how they are called."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

MEGABYTE = 1024 * 1024
BIGGEST = 25 * MEGABYTE  # of one message, all files together
MOST = 10  # files of one message
HEAD = 64 * 1024  # bytes of a file that tell what it is
LONGEST = 150  # characters of a name
NAMELESS = "file"

PER_PERSON, PER_SIDE = 100, 400  # files within the hour
PLENTY = 1024 * MEGABYTE  # bytes of one person within the hour

WITHIN = 40  # bytes into a file where a box format says what it holds
ZIP, OLE, TEXT = "application/zip", "application/x-ole-storage", "text/plain"
# how each kind begins; the first that fits is what the file is, whatever it is called
BEGINS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"{\\rtf", "application/rtf"),
    (b"ElfFile\x00", "application/x-ms-evtx"),
    (b"\x0a\x0d\x0d\x0a", "application/x-pcapng"),
    (b"\xd4\xc3\xb2\xa1", "application/vnd.tcpdump.pcap"),
    (b"\xa1\xb2\xc3\xd4", "application/vnd.tcpdump.pcap"),
    (b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
)
# what a file may be called, and what it then has to be
ENDINGS: dict[str, frozenset[str]] = {
    "pdf": frozenset({"application/pdf"}),
    "png": frozenset({"image/png"}),
    **dict.fromkeys(("jpg", "jpeg"), frozenset({"image/jpeg"})),
    "gif": frozenset({"image/gif"}),
    "webp": frozenset({"image/webp"}),
    **dict.fromkeys(("heic", "heif"), frozenset({"image/heic"})),
    **dict.fromkeys(("tif", "tiff"), frozenset({"image/tiff"})),
    "bmp": frozenset({"image/bmp"}),
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "ods", "odp", "vsdx"), frozenset({ZIP})),
    **dict.fromkeys(("doc", "xls", "ppt", "vsd"), frozenset({OLE, "application/rtf"})),
    "rtf": frozenset({"application/rtf"}),
    **dict.fromkeys(
        ("txt", "log", "csv", "tsv", "json", "xml", "yaml", "yml", "md", "ini", "conf", "cfg", "out", "err"), frozenset({TEXT})
    ),
    "reg": frozenset({TEXT}),
    "evtx": frozenset({"application/x-ms-evtx"}),
    **dict.fromkeys(("pcap", "cap"), frozenset({"application/vnd.tcpdump.pcap", "application/x-pcapng"})),
    "pcapng": frozenset({"application/x-pcapng"}),
    "zip": frozenset({ZIP}),
    **dict.fromkeys(("gz", "tgz"), frozenset({"application/gzip"})),
    "7z": frozenset({"application/x-7z-compressed"}),
    "bz2": frozenset({"application/x-bzip2"}),
    "xz": frozenset({"application/x-xz"}),
    "rar": frozenset({"application/vnd.rar"}),
    "zst": frozenset({"application/zstd"}),
    "tar": frozenset({"application/x-tar"}),
    "eml": frozenset({TEXT}),
    "msg": frozenset({OLE}),
    "dat": frozenset({"application/vnd.ms-tnef"}),
}
WORDS = "documents, images, logs, archives and mail"
ROTATED = re.compile(r"\d{1,3}|\d{8}")  # app.log.1, app.log-20261124
BELL, TAB, ESCAPE = 7, 9, 27  # the control characters of logs lie between; escape begins a colour
ANY_TEXT = frozenset({*range(BELL, 14), ESCAPE})


@dataclass(frozen=True)
class Offered:
    """A file as somebody hands it in: the name it came with, how big it is, its first bytes, and how to read it all."""

    name: str
    size: int
    head: bytes
    chunks: Callable[[], Iterable[bytes]]


def kind_of(head: bytes) -> str:
    """Return the media type that a file's first bytes show; empty for what is none of ours. What the sender says of it is never asked."""
    for begins, kind in BEGINS:
        if head.startswith(begins):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"heif"}:
        return "image/heic"
    if head[257:262] == b"ustar":
        return "application/x-tar"
    return TEXT if is_text(head) else ""


def is_text(head: bytes) -> bool:
    """Say whether these bytes are a text: UTF-8 or an older letter set without control characters, or UTF-16 that says so."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "\x00" not in head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    return bool(head) and all(byte >= 32 or byte in ANY_TEXT for byte in head)  # noqa: PLR2004 - where control characters end


def clean_name(given: str) -> str:
    """Return a name fit to be shown and sent: its last part alone, on one line, read in one direction, its ending kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given.encode(errors="replace").decode()))[-1]
    shown = "".join(" " if one.isspace() else one for one in last if unicodedata.category(one)[0] != "C" or one.isspace())
    name = " ".join(shown.split()).strip(". ")
    if len(name) <= LONGEST:
        return name or NAMELESS
    ending = ending_of(name)
    kept = f".{ending}" if ending and len(ending) < LONGEST // 10 else ""
    return name[: LONGEST - len(kept)].rstrip(". ") + kept


def ending_of(name: str) -> str:
    """Return what stands behind the last dot, in lower case; empty where there is none."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def why_not(name: str, kind: str, size: int) -> str:
    """Say why a file is not taken, in words for who chose it; empty when it is. `name` is clean."""
    if size == 0:
        return f"{name} is empty. Choose the file again."
    if size > BIGGEST:
        return f"{name} is larger than 25 MB. Cut it, or say where the other side can fetch it."
    ending = ending_of(name)
    unnamed = not ending or ROTATED.fullmatch(ending) or "-" in ending
    may_be = frozenset({TEXT}) if unnamed else ENDINGS.get(ending, frozenset())
    if kind in may_be:
        return ""
    if unnamed or ending not in ENDINGS:
        return f"{name} is of a kind that is not taken here. Attach {WORDS}; put anything else into a zip archive."
    return f"{name} is not what its name says. Save it again under its right ending, or put it into a zip archive."


def too_much(sizes: Iterable[int]) -> str:
    """Say why so many files are not taken in one message; empty when they are."""
    every = list(sizes)
    if len(every) > MOST:
        return f"A message takes {MOST} files. Put them into one archive, or send them in two messages."
    if sum(every) > BIGGEST:
        return "The files of one message may have 25 MB together. Send them in two messages, or cut them."
    return ""
