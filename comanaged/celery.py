"""The Celery application and the whole timetable: one table, due moments are columns of rows."""

import os

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_process_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comanaged.settings")

app = Celery("comanaged")
app.conf.update(
    broker_url=settings.BROKER_URL,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # a broker may be away for as long as it likes
    broker_transport_options={"visibility_timeout": 900},
    timezone="UTC",
    enable_utc=True,
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=600,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    beat_schedule={
        "due checks": {"task": "monitoring.run_due", "schedule": 60.0, "options": {"expires": 55}},
        "what practice says": {"task": "tickets.review_practice", "schedule": 3600.0, "options": {"expires": 3500}},
        "addresses that ended": {"task": "tickets.forget_addresses", "schedule": 3600.0, "options": {"expires": 3500}},
        "expired findings and gaps": {"task": "responsibilities.review_all", "schedule": 3600.0, "options": {"expires": 3500}},
    },
)
app.autodiscover_tasks(["comanaged.notices", "responsibilities", "tickets", "monitoring"])
app.autodiscover_tasks(["comanaged.notices"], related_name="tasks_channels")
app.autodiscover_tasks(["tickets"], related_name="tasks_mail")


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Celery leaves logging to the settings."""


@worker_init.connect
def refuse_unsafe(**_: object) -> None:
    """A worker starts as carefully as the web does."""
    from comanaged import guard  # noqa: PLC0415 - the apps are ready only now

    guard.refuse_unsafe()


@worker_process_init.connect
def fresh_connections(**_: object) -> None:
    """A forked worker opens connections of its own."""
    from django.db import connections  # noqa: PLC0415 - the apps are ready only now

    connections.close_all()
