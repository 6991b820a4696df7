"""What a page may cost, and what no template may hold."""

import gzip
import re
from pathlib import Path

import pytest

from tests.cast import Cast

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "comanaged" / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SYMBOL = re.compile(r'<symbol id="i-([\w-]+)"')
PARTS = ("comanaged", "responsibilities", "tickets", "monitoring")


def test_stylesheets_and_script_stay_small() -> None:
    assert sum((STATIC / name).stat().st_size for name in ("tokens.css", "app.css")) <= 40_000
    assert (STATIC / "app.js").stat().st_size < 10_000


def test_colours_are_named_in_the_tokens_alone() -> None:
    found = re.findall(r"#(?!000\b)[0-9a-fA-F]{3,8}\b(?=[^{]*;)|rgba?\(|hsla?\(|oklch\(", (STATIC / "app.css").read_text())
    assert not found


def test_every_icon_is_used_and_every_used_icon_is_there() -> None:
    there = set(SYMBOL.findall((ROOT / "templates/components/icons.html").read_text()))
    texts = [path.read_text() for path in TEMPLATES if path.name != "icons.html"]
    texts += [path.read_text() for part in PARTS for path in (ROOT / part).rglob("*.py")]
    used = {name for text in texts for name in re.findall(r"#i-([\w-]+)", text)}
    words = set(re.findall(r'"([\w-]+)"', "".join(texts)))
    assert not used - there
    assert not {name for name in there - used if name not in words}


def test_no_template_runs_or_styles_anything_inline_or_trusts_text() -> None:
    forbidden = re.compile(r"\sstyle=|\son\w+=|<style|\|safe\b|autoescape off|hx-on|javascript:")
    wrong = [f"{path.relative_to(ROOT)}: {match[0]}" for path in TEMPLATES for match in forbidden.finditer(path.read_text())]
    assert not wrong


def test_no_code_marks_text_as_safe() -> None:
    code = [path for part in PARTS for path in (ROOT / part).rglob("*.py")]
    assert not [str(path.relative_to(ROOT)) for path in code if re.search(r"\bmark_safe\(", path.read_text())]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Iris", "/harbor-dental/matrix/"),
        ("Iris", "/harbor-dental/matrix/backup.jobs/"),
        ("Tess", "/desk/queue/"),
        ("Lena", "/harbor-dental/overview/"),
        ("Iris", "/harbor-dental/findings/"),
    ],
)
def test_a_page_is_under_twenty_kilobytes_on_the_wire(cast: Cast, name: str, address: str) -> None:
    page = cast.browser(name).get(address)
    assert page.status_code == 200
    assert len(gzip.compress(page.content)) < 20_000
