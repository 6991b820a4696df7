"""The only module that sends mail: one message to one address, and a door that shuts while the mail server is away."""

import smtplib
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from comanaged.notices.domain import naming

REST = 60.0  # seconds for which nobody knocks at a mail server that did not open
SUBJECT = 200  # letters
REFUSED = 500  # from here on a mail server says never
AWAY = (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, smtplib.SMTPAuthenticationError, smtplib.SMTPHeloError)
shut_until = 0.0


class Away(Exception):
    """The mail server did not answer a moment ago, so it is not asked now."""


class NeverTaken(Exception):
    """The mail server says that this address takes no mail, now or later."""


def message_id(key: str) -> str:
    """Return what a message is called by its key in the outbox; a second copy has the same name."""
    return f"<notice.{key.replace(':', '.')}@{urlsplit(settings.ADDRESS).hostname}>"


def mail(
    name: str,
    address: str,
    subject: str,
    text: str,
    *,
    key: str,
    headers: Mapping[str, str] | None = None,
    from_name: str = "",
    sender: str = "",
) -> None:
    """Send one message to one address. The same `key` or Message-ID says that a second copy is one.

    `sender` is the address it comes from, and to which it comes back where it cannot be delivered; empty for the installation's own.
    Raises Away while the mail server rests, NeverTaken where it refused the address for good, and what else a mail server raises.
    """
    if time.monotonic() < shut_until:
        raise Away
    message = _message(name, address, subject, text, key=key, headers=headers or {}, from_name=from_name, sender=sender)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as trouble:
        if all(code >= REFUSED for code, _ in trouble.recipients.values()):
            raise NeverTaken(address) from trouble
        raise
    except AWAY:
        _shut()
        raise
    except smtplib.SMTPException:  # it is there and said no to this message; an OSError too, so it is told apart here
        raise
    except OSError:
        _shut()
        raise


def _shut() -> None:
    """Let nobody knock for a while."""
    global shut_until  # noqa: PLW0603 - one door per process
    shut_until = time.monotonic() + REST


def _message(
    name: str, address: str, subject: str, text: str, *, key: str, headers: Mapping[str, str], from_name: str, sender: str
) -> EmailMessage:
    """Return the message; the envelope has the bare addresses, so no name can add to them."""
    envelope = sender or settings.DEFAULT_FROM_EMAIL
    shown = {"To": naming.mailbox(name, address)}
    if from_name:
        shown["From"] = naming.mailbox(from_name, envelope)
    own = {"Message-ID": message_id(key), "X-Auto-Response-Suppress": "All"}
    kept = {word: naming.one_line(value) for word, value in headers.items()}
    return EmailMessage(
        subject=naming.encoded(naming.one_line(subject)[:SUBJECT]),
        body=text,
        from_email=envelope,
        to=[address],
        headers={**own, **kept, **shown},
    )
