"""The text of a body in compressed RTF, as Outlook packs it into a winmail.dat; whatever the bytes, text or nothing."""

import re
import struct

from compressed_rtf import decompress
from striprtf.striprtf import remove_pict_groups, rtf_to_text

BIGGEST = 256 * 1024  # bytes, packed
LONGEST = 1024 * 1024  # bytes, unpacked
FONTS = 200  # whose character sets are kept
FIELD = re.compile(r"\\field\{", re.IGNORECASE)
FONT = re.compile(r"\\f(?P<font>\d{1,5})(?!\d)|\\fcharset(?P<charset>\d{1,3})(?!\d)")
SIZES = struct.Struct("<II")  # how long it is packed, and unpacked


def text_of(packed: bytes) -> str:
    """Return what a reader of the body would read; "" where it cannot be unpacked, or is larger than any letter."""
    if not SIZES.size < len(packed) <= BIGGEST:
        return ""
    try:
        if SIZES.unpack_from(packed)[1] > LONGEST:
            return ""
        rtf = decompress(packed)[:LONGEST].decode("latin-1")
        text = str(rtf_to_text(tame(rtf), errors="replace"))  # type: ignore[no-untyped-call]
    except Exception:  # two libraries read what anybody may have sent
        return ""
    return text.replace("\r\n", "\n").replace("\x00", "").strip("\n") + "\n" if text.strip() else ""


def tame(rtf: str) -> str:
    """Return a text in which the library that reads it finds no link and one short table of fonts, since it takes hours for some of them.

    The words of a link stay. Pictures go first: what is cut out could put together what was tamed.
    """
    whole = remove_pict_groups(rtf).replace("\\bin", "\\bi ")  # type: ignore[no-untyped-call]
    _, begins, rest = FIELD.sub(r"\\field {", whole).partition("{")
    fonts: dict[str, str] = {}
    font = ""
    for found in FONT.finditer(rest):
        if found["font"]:
            font = found["font"]
        elif font and len(fonts) < FONTS:
            fonts.setdefault(font, found["charset"])
    table = "".join(f"{{\\f{number}\\fcharset{charset} x;}}" for number, charset in fonts.items())
    return f"{begins}{{\\fonttbl{table}}}{rest}" if begins else ""
