"""What an answer says, in plain text: files are unpacked, so that nothing hides in them."""

import io
import zipfile
from typing import Any

from tests.responsibilities import pdf


def words(answer: Any) -> str:
    """Return the text of an answer: of every part of a workbook, of every sheet of a PDF, of a page or JSON as it stands."""
    content: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return " ".join(packed.read(name).decode(errors="replace") for name in packed.namelist())
    return pdf.whole(content) if content.startswith(b"%PDF") else content.decode(errors="replace")
