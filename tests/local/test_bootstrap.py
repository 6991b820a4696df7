"""The words of the set-up when something is missing, and that it is done once."""

import sys
from pathlib import Path

import pytest

from comanaged import bootstrap


@pytest.mark.parametrize(
    ("complaint", "words"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("error: [Errno 13] Permission denied: '/x/.venv'", "cannot be written by this user"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES ... do not match the hashes", "not the one the lock names"),
        ("Failed to establish a new connection: [Errno -3] Temporary failure in name resolution", "Connect to the network"),
        ("something nobody foresaw", "something nobody foresaw"),
    ],
)
def test_a_complaint_becomes_a_sentence_that_helps(complaint: str, words: str) -> None:
    assert words in bootstrap.explained(complaint)


def test_an_old_python_is_told_which_one_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SystemExit, match=r"needs Python 3.11 or newer"):
        bootstrap.prepare()


def test_a_changed_lock_is_installed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock, stamp, python = tmp_path / "lock", tmp_path / "stamp", tmp_path / "python"
    for name, path in {"LOCK": lock, "STAMP": stamp, "PYTHON": python}.items():
        monkeypatch.setattr(bootstrap, name, path)
    lock.write_text("django==1")
    assert not bootstrap.ready()
    python.touch()
    stamp.write_text(bootstrap.fingerprint())
    assert bootstrap.ready()
    lock.write_text("django==2")
    assert not bootstrap.ready()


def test_every_package_of_the_lock_has_a_hash_and_none_an_address() -> None:
    text = bootstrap.LOCK.read_text()
    blocks = [block for block in text.replace(" \\\n", " ").splitlines() if block and not block.startswith("#")]
    assert len(blocks) > 40
    assert all("--hash=sha256:" in block and "==" in block for block in blocks)
    assert "://" not in text
