"""What a receiving mail server says about who sent a mail, and what of a mail is a mere thank-you."""

# ruff: noqa: RUF001 - letters of other languages look like Latin ones

import re
from collections.abc import Sequence

REMARK = re.compile(r"\([^()]*\)|\"[^\"]*\"")
THANKS = re.compile(
    r"\b(thanks?|thank you|thx|cheers|danke\w*|vielen dank|merci|gracias|grazie|obrigad[oa]|bedankt|dank je|tack|takk?|kiitos|dzięk\w*|děkuj\w*|"
    r"спасибо|köszön\w*|teşekkür\w*|mulțumesc|perfect|great|works( now)?|solved|all good|super|prima)\b|ありがとう|谢谢|謝謝|감사",
    re.IGNORECASE,
)
SHORT = 200  # characters of a text that only thanks


def passed(lines: Sequence[str], server: str, domain: str) -> bool:
    """Say whether our own mail server found, by DMARC, that a mail is from this domain.

    Only the topmost line under the server's name counts: what is below came with the mail. `lines` are the Authentication-Results, the
    topmost first; without a server nobody is believed.
    """
    if not server or not domain:
        return False
    own = next((line for line in lines if _said_by(line) == server.lower()), "")
    for result in REMARK.sub(" ", own).lower().split(";")[1:]:
        words = result.split()
        if words[:1] == ["dmarc=pass"] and f"header.from={domain.lower()}" in words:
            return True
    return False


def _said_by(line: str) -> str:
    return next(iter(REMARK.sub(" ", line).partition(";")[0].lower().split()), "")


def thanks(text: str, *, files: bool) -> bool:
    """Say whether a text does nothing but thank: short, no question, no file."""
    return not files and len(text) <= SHORT and "?" not in text and "？" not in text and bool(THANKS.search(text))
