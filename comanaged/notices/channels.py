"""The only module that talks to the outside: mail for now."""

from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMessage


def mail(name: str, address: str, subject: str, text: str, *, key: str) -> None:
    """Send one message; the same `key` gives the same Message-ID, so a second copy can be told. Raises what the mail server raises."""
    host = settings.ADDRESS.split("//")[-1].split(":")[0]
    message = EmailMessage(
        subject=subject,
        body=text,
        to=[formataddr((" ".join(name.split()), address))],
        headers={
            "Message-ID": f"<notice.{key.replace(':', '.')}@{host}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    message.send()
