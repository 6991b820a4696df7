"""What time alone changes: dates of rules, exclusions and acceptances pass, people leave, and findings open or close without anybody's edit."""

import logging

from celery import shared_task
from django.utils import timezone

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Kind, Organisation
from responsibilities import actions

log = logging.getLogger(__name__)


@shared_task(name="responsibilities.review_all")
def review_all() -> None:
    """Settle every client's structural findings; one client's trouble does not stop the others."""
    for client in Organisation.objects.filter(kind=Kind.CLIENT).order_by("id"):
        try:
            with tenancy.only([client.pk]):
                actions.findings.recheck_people(client, by=access.system(client), at=timezone.now())
        except Exception:
            log.exception("the findings of %s were not reviewed", client.slug)
