"""What is read from an address: words and moments, refused where they cannot be."""

from datetime import datetime

from django.utils import timezone
from rest_framework.request import Request

from comanaged.accounts.access import Actor
from comanaged.accounts.api_auth import Problem
from responsibilities import forms


def word(request: Request, name: str) -> str:
    """Return a filter's word; one with a NUL is refused, because the database can hold none."""
    word = request.query_params.get(name, "")
    if "\x00" in word:
        raise Problem(400, "This is no word", f"Leave the NUL out of {name}.", {name: ["Leave the NUL out."]})
    return word


def moment(request: Request, by: Actor) -> datetime:
    asked = request.query_params.get("at", "")
    if not asked:
        return timezone.now()
    try:
        return forms.moment_of(asked.replace(" ", "+"), by.zone)  # a bare + in an address arrives as a space
    except forms.BadMoment as refusal:
        raise Problem(400, "This is no moment", str(refusal), {"at": [str(refusal)]}) from None
