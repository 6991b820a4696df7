"""Where manage.py goes on once the environment stands: find the installation, then hand over to Django."""

import os
import sys

from django.core.management import execute_from_command_line

from comanaged.local import home
from comanaged.local.process import Unstartable

BRING_THEIR_OWN = {"up", "test", "bench"}
NEED_NO_DATABASE = {"help", "check", "collectstatic", "makemigrations", "read_mail", "read_matrix", "spectacular", "version"}


def main() -> None:
    """Run one command on the installation it names; refusals are one plain sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comanaged.settings")
    try:
        arguments, folder = home.chosen(sys.argv)
        os.environ.update(surroundings(arguments[1:], home.Home(folder)))
    except Unstartable as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201
        sys.exit(2)
    execute_from_command_line(arguments)


def surroundings(words: list[str], place: home.Home) -> dict[str, str]:
    """Return what the settings need for this command beyond what the operator has set."""
    command = words[0] if words else "help"
    if command in BRING_THEIR_OWN:
        return {home.DATA: str(place.folder), "COMANAGED_INSECURE_HTTP": "1"}
    if command in NEED_NO_DATABASE or {"-h", "--help", "--version"} & set(words):
        return {} if os.environ.get("COMANAGED_SECRET_KEY") else {"COMANAGED_INSECURE_HTTP": "1"}
    if place.is_running():
        return place.environment(place.address())
    if os.environ.get("COMANAGED_DATABASE_URL"):
        return {}
    flag = "" if place.folder == home.default() else f" --data {place.folder}"
    raise Unstartable(f"Comanaged is not running on {place.folder}. Start it with: python3 manage.py up{flag}")
