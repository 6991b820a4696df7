"""What must hold before a process serves anyone: it refuses to start with a setting that opens a door."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
ROLE = """
SELECT rolsuper, rolbypassrls, EXISTS (SELECT FROM pg_class WHERE relowner = r.oid),
       current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off'
FROM pg_roles r WHERE rolname = current_user"""


def refuse_unsafe() -> None:
    """Raise ImproperlyConfigured with every unsafe setting in words; a local run is held to the database's walls alone."""
    wrong = database_faults() + ([] if settings.LOCAL else setting_faults())
    if wrong:
        raise ImproperlyConfigured("Comanaged does not start like this: " + " ".join(wrong))


def database_faults() -> list[str]:
    """Return what would let the product past its own walls, or let an accepted alert be lost."""
    with connection.cursor() as cursor:
        cursor.execute(ROLE)
        superuser, bypasses, owns, durable = cursor.fetchone()
    checks = {
        "COMANAGED_DATABASE_URL names a superuser; use the role comanaged_web.": superuser,
        "COMANAGED_DATABASE_URL names a role that bypasses row-level security; use comanaged_web.": bypasses,
        "COMANAGED_DATABASE_URL names a role that owns tables; use comanaged_web.": owns,
        "PostgreSQL runs with fsync or synchronous_commit off; turn them on.": not (durable or settings.TESTING),
    }
    return [text for text, holds in checks.items() if holds]


def setting_faults() -> list[str]:
    """Return what must not be so where others can reach us."""
    broker = urlsplit(settings.BROKER_URL)
    checks = {
        "COMANAGED_DEBUG is on.": settings.DEBUG,
        "COMANAGED_HOSTS names every host.": any(host.strip() in {"*", ""} for host in settings.ALLOWED_HOSTS),
        "COMANAGED_ADDRESS does not begin with https.": not settings.ADDRESS.startswith("https://"),
        "COMANAGED_SECRET_KEY is shorter than 32 letters.": len(settings.SECRET_KEY) < 32,  # noqa: PLR2004
        "COMANAGED_FIELD_KEY is shorter than 32 letters.": len(settings.FIELD_KEY) < 32,  # noqa: PLR2004
        "COMANAGED_REDIS_URL has no password.": bool(broker.hostname and broker.hostname not in LOOPBACK and not broker.password),
    }
    return [text for text, holds in checks.items() if holds]
