"""What the source itself promises: who reads unscoped, which tasks there are, what no template and no module does."""

import ast
import re
from pathlib import Path

from comanaged import background
from comanaged.celery import app

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("comanaged", "responsibilities", "tickets", "monitoring")
MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# Where rows are read without naming a tenant, and how often.
UNSCOPED: dict[str, int] = {}
# Where every tenant's jobs are looked at, by the role that sees their leases and nothing else.
SYSTEM_ROLE = {"comanaged/background.py", "monitoring/tasks.py"}


def uses(pattern: str) -> dict[str, int]:
    found = {str(path.relative_to(ROOT)): len(re.findall(pattern, path.read_text())) for path in MODULES}
    return {name: count for name, count in found.items() if count}


def test_rows_are_read_unscoped_only_where_the_list_says() -> None:
    assert uses(r"\w\.unscoped\b") == UNSCOPED


def test_only_the_sweep_looks_with_the_systems_role() -> None:
    assert set(uses(r"connections\[\"system\"\]")) == SYSTEM_ROLE


def test_every_task_of_the_timetable_and_of_the_sweep_is_registered() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
    assert set(background.JOBS) <= set(app.tasks)
    assert set(background.JOBS) == {
        "monitoring.digest",
        "monitoring.judge",
        "monitoring.run_check",
        "monitoring.wake",
        "notices.channel",
        "notices.deliver",
        "notices.failing_channel",
        "responsibilities.keep_round",
        "responsibilities.read_upload",
        "tickets.approval",
        "tickets.containment",
        "tickets.export",
        "tickets.incident",
        "tickets.read_mail",
        "tickets.schedule",
        "tickets.watch",
    }


def test_no_text_of_anybody_is_trusted_as_html() -> None:
    assert uses(r"mark_safe|SafeString\(|SafeData") == {}
    assert [str(path) for path in TEMPLATES if re.search(r"\|\s*safe\b|autoescape off", path.read_text())] == []


def test_templates_carry_neither_inline_style_nor_inline_script() -> None:
    inline = re.compile(
        r"\sstyle=|<script(?![^>]*(\ssrc=|type=\"application/json\"))|\son(click|load|change|submit|input)=|hx-on|javascript:",
        re.IGNORECASE,
    )
    assert [str(path.relative_to(ROOT)) for path in TEMPLATES if inline.search(path.read_text())] == []


def test_nothing_reads_pickles_evaluates_text_or_starts_a_shell() -> None:
    forbidden = r"\bpickle\b|\beval\(|\bexec\(|os\.system|shell=True|yaml\.load\("
    assert uses(forbidden) == {}


TALKING = {
    *("requests", "httpx", "urllib3", "aiohttp", "smtplib", "ftplib", "telnetlib", "xmlrpc", "imaplib", "poplib"),
    *("httpcore", "http.client", "urllib.request", "socket", "asyncio"),
}
# what mail servers on this side of the wall hand mail to
HEARS = ("tickets/listening.py", "comanaged/management/commands/receive_mail.py")
# calls other systems by HTTP; hands mail to the mail server; runs this machine's own parts
MAY_TALK = ("comanaged/notices/channels.py", "comanaged/notices/mailing.py", "comanaged/local/", *HEARS)


def imported(path: Path) -> set[str]:
    """Return the modules that a module imports, with every package that they lie in."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {".".join(name.split(".")[:length]) for name in found for length in range(1, name.count(".") + 2)}


def test_g6_only_the_channels_talk_to_the_outside() -> None:
    talking = {str(path.relative_to(ROOT)) for path in MODULES if imported(path) & TALKING}
    assert {name for name in talking if not name.startswith(MAY_TALK)} == set()
    assert "comanaged/notices/channels.py" in talking


def test_no_clock_is_read_below_the_entries() -> None:
    entries = (
        "views",
        "api.py",
        "/api/",
        "api_",
        "http.py",
        "tasks.py",
        "tasks_",
        "listening.py",
        "doors.py",
        "commands",
        "local",
        "bench",
        "management",
        "templatetags",
    )
    reading = uses(r"timezone\.now\(\)|datetime\.now\(")
    assert [name for name in reading if not any(part in name for part in entries)] == []
