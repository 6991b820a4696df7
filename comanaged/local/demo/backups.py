"""The nightly backups of Harbor Dental: one list a day, handed in each morning and judged."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from comanaged import tenancy
from comanaged.local.demo.clock import Clock, Step, local
from comanaged.local.demo.people import Cast
from monitoring import actions as monitoring
from monitoring.domain.backup import DateOrder, Profile
from monitoring.models import Evidence

HANDED_IN, DAYS, SHOWN = "07:00", 30, 3
HANDS_IN = "Ivo"

Job = Mapping[str, Any]


def schedule(entry: Mapping[str, Any], cast: Cast, clock: Clock) -> None:
    """Put each morning's list on the clock."""
    zone = cast.organisations[entry["client"]].zone
    for days_ago in range(DAYS, -1, -1):
        clock.at(local(clock.now, days_ago, HANDED_IN, zone), hands_in(entry, cast, days_ago, zone))


def hands_in(entry: Mapping[str, Any], cast: Cast, days_ago: int, zone: str) -> Step:
    """Return the step in which one day's list is handed in and judged."""

    def step(at: datetime) -> None:
        by, token = cast.actor(HANDS_IN, entry["client"]), uuid.uuid4()
        content = written(entry["jobs"], at.astimezone(ZoneInfo(zone)), days_ago)
        with tenancy.only([by.tenant_id], side=by.company_id):
            how = Profile(DateOrder.YMD, zone)
            made = monitoring.hand_in(content, as_of=at, how=how, by=by, at=at, filename=f"backups-{at:%Y-%m-%d}.csv")
        with tenancy.only([by.tenant_id]):  # a worker would claim the row; its day is past, so it is judged here
            Evidence.objects.for_tenant(by.tenant_id).filter(pk=made.evidence.pk).update(lease_token=token)
            monitoring.judge(made.evidence.pk, tenant_id=by.tenant_id, token=token, at=at)

    return step


def written(jobs: Sequence[Job], morning: datetime, days_ago: int) -> bytes:
    """Return the list as the backup server exports it: the runs of the last few nights."""
    lines = ["Job Name,Result,Start Time"]
    for back in range(SHOWN):
        lines += runs(jobs, morning - timedelta(days=back), days_ago + back)
    return ("\n".join(lines) + "\n").encode()


def runs(jobs: Sequence[Job], morning: datetime, days_ago: int) -> Iterator[str]:
    """Yield one night's runs."""
    for job in jobs:
        if days_ago >= job.get("last", 0):
            result = "Failed" if days_ago in job.get("failed", ()) else "Warning" if days_ago in job.get("warned", ()) else "Success"
            yield f"{job['name']},{result},{morning:%Y-%m-%d} {job['at']}"
