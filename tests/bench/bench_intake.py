"""Accepting an alert, beside a plain INSERT that goes through the same Django in the same run, each committed to disk."""

import io
import json
from collections.abc import Callable

import django

django.setup()

from django.conf import settings  # noqa: E402 - the settings stand only now
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

from comanaged import tenancy, walls  # noqa: E402
from comanaged.accounts import access, actions  # noqa: E402
from comanaged.accounts.models import Kind  # noqa: E402
from monitoring import actions as monitoring  # noqa: E402
from responsibilities import actions as responsibilities  # noqa: E402
from tests.bench import frame  # noqa: E402

BODY = json.dumps({"title": "Disk of SRV-01 is 91 % full", "severity": "high", "asset": "SRV-01", "native_key": "disk SRV-01"}).encode()
ROUNDS, EACH = 20, 100
TABLE = "CREATE TABLE bench_plain (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), body bytea NOT NULL)"


@csrf_exempt
def plain(request: HttpRequest) -> HttpResponse:
    """What Django and PostgreSQL allow: one row, one commit, nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_plain (body) VALUES (%s)", [request.body])
    return HttpResponse(status=202)


urlpatterns = [path("plain/", plain), path("", include("comanaged.urls"))]


def source_address() -> str:
    """Make a client with a source and return the address it posts to."""
    at = timezone.now()
    client = actions.create_organisation(Kind.CLIENT, "Measured", slug="measured", zone="UTC", at=at)
    by = access.system(client)
    with tenancy.only([client.pk]):
        responsibilities.start_matrix(client, "full-co-managed", by=by, at=at)
        made = monitoring.create_source(client, "Measured", kind="generic", by=by, at=at)
    return f"/api/v1/in/{made.key}/"


def poster(handler: WSGIHandler, address: str) -> Callable[[], None]:
    """Return one POST through the whole of Django, as the web server would make it."""

    def post() -> None:
        said: list[str] = []
        surroundings = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": address,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(BODY)),
            "wsgi.input": io.BytesIO(BODY),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
        }
        answer = handler(surroundings, lambda status, headers: said.append(status))  # type: ignore[arg-type]
        answer.close()
        if not said[0].startswith("202"):
            raise SystemExit(f"{address} answered {said[0]}")

    return post


def main() -> None:
    """Measure and print."""
    settings.ROOT_URLCONF = "tests.bench.bench_intake"
    with walls.as_owner(), connection.cursor() as cursor:
        cursor.execute(TABLE)
    handler = WSGIHandler()
    names = {"accept an alert": source_address(), "plain INSERT": "/plain/"}
    taken = frame.by_turns({name: poster(handler, address) for name, address in names.items()}, rounds=ROUNDS, each=EACH)
    ours, floor = taken["accept an alert"], taken["plain INSERT"]
    print(f"intake, one connection, {ROUNDS * EACH} posts each by turns, fsync on; {frame.machine()}")  # noqa: T201
    for name, timings in taken.items():
        print(timings.line(name))  # noqa: T201
    print(f"{'rate, ours : plain INSERT':>28}  {floor.at(50) / ours.at(50):.2f} at p50, {floor.at(95) / ours.at(95):.2f} at p95")  # noqa: T201


if __name__ == "__main__":
    main()
