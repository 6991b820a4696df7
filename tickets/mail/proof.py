"""What a receiving mail server says about who sent a mail, and what of a mail is a mere thank-you."""

# ruff: noqa: RUF001 - letters of other languages look like Latin ones

import re
from collections.abc import Sequence

REMARK = re.compile(r"\([^()]*\)|\"[^\"]*\"")
THANKS = re.compile(
    r"\b(thanks?|thank you|thx|cheers|danke\w*|vielen dank|merci|gracias|grazie|obrigad[oa]|bedankt|dank je|tack|takk?|kiitos|dzięk\w*|děkuj\w*|"
    r"спасибо|köszön\w*|teşekkür\w*|mulțumesc|works now|all good)\b|^\W*(perfect|great|super|prima|solved)\b|ありがとう|谢谢|謝謝|감사",
    re.IGNORECASE,
)
# what says that there is more to it than thanks: a denial, a but, an again
DOUBT = re.compile(
    r"n['’]t\b|\b(not|no|never|still|again|but|however|only|unfortunately|nicht|kein\w*|noch|wieder|aber|leider|pas|plus|encore|toujours|mais|"
    r"non|ancora|però|ma|aún|todavía|pero|sin|não|ainda|mas|niet|nog|maar|helaas|inte|ikke|ännu|enda|ei|vielä|nie|jeszcze|ale|ne|ještě|"
    r"не|ещё|еще|но|nem|még|değil|ama|nu|încă)\b|ない|まだ|没|不|沒",
    re.IGNORECASE,
)
SHORT = 200  # characters of a text that only thanks


def passed(lines: Sequence[str], server: str, domain: str) -> bool:
    """Say whether our own mail server found, by DMARC, that a mail is from this domain.

    Only the topmost line under the server's name counts: what is below came with the mail. `lines` are the Authentication-Results, the
    topmost first; without a server nobody is believed.
    """
    wanted = f"header.from={domain.lower()}"
    return bool(domain) and any(words[:1] == ["dmarc=pass"] and wanted in words for words in _results(lines, server))


def forged(lines: Sequence[str], server: str) -> bool:
    """Say whether our own mail server found, by DMARC, that a mail is not from where it says."""
    return any(words[:1] == ["dmarc=fail"] for words in _results(lines, server))


def _results(lines: Sequence[str], server: str) -> list[list[str]]:
    """Return what our own mail server found, each result in words."""
    own = next((line for line in lines if server and _said_by(line) == server.lower()), "")
    return [result.split() for result in REMARK.sub(" ", own).lower().split(";")[1:]]


def _said_by(line: str) -> str:
    return next(iter(REMARK.sub(" ", line).partition(";")[0].lower().split()), "")


def thanks(text: str, *, files: bool) -> bool:
    """Say whether a text does nothing but thank: short, no question, no doubt, no file. In doubt it says more than thanks."""
    return (
        not files and len(text) <= SHORT and "?" not in text and "？" not in text and bool(THANKS.search(text)) and not DOUBT.search(text)
    )
