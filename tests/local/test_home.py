"""Where an installation lies and how commands find it."""

import os
import stat
from pathlib import Path

import pytest

from comanaged.local import entry, home
from comanaged.local.home import Home
from comanaged.local.process import Unstartable

OURS = (*home.DATABASES, home.BROKER, home.DATA, "COMANAGED_ADDRESS", "COMANAGED_HOSTS", "COMANAGED_INSECURE_HTTP", "COMANAGED_SECRET_KEY")


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator has set nothing."""
    for name in OURS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def place(tmp_path: Path) -> Home:
    made = Home(tmp_path / "data")
    made.make()
    return made


@pytest.mark.parametrize("words", [["up", "--data", "/srv/x", "--port", "1"], ["up", "--data=/srv/x", "--port", "1"]])
def test_the_folder_is_read_from_anywhere_in_the_command_and_taken_out(words: list[str]) -> None:
    assert home.chosen(words) == (["up", "--port", "1"], Path("/srv/x"))


def test_without_a_folder_the_environment_decides_and_then_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    assert home.chosen(["up"]) == (["up"], home.default())
    monkeypatch.setenv(home.DATA, "/srv/y")
    assert home.chosen(["up"]) == (["up"], Path("/srv/y"))


def test_a_folder_that_was_forgotten_is_named_in_words() -> None:
    with pytest.raises(Unstartable, match="--data needs a folder"):
        home.chosen(["up", "--data"])


def test_secrets_are_made_once_and_belong_to_us_alone(place: Home) -> None:
    first = place.own_secrets()
    assert first == Home(place.folder).own_secrets()
    assert len(set(first.values())) == len(first) == 3
    assert stat.S_IMODE((place.folder / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(place.folder.stat().st_mode) & 0o066 == 0


def test_two_installations_share_no_secret(place: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    other.make()
    assert not set(other.own_secrets().values()) & set(place.own_secrets().values())


def test_only_one_runs_on_a_folder(place: Home) -> None:
    with place.locked():
        place.announce("http://127.0.0.1:8000")
        assert Home(place.folder).is_running()
        with pytest.raises(Unstartable, match=r"already runs on .* at http://127.0.0.1:8000"), Home(place.folder).locked():
            pass
    assert not Home(place.folder).is_running()


def test_what_a_killed_run_left_does_not_count_as_running(place: Home) -> None:
    place.announce("http://127.0.0.1:8000")
    (place.folder / "lock").touch()
    assert not place.is_running()
    with place.locked():
        assert place.address() == ""


def test_each_role_has_its_own_address(place: Home) -> None:
    found = place.environment("http://127.0.0.1:8000")
    assert [found[name].split("//")[1].split("@")[0] for name in home.DATABASES] == ["comanaged_web", "comanaged_system", "comanaged_owner"]


def test_plain_http_is_only_for_addresses_of_this_machine(place: Home) -> None:
    assert place.environment("http://127.0.0.1:8000")["COMANAGED_INSECURE_HTTP"] == "1"
    served = place.environment("https://portal.example.org")
    assert "COMANAGED_INSECURE_HTTP" not in served
    assert served["COMANAGED_HOSTS"].startswith("portal.example.org,")


def test_what_the_operator_has_set_stays(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in home.DATABASES:
        monkeypatch.setenv(name, "postgres://somewhere/else")
    monkeypatch.setenv("COMANAGED_HOSTS", "portal.example.org")
    found = place.environment("http://127.0.0.1:8000")
    assert not set(home.DATABASES) & set(found)
    assert found["COMANAGED_HOSTS"] == "portal.example.org"


def test_half_a_database_of_ones_own_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(home.DATABASES[0], "postgres://somewhere/else")
    with pytest.raises(Unstartable, match="Set COMANAGED_SYSTEM_DATABASE_URL, COMANAGED_OWNER_DATABASE_URL as well"):
        home.own_database()


def test_a_command_says_how_to_start_what_is_not_running(place: Home) -> None:
    with pytest.raises(Unstartable, match=r"Start it with: python3 manage.py up --data "):
        entry.surroundings(["create_client"], place)


def test_a_command_for_production_never_turns_on_plain_http(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMANAGED_SECRET_KEY", "something long")
    assert entry.surroundings(["collectstatic"], place) == {}
    monkeypatch.setenv("COMANAGED_DATABASE_URL", "postgres://somewhere/else")
    assert entry.surroundings(["migrate"], place) == {}


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "note"
    home.replace(path, "one")
    home.replace(path, "two")
    assert path.read_text() == "two"
    assert os.listdir(tmp_path) == ["note"]
