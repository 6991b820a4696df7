"""The text of a body in compressed RTF, as Outlook packs it into a winmail.dat; whatever the bytes, text or nothing."""

import struct

from compressed_rtf import decompress
from striprtf.striprtf import rtf_to_text

BIGGEST = 512 * 1024  # bytes, packed
LONGEST = 4 * 1024 * 1024  # bytes, unpacked
SIZES = struct.Struct("<II")  # how long it is packed, and unpacked


def text_of(packed: bytes) -> str:
    """Return what a reader of the body would read; "" where it cannot be unpacked, or is larger than any letter."""
    if not SIZES.size < len(packed) <= BIGGEST:
        return ""
    try:
        if SIZES.unpack_from(packed)[1] > LONGEST:
            return ""
        rtf = decompress(packed)[:LONGEST].decode("latin-1")
        text = str(rtf_to_text(rtf, errors="replace"))  # type: ignore[no-untyped-call]
    except Exception:  # two libraries read what anybody may have sent
        return ""
    return text.replace("\r\n", "\n").replace("\x00", "").strip("\n") + "\n" if text.strip() else ""
