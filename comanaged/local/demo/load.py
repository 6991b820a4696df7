"""Load the demonstration into an installation that is empty: all of it or nothing."""

from datetime import datetime, timedelta

from django.db import transaction

from comanaged.accounts.models import Organisation
from comanaged.local.demo import people
from comanaged.local.demo.clock import Clock
from comanaged.local.demo.story import Story

DAYS = 31


@transaction.atomic
def load(password: str, *, now: datetime) -> bool:
    """Make everything as it came to be in the month before `now`; False when there is something already."""
    if Organisation.objects.exists():
        return False
    began = now - timedelta(days=DAYS)
    cast = people.gather(password, at=began)
    Story(cast, Clock(now)).tell(began=began)
    return True
