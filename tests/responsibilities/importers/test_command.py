"""`manage.py read_matrix FILE` prints what it finds, without a database, and refuses in one sentence."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "tests" / "samples" / "matrices"


def printed(path: Path) -> dict[str, Any]:
    out = io.StringIO()
    call_command("read_matrix", str(path), stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_the_command_prints_lines_defects_and_counts() -> None:
    found = printed(SAMPLES / "manufacturer-msp-mssp.md")
    assert found["format"] == "markdown"
    assert found["counts"] == {"rows": 47, "no_a": 0, "several_a": 1, "no_r": 8, "several_r": 19}
    (table,) = found["tables"]
    assert table["dialect"] == "letters_per_party"
    assert table["defects"]["several_a"] == [{"number": 32, "id": "21", "duty": "Security Awareness Training"}]
    (row,) = (row for row in table["rows"] if row["id"] == "7")
    assert (row["row"], row["number"], row["section"]) == (28, 9, "Infrastructure & Operations")
    assert row["letters"] == {"Infrastructure Director": "C", "MSP": "RA", "CIO": "I", "MSSP": "I"}
    assert {"party": "MSP", "letters": "AR", "text": "Config, Ops"} in row["qualifiers"]
    assert found["aside"][0] == {"row": 1, "text": "# IT Infrastructure and Security RACI Matrix"}


def test_the_command_counts_who_is_named() -> None:
    table = printed(SAMPLES / "azure-backup-baseline-v3.xlsx")["tables"][1]
    assert table["holders"] == {"Not Applicable": 23, "Customer": 9, "Microsoft": 4}
    assert table["said"] == {"Responsibility": {"Not Applicable": 23, "Customer": 9, "Microsoft": 4}}


def test_the_command_asks_about_a_name_alone() -> None:
    table = printed(SAMPLES / "synthetic-sections-two-parties.csv")["tables"][0]
    assert table["asked"] == [{"number": 8, "id": "", "duty": "Printer faults", "asks": "section or unassigned"}]


def test_the_command_needs_no_database() -> None:
    environment = {"PATH": "/usr/bin:/bin", "COMANAGED_ENV": "tests", "COMANAGED_INSECURE_HTTP": "1", "HOME": "/nowhere"}
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "manage.py", "read_matrix", str(SAMPLES / "project-raci.xlsx")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["counts"]["no_r"] == 2


@pytest.mark.parametrize(
    ("name", "content"), [("empty.csv", b""), ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more"), ("no.pdf", b"%PDF-1.7")]
)
def test_a_refusal_is_one_sentence_and_a_one(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SystemExit) as left:
        call_command("read_matrix", str(path))
    assert left.value.code == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("This ")
    assert said.err.count("\n") == 1


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("read_matrix", str(tmp_path / "none.csv"))
    assert "cannot be opened: No such file or directory." in capsys.readouterr().err
