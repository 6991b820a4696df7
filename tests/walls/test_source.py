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
        "notices.deliver",
        "responsibilities.keep_round",
        "responsibilities.read_upload",
        "tickets.approval",
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


def test_only_the_channels_talk_to_the_outside() -> None:
    talking = {"requests", "httpx", "urllib3", "smtplib", "aiohttp"}
    for path in MODULES:
        names = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
        }
        assert not names & talking or path.name in {"channels.py", "mailing.py"}, path


def test_no_clock_is_read_below_the_entries() -> None:
    entries = (
        "views",
        "api.py",
        "/api/",
        "api_",
        "http.py",
        "tasks.py",
        "doors.py",
        "commands",
        "local",
        "bench",
        "management",
        "templatetags",
    )
    reading = uses(r"timezone\.now\(\)|datetime\.now\(")
    assert [name for name in reading if not any(part in name for part in entries)] == []
